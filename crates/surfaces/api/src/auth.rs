//! Who asks: the operator by the server's own token, or a person by the session of the pages.
//!
//! A token in `Authorization` is decisive: one that is wrong is refused even where a session would
//! have done. A session comes from a cookie, which browsers attach by themselves, so that a write
//! must also carry the session's own form token in `x-countersign-form`; another site can't know it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use control::views::Moment;
use domain::Refusal;
use domain::people::{Permit, Principal, acts};

use crate::Api;
use crate::error::ApiError;

/// Name of the session cookie.
const COOKIE: &str = "cs_session";
/// The header in which a write by session proves where it comes from.
pub(crate) const FORM_HEADER: &str = "x-countersign-form";

/// Who asks, and when their session ends at the latest.
#[derive(Clone, Debug)]
pub(crate) struct Caller(pub(crate) Principal, pub(crate) Option<Moment>);

impl Caller {
    /// Asks for permission to do `A`.
    pub(crate) fn permit<A: acts::ActKind>(&self) -> Result<Permit<A>, Refusal> {
        self.0.permit()
    }
}

impl FromRequestParts<Api> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        if let Some(value) = parts.headers.get(header::AUTHORIZATION) {
            let token = value.to_str().ok().and_then(bearer);
            return Ok(token
                .and_then(|token| api.control.operator(token))
                .map(|operator| Self(operator, None))
                .ok_or(Refusal::NotSignedIn)?);
        }
        let cookie = cookie(&parts.headers).ok_or(Refusal::NotSignedIn)?;
        let session = api.control.session(cookie).await?.ok_or(Refusal::NotSignedIn)?;
        if !matches!(parts.method, Method::GET | Method::HEAD) {
            let token = parts.headers.get(FORM_HEADER).and_then(|value| value.to_str().ok());
            api.control.check_form(&session, token.unwrap_or_default())?;
        }
        Ok(Self(session.who, session.view.expires))
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE && !value.is_empty()).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_what_follows_bearer() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc"), Some("abc"));
        for wrong in ["", "abc", "Basic abc", "Bearerabc"] {
            assert_eq!(bearer(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn the_session_is_found_among_other_cookies() {
        let found = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, text.parse().unwrap());
            cookie(&headers).map(ToOwned::to_owned)
        };
        assert_eq!(found("a=1; cs_session=x=y; b=2"), Some("x=y".into()));
        for none in ["cs_session=", "xcs_session=1", "cs_session", ""] {
            assert_eq!(found(none), None, "{none:?}");
        }
    }
}
