//! When there is no page to show: an expected "no" with its code, or a fault with a reference.
//!
//! A refusal says what, why and what now. A fault shows nothing but a reference; its chain of
//! causes is logged once, here, under the same reference.

use std::error::Error as StdError;
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use control::{Error, Fault};
use domain::Refusal;
use domain::refusal::Retry;
use maud::{Markup, html};

use crate::app::App;
use crate::frame::{self, Page, Place};
use crate::parts;
use crate::session::Signed;

/// Why a handler has no page. Travels in the answer's extensions to whoever knows the frame.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// An expected "no".
    Refused(Refusal),
    /// Something broke.
    Fault(Arc<Fault>),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::Refused(refusal),
            Error::Fault(fault) => Self::Fault(Arc::new(fault)),
        }
    }
}

impl Failure {
    fn status(&self) -> StatusCode {
        let status = match self {
            Self::Refused(refusal) => refusal.status(),
            Self::Fault(_) => 500,
        };
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// Plain words, for whoever gets this without the frame around it.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let words = match &self {
            Self::Refused(refusal) => format!("{refusal} ({})", refusal.code()),
            Self::Fault(_) => "something broke".to_owned(),
        };
        let mut response = (self.status(), words).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What an error page says.
pub(crate) struct Notice {
    /// `Not found`.
    pub(crate) title: String,
    /// What happened.
    pub(crate) text: String,
    /// What to do now.
    pub(crate) now: &'static str,
    /// `CS-0504`.
    pub(crate) code: Option<String>,
    /// Where to go now, and in which words.
    pub(crate) way: (&'static str, &'static str),
    /// What to quote to whoever runs the server.
    pub(crate) reference: Option<String>,
}

/// Where one goes on to who is signed in.
const OVERVIEW: (&str, &str) = ("/", "Go to the overview");

impl Notice {
    pub(crate) fn of(failure: &Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self {
                title: title(refusal).to_owned(),
                text: sentence_case(&refusal.to_string()),
                now: advice(refusal),
                code: Some(refusal.code().to_string()),
                way: if refusal.status() == 401 { ("/sign-in", "Sign in") } else { OVERVIEW },
                reference: None,
            },
            Failure::Fault(fault) => Self {
                title: "Something broke".to_owned(),
                text: "The page could not be made. Calls through the gateway do not depend on it.".to_owned(),
                now: "Try again in a moment. If it stays, give the reference to whoever runs this server: it is in the server's log.",
                code: None,
                way: OVERVIEW,
                reference: Some(log(fault)),
            },
        }
    }

    /// The notice as the content of a page.
    pub(crate) fn markup(&self) -> Markup {
        html! {
            section.notice {
                h1 { (self.title) }
                p.lead { (self.text) }
                p { (self.now) }
                @if let Some(code) = &self.code { p.muted { "Code " (parts::code(code)) } }
                @if let Some(reference) = &self.reference { p.muted { "Reference " code { (reference) } } }
                p { a.button href=(self.way.0) { (self.way.1) } }
            }
        }
    }
}

fn title(refusal: &Refusal) -> &'static str {
    match refusal.status() {
        401 if matches!(refusal, Refusal::SignInFailed(_)) => "You are not signed in",
        401 => "Sign in first",
        403 => "Not permitted",
        404 => "Not found",
        409 => "Nothing to change",
        413 => "Too large",
        429 => "Too many attempts",
        _ => "That did not work",
    }
}

fn advice(refusal: &Refusal) -> &'static str {
    match refusal.status() {
        401 if matches!(refusal, Refusal::SignInFailed(_)) => {
            "Whoever has a password signs in with it as usual."
        }
        401 => "Sign in, and you will be taken back to where you were.",
        403 if matches!(refusal, Refusal::ForgedForm) => {
            "Go back, load the page again and send the form once more."
        }
        403 => "Ask an admin of your organisation for the role, in the workspace's countersign.toml.",
        404 => "It may have been renamed, or its records are past their retention. Look for it with Ctrl+K.",
        409 => "Someone may have been quicker. Load the page again to see how it stands.",
        429 => "Wait for the time given, then try again.",
        _ => "Go back, correct what is named above and send it again.",
    }
}

/// Error texts begin in lower case, as in logs; on a page they are sentences.
pub(crate) fn sentence_case(text: &str) -> String {
    let stop = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{}{stop}", capital(text))
}

/// The first letter in upper case, unless the first word is a name such as `workflow/a`.
pub(crate) fn capital(text: &str) -> String {
    let word = text.split(' ').next().unwrap_or_default();
    if word.contains(['/', '_', '.', '-']) {
        return text.to_owned();
    }
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}", characters.as_str())
}

/// Logs a fault once and returns the reference to show.
fn log(fault: &Fault) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let reference =
        format!("{:04x}-{:04x}", std::process::id() & 0xffff, COUNT.fetch_add(1, Ordering::Relaxed));
    let mut causes = String::new();
    let mut cause: Option<&(dyn StdError + 'static)> = Some(&*fault.source);
    while let Some(error) = cause {
        // Writing to a String can't fail.
        let _ = write!(causes, ": {error}");
        cause = error.source();
    }
    tracing::error!(reference, "page failed: {fault}{causes}");
    reference
}

fn wait(failure: &Failure, response: &mut Response) {
    if let Failure::Refused(refusal) = failure {
        retry_after(refusal, response);
    }
}

/// Says in the headers too when trying again can help (RFC 9110 §10.2.3).
pub(crate) fn retry_after(refusal: &Refusal, response: &mut Response) {
    if let Retry::After(seconds) = refusal.retry() {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
    }
}

/// The failure as a page, in the frame of whoever is signed in.
pub(crate) fn render(app: &App, signed: &Signed, failure: &Failure) -> Response {
    let notice = Notice::of(failure);
    let body = notice.markup();
    let page = Page { title: notice.title, place: Place::None, crumbs: vec![], body };
    let mut response = (failure.status(), frame::page(&app.settings, signed, &page)).into_response();
    wait(failure, &mut response);
    response
}

/// The failure as a page for whoever is not signed in.
pub(crate) fn render_bare(failure: &Failure) -> Response {
    let notice = Notice::of(failure);
    let body = notice.markup();
    let mut response = (failure.status(), frame::bare(&notice.title, &body)).into_response();
    wait(failure, &mut response);
    response
}

/// The page for a path that nothing serves.
#[must_use]
pub fn not_found(path: &str) -> Response {
    let refusal = Refusal::NotFound { noun: "page", name: path.to_owned(), hint: String::new() };
    let mut response = render_bare(&Failure::from(refusal));
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, header::HeaderValue::from_static("private, no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_reads_as_a_sentence_with_its_code() {
        let failure = Failure::from(Refusal::NotFound { noun: "run", name: "x".into(), hint: String::new() });
        let text = Notice::of(&failure).markup().into_string();
        assert!(text.contains("There is no run &quot;x&quot;."), "{text}");
        assert!(text.contains(r#"<a href="/errors/CS-0504"><code>CS-0504</code></a>"#), "{text}");
        assert_eq!(failure.status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn whoever_is_not_signed_in_is_led_to_where_one_signs_in() {
        let link = Refusal::SignInFailed("the link is unknown".into());
        for (refusal, title) in [(Refusal::NotSignedIn, "Sign in first"), (link, "You are not signed in")] {
            let notice = Notice::of(&Failure::from(refusal));
            assert_eq!((notice.title.as_str(), notice.way.0), (title, "/sign-in"));
        }
    }

    #[test]
    fn a_refusal_that_passes_says_when_in_the_headers() {
        let response = render_bare(&Failure::from(Refusal::TooManyAttempts { retry_s: 7 }));
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()[header::RETRY_AFTER], "7");
        assert!(
            !render_bare(&Failure::from(Refusal::NotSignedIn)).headers().contains_key(header::RETRY_AFTER)
        );
    }

    #[test]
    fn a_fault_shows_a_reference_and_nothing_else() {
        let failure = Failure::from(Error::Fault(Fault::new("reading runs", "disk /dev/x is on fire")));
        let text = Notice::of(&failure).markup().into_string();
        assert!(
            text.contains("Reference") && !text.contains("fire") && !text.contains("reading runs"),
            "{text}"
        );
        assert_eq!(failure.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }

    #[test]
    fn texts_become_sentences() {
        assert_eq!(sentence_case("the form has expired"), "The form has expired.");
        assert_eq!(sentence_case("Done."), "Done.");
        assert_eq!(sentence_case("provider/a is off"), "provider/a is off.");
        assert_eq!(sentence_case(""), ".");
    }
}
