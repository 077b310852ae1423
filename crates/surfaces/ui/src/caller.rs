//! Where a request comes from and how: from the connection and what trusted proxies say.
//!
//! Found once for each request to a page, by the rule of [`domain::proxy`]. Cookies of a caller who
//! came over https are never sent over anything else: that is added here, to whatever cookie goes
//! out, so that no page can forget it. Nothing here is logged but that a proxy is not trusted.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Once;

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use domain::proxy::{Caller, Said, Scheme, Trusted};

use crate::app::App;

const FORWARDED_FOR: &str = "x-forwarded-for";
const FORWARDED_PROTO: &str = "x-forwarded-proto";

/// The address a request comes from, for counting attempts to sign in.
pub(crate) struct Address(pub(crate) String);

impl<S: Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let caller = parts.extensions.get::<Caller>();
        Ok(Self(caller.map_or_else(|| "unknown".to_owned(), |caller| caller.address.to_string())))
    }
}

/// How a request reached the first proxy, or this server.
pub(crate) struct Reached(pub(crate) Scheme);

impl<S: Sync> FromRequestParts<S> for Reached {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<Caller>().map_or(Scheme::Http, |caller| caller.scheme)))
    }
}

/// Where this server is, as the caller reached it: what clients are to be pointed at. A proxy may
/// have changed it.
pub(crate) struct Here(pub(crate) String);

impl<S: Sync> FromRequestParts<S> for Here {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let Reached(scheme) = Reached::from_request_parts(parts, state).await?;
        let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        Ok(Self(format!("{}://{}", scheme.as_str(), host.unwrap_or("127.0.0.1:4411"))))
    }
}

/// Finds the caller, and keeps the cookies of those who came over https to https.
pub(crate) async fn around(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let caller = peer.map(|peer| find(&app.settings.trusted, peer, request.headers()));
    if let Some(caller) = caller {
        request.extensions_mut().insert(caller);
    }
    let mut response = next.run(request).await;
    if caller.is_some_and(|caller| caller.scheme == Scheme::Https) {
        secure(response.headers_mut());
    }
    response
}

fn find(trusted: &Trusted, peer: IpAddr, headers: &HeaderMap) -> Caller {
    let text = |value: &'_ HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let lines: Vec<String> = headers.get_all(FORWARDED_FOR).iter().map(text).collect();
    let proto = headers.get(FORWARDED_PROTO).map(text);
    if !lines.is_empty() && !trusted.trusts(peer) {
        advise(peer);
    }
    let said =
        Said { forwarded_for: lines.iter().map(String::as_str).collect(), forwarded_proto: proto.as_deref() };
    trusted.caller(peer, &said)
}

/// Says once what an operator who put a proxy in front may have forgotten.
fn advise(peer: IpAddr) {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        tracing::warn!(
            peer = %peer,
            "a request came with X-Forwarded-For from an address that is no trusted proxy, and the header was \
             not believed; if that is your proxy, start with --trusted-proxy and its address"
        );
    });
}

/// Adds `Secure` to every cookie that is set.
fn secure(headers: &mut HeaderMap) {
    let cookies: Vec<_> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    headers.remove(header::SET_COOKIE);
    for cookie in cookies {
        let mut bytes = cookie.as_bytes().to_vec();
        bytes.extend_from_slice(b"; Secure");
        headers.append(header::SET_COOKIE, HeaderValue::try_from(bytes).unwrap_or(cookie));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).fold(
            HeaderMap::new(),
            |mut map, (name, value): (header::HeaderName, _)| {
                map.append(name, value);
                map
            },
        )
    }

    #[test]
    fn a_proxy_is_believed_only_where_it_is_trusted() {
        let sent = headers(&[
            (FORWARDED_FOR, "198.51.100.1"),
            (FORWARDED_FOR, "192.0.2.7"),
            (FORWARDED_PROTO, "https"),
        ]);
        let peer: IpAddr = "127.0.0.1".parse().unwrap();
        let trusted = Trusted::new(vec!["127.0.0.1".parse().unwrap()]);
        let through = find(&trusted, peer, &sent);
        assert_eq!((through.address.to_string().as_str(), through.scheme), ("192.0.2.7", Scheme::Https));
        let direct = find(&Trusted::default(), peer, &sent);
        assert_eq!((direct.address, direct.scheme), (peer, Scheme::Http));
    }

    #[test]
    fn cookies_of_https_are_kept_to_https() {
        let mut sent = headers(&[("set-cookie", "a=b; Path=/"), ("set-cookie", "c=d"), ("x", "y")]);
        secure(&mut sent);
        let cookies: Vec<_> = sent.get_all(header::SET_COOKIE).iter().collect();
        assert_eq!(cookies, ["a=b; Path=/; Secure", "c=d; Secure"]);
        assert_eq!(sent.len(), 3);
    }
}
