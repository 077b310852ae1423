//! Which headers cross the gateway, and the ones it adds.
//!
//! What the caller sends reaches the provider untouched, unknown headers included, except for the
//! few that must not: those of the connection itself (RFC 9110 §7.6.1), the caller's Countersign
//! key in whichever header, cookies, `x-countersign-*`, what the company's own proxies say of the
//! caller (its address, its name, where it came from), and what would leave the usage out of an
//! answer or make another call of this one. `accept-encoding` becomes `identity`, because usage has
//! to be read from the answer.

use domain::inference::{Dialect, Target};
use domain::limits::Headroom;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// Shorter than any of our keys, in bytes.
const SHORTEST_KEY: usize = 24;

/// Prefix of the product's own headers.
pub(crate) const OWN: &str = "x-countersign-";

const HOP_BY_HOP: [HeaderName; 8] = [
    header::CONNECTION,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
];

const CALLER_ONLY: [HeaderName; 19] = [
    header::AUTHORIZATION,
    header::HOST,
    header::CONTENT_LENGTH,
    header::ACCEPT_ENCODING,
    header::COOKIE,
    header::EXPECT,
    header::FORWARDED,
    header::ORIGIN,
    header::REFERER,
    header::VIA,
    HeaderName::from_static("api-key"),
    HeaderName::from_static("baggage"),
    HeaderName::from_static("remote-user"),
    HeaderName::from_static("true-client-ip"),
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("x-api-key"),
    HeaderName::from_static("x-goog-api-key"),
    HeaderName::from_static("x-goog-fieldmask"),
    HeaderName::from_static("x-http-method-override"),
];

/// Beginnings of headers that proxies, load balancers and sign-in services put in front of a server,
/// and of AWS's own credentials.
const PROXY: [&str; 14] = [
    "cf-",
    "x-amz-",
    "x-amzn-",
    "x-appgw-",
    "x-auth-request-",
    "x-azure-",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-envoy-",
    "x-forwarded-",
    "x-goog-authenticated-",
    "x-goog-iap-",
    "x-ms-client-principal",
    "x-original-",
];

/// Statements about the provider's own address, which is not the one the caller spoke to
/// (RFC 7838, RFC 6797), and its cookies.
const PROVIDER_ONLY: [HeaderName; 4] =
    [header::ALT_SVC, header::CONTENT_LENGTH, header::SET_COOKIE, header::STRICT_TRANSPORT_SECURITY];

/// Headers for the provider, from the caller's.
#[must_use]
pub(crate) fn for_upstream(caller: &HeaderMap) -> HeaderMap {
    let named = connection_names(caller);
    let mut headers = HeaderMap::with_capacity(caller.len());
    for (name, value) in caller {
        let stays = named.contains(name) || stays_here(name) || holds_key(value.as_bytes());
        if !stays {
            headers.append(name.clone(), value.clone());
        }
    }
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    headers
}

/// Headers for the caller, from the provider's.
#[must_use]
pub(crate) fn for_caller(upstream: &HeaderMap) -> HeaderMap {
    let named = connection_names(upstream);
    let mut headers = HeaderMap::with_capacity(upstream.len() + 8);
    for (name, value) in upstream {
        let stays = HOP_BY_HOP.contains(name)
            || named.contains(name)
            || PROVIDER_ONLY.contains(name)
            || name.as_str().starts_with(OWN);
        if !stays {
            headers.append(name.clone(), value.clone());
        }
    }
    headers
}

/// Whether a header of the caller's is for the gateway alone, by its name.
pub(crate) fn stays_here(name: &HeaderName) -> bool {
    HOP_BY_HOP.contains(name)
        || CALLER_ONLY.contains(name)
        || [OWN].iter().chain(&PROXY).any(|group| name.as_str().starts_with(group))
}

/// Whether a value holds one of our keys, bare or behind a scheme. (Czech goes by `cs_CZ`.)
fn holds_key(value: &[u8]) -> bool {
    let mut words = value.split(|byte| matches!(byte, b' ' | b'=' | b',' | b';' | b'"'));
    words.any(|word| word.len() >= SHORTEST_KEY && word.starts_with(b"cs_"))
}

/// Headers that `Connection` names belong to one hop as well.
fn connection_names(headers: &HeaderMap) -> Vec<HeaderName> {
    headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect()
}

/// Puts the provider's credential where its dialect expects it.
///
/// # Errors
/// The credential holds bytes that no header can carry.
pub(crate) fn authorise(headers: &mut HeaderMap, dialect: Dialect, secret: &str) -> Result<(), String> {
    let text = match dialect {
        Dialect::Openai => format!("Bearer {secret}"),
        Dialect::Anthropic | Dialect::Gemini => secret.to_owned(),
    };
    let mut value = HeaderValue::from_str(&text)
        .map_err(|_| "it holds characters that no HTTP header can carry (a line break?)".to_owned())?;
    value.set_sensitive(true);
    let name = match dialect {
        Dialect::Openai => header::AUTHORIZATION,
        Dialect::Anthropic => HeaderName::from_static("x-api-key"),
        Dialect::Gemini => HeaderName::from_static("x-goog-api-key"),
    };
    headers.insert(name, value);
    Ok(())
}

/// Sets one of the product's own headers, if its value can be a header.
pub(crate) fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// Names the target: `provider/model`.
pub(crate) fn set_target(headers: &mut HeaderMap, target: &Target) {
    set(headers, "x-countersign-target", &format!("{}/{}", target.provider, target.model));
}

/// Says what is left of the gateway's own limits, as the dialect's SDKs know it. Google's know
/// nothing of the kind, and get OpenAI's names.
pub(crate) fn set_headroom(
    headers: &mut HeaderMap,
    dialect: Dialect,
    headroom: &Headroom,
    now: domain::Timestamp,
) {
    let names: [[&'static str; 3]; 2] = match dialect {
        Dialect::Openai | Dialect::Gemini => [
            ["x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"],
            ["x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"],
        ],
        Dialect::Anthropic => [
            [
                "anthropic-ratelimit-requests-limit",
                "anthropic-ratelimit-requests-remaining",
                "anthropic-ratelimit-requests-reset",
            ],
            [
                "anthropic-ratelimit-tokens-limit",
                "anthropic-ratelimit-tokens-remaining",
                "anthropic-ratelimit-tokens-reset",
            ],
        ],
    };
    for ([limit_name, left_name, reset_name], figures) in
        names.into_iter().zip([headroom.requests, headroom.tokens])
    {
        let Some((limit, left, reset_ms)) = figures else { continue };
        set(headers, limit_name, &limit.to_string());
        set(headers, left_name, &left.to_string());
        let reset = match dialect {
            Dialect::Openai | Dialect::Gemini => format!("{reset_ms}ms"),
            Dialect::Anthropic => now.plus_ms(i64::try_from(reset_ms).unwrap_or(i64::MAX)).to_string(),
        };
        set(headers, reset_name, &reset);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (HeaderName::from_static(k), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn unknown_headers_pass_and_credentials_do_not() {
        let caller = map(&[
            ("authorization", "Bearer cs_secret"),
            ("x-api-key", "cs_secret"),
            ("x-goog-api-key", "cs_secret"),
            ("cookie", "cs_session=1"),
            ("x-countersign-run", "r"),
            ("connection", "close, x-hop"),
            ("x-hop", "1"),
            ("anthropic-beta", "a,b"),
            ("x-never-heard-of", "kept"),
            ("traceparent", "00-1-2-01"),
            ("accept-encoding", "gzip"),
            ("x-litellm-api-key", "Bearer cs_122c5cd1b879d3bf2b1c798d232d9dfc"),
            ("accept-language", "cs_CZ"),
            ("api-key", "sk-of-the-caller"),
            ("x-docs", "docs_url"),
            ("x-forwarded-for", "10.1.2.3"),
            ("forwarded", "for=10.1.2.3"),
            ("via", "1.1 proxy"),
            ("x-real-ip", "10.1.2.3"),
            ("cf-access-jwt-assertion", "ey"),
            ("x-auth-request-email", "maya@acme.example"),
            ("x-amz-security-token", "of the caller"),
            ("referer", "https://intranet.acme.example/"),
            ("baggage", "user=maya"),
        ]);
        let sent = for_upstream(&caller);
        let mut names: Vec<_> =
            sent.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
        names.sort();
        assert_eq!(
            names,
            [
                "accept-encoding: identity",
                "accept-language: cs_CZ",
                "anthropic-beta: a,b",
                "traceparent: 00-1-2-01",
                "x-docs: docs_url",
                "x-never-heard-of: kept"
            ]
        );
    }

    #[test]
    fn each_dialect_gets_its_credential_where_it_expects_it() {
        let mut headers = HeaderMap::new();
        authorise(&mut headers, Dialect::Openai, "sk").unwrap();
        assert_eq!(headers["authorization"], "Bearer sk");
        assert!(headers["authorization"].is_sensitive());
        let mut headers = HeaderMap::new();
        authorise(&mut headers, Dialect::Anthropic, "sk").unwrap();
        assert_eq!(headers["x-api-key"], "sk");
        assert!(authorise(&mut headers, Dialect::Anthropic, "s\nk").is_err());
    }

    #[test]
    fn the_gateways_own_limits_read_as_the_dialect_does() {
        let headroom = Headroom { requests: Some((600, 599, 100)), tokens: None };
        let mut headers = HeaderMap::new();
        set_headroom(&mut headers, Dialect::Openai, &headroom, domain::Timestamp::from_ms(0));
        assert_eq!(headers["x-ratelimit-remaining-requests"], "599");
        assert_eq!(headers["x-ratelimit-reset-requests"], "100ms");
        set_headroom(&mut headers, Dialect::Anthropic, &headroom, domain::Timestamp::from_ms(0));
        assert_eq!(headers["anthropic-ratelimit-requests-reset"], "1970-01-01T00:00:00.100Z");
    }
}
