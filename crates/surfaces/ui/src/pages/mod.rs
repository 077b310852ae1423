//! The pages, one file each: the handler asks one use case, `render` writes down its answer.

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod codes;
pub(crate) mod configuration;
pub(crate) mod find;
pub(crate) mod guards;
pub(crate) mod key_form;
pub(crate) mod keys;
pub(crate) mod overview;
pub(crate) mod people;
pub(crate) mod prompts;
pub(crate) mod providers;
pub(crate) mod run;
pub(crate) mod runs;
pub(crate) mod sign_in;
pub(crate) mod spend;
pub(crate) mod switch;
pub(crate) mod telemetry;
pub(crate) mod workflow;
pub(crate) mod workflows;

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use control::views::PeriodQuery;
use maud::{Markup, html};

use crate::app::App;
use crate::errors::Failure;
use crate::forms::{Fields, Flash};
use crate::frame::{self, Page, Place};
use crate::parts::Filter;
use crate::session::{self, Signed};

/// What a handler of a page returns.
pub(crate) type Shown = Result<Html<String>, Failure>;

/// Puts a page into the frame.
fn framed(app: &App, signed: &Signed, page: &Page) -> Shown {
    Ok(frame::page(&app.settings, signed, page))
}

/// The same for a page whose filter can't be read: it keeps what was typed.
fn unread(app: &App, signed: &Signed, page: &Page) -> Result<Response, Failure> {
    Ok((StatusCode::BAD_REQUEST, framed(app, signed, page)?).into_response())
}

/// A page whose filter can't be read: the form as it was typed, with what is wrong with it, and
/// nothing found.
fn refused(title: &str, place: Place, asked: Filter<'_>, form: &Markup) -> Page {
    let body = html! { h1.sr { (title) } (asked.trouble()) (form) };
    Page::new(title, place, body)
}

/// The period that a filter asks for. Days that were given take the place of a period by name.
fn period(fields: &Fields) -> PeriodQuery {
    let (from, to) = (fields.text("from"), fields.text("to"));
    let period = fields.text("period").filter(|_| from.is_none() && to.is_none());
    PeriodQuery { from, to, period }
}

/// Goes on to `place` after a form, and says there what was done.
fn done(place: &str, words: String) -> Response {
    let mut response = Redirect::to(place).into_response();
    session::append(&mut response, Flash(words).to_cookie());
    response
}
