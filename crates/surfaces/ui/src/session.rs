//! Who is asking: from the session cookie to a [`Signed`] that every handler takes.
//!
//! The session is read once for each request, here; a page without one leads to the sign-in form
//! and back again. A failure of a handler is rendered here too, inside the frame of whoever is
//! signed in. The cookie's value is a secret: it is never logged and never part of an address.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use control::views::Frame;
use control::{Session, SignedIn};
use domain::Timestamp;
use domain::people::{Permit, acts};
use maud::html;

use crate::app::App;
use crate::errors::{self, Failure};
use crate::forms::Flash;
use crate::frame;
use crate::links;

/// Name of the session cookie.
pub(crate) const COOKIE: &str = "cs_session";

/// A request of someone who is signed in.
#[derive(Clone)]
pub(crate) struct Signed {
    /// Who, and the token for forms.
    pub(crate) session: Session,
    /// The secret that stands for the session.
    pub(crate) cookie: String,
    /// What every page shows around its content.
    pub(crate) frame: Frame,
    /// Now.
    pub(crate) now: Timestamp,
    /// Said once, on the page after a form.
    pub(crate) flash: Option<Flash>,
}

impl Signed {
    /// Permission to look, which everyone with a role has.
    pub(crate) fn look(&self) -> Result<Permit<acts::Look>, Failure> {
        Ok(self.session.who.permit::<acts::Look>()?)
    }
}

/// Takes what [`around`] has put there.
impl<S: Sync> FromRequestParts<S> for Signed {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.get::<Self>().cloned().ok_or(Failure::from(domain::Refusal::NotSignedIn))
    }
}

/// Whoever looks at a page that is open to everyone: someone signed in sees it in the frame.
pub(crate) struct Visitor(pub(crate) Option<Signed>);

impl FromRequestParts<App> for Visitor {
    type Rejection = Infallible;
    /// A session that can't be read is none: an open page is shown while the database is away.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self(signed(app, &parts.headers).await.ok().flatten()))
    }
}

/// Reads the session, runs the page, renders its failure.
pub(crate) async fn around(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let signed = match signed(&app, request.headers()).await {
        Ok(Some(signed)) => signed,
        Ok(None) => return to_sign_in(&request),
        Err(failure) => return errors::render_bare(&failure),
    };
    request.extensions_mut().insert(signed.clone());
    let mut response = next.run(request).await;
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        return errors::render(&app, &signed, &failure);
    }
    if signed.flash.is_some() && response.status() == StatusCode::OK {
        append(&mut response, Flash::clear());
    }
    response
}

/// The same for pages that need no session.
pub(crate) async fn bare(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<Failure>() {
        Some(failure) => errors::render_bare(&failure),
        None => response,
    }
}

async fn signed(app: &App, headers: &HeaderMap) -> Result<Option<Signed>, Failure> {
    let Some(cookie) = cookie(headers, COOKIE) else { return Ok(None) };
    let Some(session) = app.control.session(&cookie).await? else { return Ok(None) };
    let frame = app.control.frame(&session.who.permit()?)?;
    let now = app.settings.clock.now();
    Ok(Some(Signed { session, cookie, frame, now, flash: Flash::read(headers) }))
}

fn to_sign_in(request: &Request) -> Response {
    let path = request.uri().path();
    if path.ends_with(".json") || path == "/events" {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    if request.method() != Method::GET {
        return ended(request.headers());
    }
    let here = request.uri().path_and_query().map_or("/", |place| place.as_str());
    let next = Some(here).filter(|place| *place != "/");
    Redirect::to(&links::with_query("/sign-in", &[("next", next)])).into_response()
}

/// What a form is answered with whose session is over: nothing was done, and the way back.
fn ended(headers: &HeaderMap) -> Response {
    let from = headers.get(header::REFERER).and_then(|value| value.to_str().ok());
    let page = from.and_then(|address| address.parse::<Uri>().ok());
    let page = page.as_ref().and_then(|uri| uri.path_and_query()).map(|place| place.as_str());
    let next = Some(links::inside(page)).filter(|place| *place != "/");
    let href = links::with_query("/sign-in", &[("next", next)]);
    let body = html! {
        section.notice {
            h1 { "Your session is over" }
            p.lead { "Nothing was changed: the form was sent after your session had ended." }
            p { "Sign in again, and you will be taken back to the page you came from, where you can send it once more." }
            p { a.button.primary href=(href) { "Sign in" } }
        }
    };
    (StatusCode::UNAUTHORIZED, frame::bare("Your session is over", &body)).into_response()
}

/// The value of a cookie.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(known, value)| (known == name && !value.is_empty()).then(|| value.to_owned()))
}

/// A `Set-Cookie` value that scripts can't read. `None` deletes the cookie. [`crate::caller`] adds
/// `Secure` where the caller came over https.
pub(crate) fn set_cookie(name: &str, value: Option<(&str, i64)>) -> String {
    set_cookie_at("/", name, value)
}

/// As [`set_cookie`], for the pages below a path alone.
pub(crate) fn set_cookie_at(path: &str, name: &str, value: Option<(&str, i64)>) -> String {
    let (value, seconds) = value.unwrap_or(("", 0));
    format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax; Max-Age={}", seconds.max(0))
}

/// Adds a cookie to an answer. A value that no header can hold is left out.
pub(crate) fn append(response: &mut Response, cookie: String) {
    if let Ok(value) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Starts a session in the browser and goes on to `next`.
pub(crate) fn begin(app: &App, signed_in: &SignedIn, next: &str) -> Response {
    let seconds = signed_in.expires.timestamp().since(app.settings.clock.now()) / 1_000;
    let mut response = Redirect::to(next).into_response();
    append(&mut response, set_cookie(COOKIE, Some((signed_in.cookie.expose(), seconds))));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; cs_session=abc; b="));
        assert_eq!(cookie(&headers, "cs_session").as_deref(), Some("abc"));
        assert_eq!(cookie(&headers, "b"), None);
        assert_eq!(cookie(&headers, "session"), None);
    }

    #[test]
    fn cookies_are_closed_to_scripts_and_other_sites() {
        assert_eq!(set_cookie("a", Some(("b", 60))), "a=b; Path=/; HttpOnly; SameSite=Lax; Max-Age=60");
        assert_eq!(set_cookie("a", None), "a=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    }
}
