//! What forms and addresses carry, read leniently and checked by the use cases.
//!
//! A field that is absent and a field left empty are the same thing. A form of a session carries
//! its token, and [`Fields::check`] is the first thing every handler of a form calls.

use axum::extract::{Form, FromRequest, FromRequestParts, Query, Request};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use domain::Refusal;
use domain::secret::Secret;

use crate::app::App;
use crate::errors::{self, Failure};
use crate::links;
use crate::session::{self, Signed};

/// Pairs of names and values, in order.
#[derive(Clone, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The value of a field that was filled in, trimmed.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.raw(name).map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned)
    }

    /// Every value of a field.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        let same = self.0.iter().filter(|(known, value)| known == name && !value.trim().is_empty());
        same.map(|(_, value)| value.trim().to_owned()).collect()
    }

    /// A whole number, if one was filled in.
    pub(crate) fn number(&self, name: &str, what: &str) -> Result<Option<u64>, Failure> {
        let wrong =
            || Refusal::BadArgument { what: what.to_owned(), problem: "must be a whole number".into() };
        self.text(name).map(|text| text.parse().map_err(|_| wrong().into())).transpose()
    }

    /// A secret, exactly as it was typed.
    pub(crate) fn secret(&self, name: &str) -> Secret<String> {
        Secret::new(self.raw(name).unwrap_or_default().to_owned())
    }

    /// Holds the form's token against the session.
    pub(crate) fn check(&self, app: &App, signed: &Signed) -> Result<(), Failure> {
        Ok(app.control.check_form(&signed.session, self.raw("token").unwrap_or_default())?)
    }

    fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl FromIterator<(String, String)> for Fields {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// What is wrong with what was typed, and at which field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// The name of the field; one that the form does not have is said above it.
    pub(crate) field: String,
    /// In words.
    pub(crate) text: String,
}

impl Wrong {
    /// What a refusal says about a form; `None` where it is about something else.
    pub(crate) fn of(failure: &Failure) -> Option<Self> {
        let Failure::Refused(refusal) = failure else { return None };
        let (field, text) = match refusal {
            Refusal::BadArgument { what, problem } => (what.clone(), problem.clone()),
            Refusal::NotFound { noun: "workflow", .. } => ("workflows".to_owned(), refusal.to_string()),
            Refusal::NotFound { noun, .. } => ((*noun).to_owned(), refusal.to_string()),
            _ => return None,
        };
        Some(Self { field, text: errors::sentence_case(&text) })
    }

    /// What a refusal says about a filter, which asks for one workflow at most.
    ///
    /// # Errors
    /// The failure, where it is about something else.
    pub(crate) fn of_filter(error: control::Error) -> Result<Self, Failure> {
        let failure = Failure::from(error);
        let wrong = Self::of(&failure).ok_or(failure)?;
        let field = if wrong.field == "workflows" { "workflow".to_owned() } else { wrong.field };
        Ok(Self { field, ..wrong })
    }

    /// The words for a field, empty where they are not about it.
    pub(crate) fn at<'a>(wrong: Option<&'a Self>, field: &str) -> &'a str {
        wrong.filter(|wrong| wrong.field == field).map_or("", |wrong| wrong.text.as_str())
    }
}

/// Reads a posted form.
impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Failure;
    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let unread = |_| Refusal::BadArgument { what: "form".into(), problem: "can't be read".into() };
        Ok(Form::<Vec<(String, String)>>::from_request(request, state)
            .await
            .map(|form| Self(form.0))
            .map_err(unread)?)
    }
}

/// The query of an address.
#[derive(Clone, Default)]
pub(crate) struct Asked(pub(crate) Fields);

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let unread = |_| Refusal::BadArgument { what: "address".into(), problem: "can't be read".into() };
        Ok(Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map(|query| Self(Fields(query.0)))
            .map_err(unread)?)
    }
}

/// A message for the next page. Kept in a short-lived cookie, not in the address, so that nobody
/// can make a link that puts words into the product's mouth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flash(pub(crate) String);

impl Flash {
    const COOKIE: &'static str = "cs_flash";

    /// As a `Set-Cookie` value.
    pub(crate) fn to_cookie(&self) -> String {
        session::set_cookie(Self::COOKIE, Some((&links::encode(&self.0), 60)))
    }

    /// The `Set-Cookie` value that forgets it.
    pub(crate) fn clear() -> String {
        session::set_cookie(Self::COOKIE, None)
    }

    /// What the page before left.
    pub(crate) fn read(headers: &HeaderMap) -> Option<Self> {
        decode(&session::cookie(headers, Self::COOKIE)?).map(Self)
    }
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let pair = [rest.next()?, rest.next()?];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&pair).ok()?, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header};

    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn empty_fields_are_absent_ones() {
        let form = fields(&[("a", "  x "), ("b", "  "), ("w", "1"), ("w", ""), ("w", "2")]);
        assert_eq!(form.text("a").as_deref(), Some("x"));
        assert_eq!(form.text("b"), None);
        assert_eq!(form.all("w"), ["1", "2"]);
        assert!(matches!(form.number("w", "width"), Ok(Some(1))));
        assert!(form.number("a", "width").is_err());
    }

    #[test]
    fn a_flash_survives_its_cookie() {
        let flash = Flash("support-replies is off after 0.8 ms; 12 “calls” ended".into());
        let cookie = flash.to_cookie();
        let (pair, _) = cookie.split_once(';').unwrap();
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::try_from(pair).unwrap());
        assert_eq!(Flash::read(&headers), Some(flash));
        assert_eq!(decode("%zz"), None);
        assert_eq!(decode("%4"), None);
    }
}
