//! One's own password.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use control::{Credentials, Error};
use domain::Refusal;
use maud::html;

use super::{Shown, framed};
use crate::app::App;
use crate::caller::Address;
use crate::errors::{self, Failure};
use crate::forms::{Fields, Flash, Wrong};
use crate::frame::{Page, Place};
use crate::parts::{self, Input};
use crate::session::{self, Signed};

/// `GET /account`.
pub(crate) async fn show(State(app): State<App>, signed: Signed) -> Shown {
    framed(&app, &signed, &render(&signed, None))
}

/// `POST /account`.
pub(crate) async fn change(
    State(app): State<App>,
    signed: Signed,
    Address(address): Address,
    fields: Fields,
) -> Result<Response, Failure> {
    fields.check(&app, &signed)?;
    let present =
        Credentials { name: signed.session.view.id.clone(), password: fields.secret("present"), address };
    let changed = app.control.change_password(&signed.session, present, fields.secret("new")).await;
    let signed_in = match changed {
        Ok(signed_in) => signed_in,
        Err(Error::Refused(refusal)) => {
            let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
            let page = framed(&app, &signed, &render(&signed, Some(&wrong(&refusal))))?;
            return Ok((status, page).into_response());
        }
        Err(error) => return Err(error.into()),
    };
    let mut response = session::begin(&app, &signed_in, "/");
    let words = Flash("Your password is changed, and your other sessions are ended.".to_owned());
    session::append(&mut response, words.to_cookie());
    Ok(response)
}

/// Which field a refusal is about. What was typed is not put back: these are secrets.
fn wrong(refusal: &Refusal) -> Wrong {
    let (field, text) = match refusal {
        Refusal::SignInFailed(_) => ("present", "this is not your present password".to_owned()),
        Refusal::BadArgument { problem, .. } => ("new", problem.clone()),
        other => ("", other.to_string()),
    };
    Wrong { field: field.to_owned(), text: errors::sentence_case(&text) }
}

/// The page.
pub(crate) fn render(signed: &Signed, wrong: Option<&Wrong>) -> Page {
    let body = html! {
        header.head { h1 { "Change your password" } }
        div.narrow {
            p.muted { "Your other sessions end when you do." }
            (parts::trouble(Wrong::at(wrong, "")))
            form.stack method="post" action="/account" {
                (parts::token(&signed.session))
                input type="text" name="name" value=(signed.session.view.id) autocomplete="username" hidden aria-label="Id" readonly;
                (parts::input(&Input {
                    name: "present", label: "Present password", kind: "password",
                    autocomplete: "current-password", required: true, wrong: Wrong::at(wrong, "present"), ..Input::default()
                }))
                (parts::input(&Input {
                    name: "new", label: "New password", kind: "password", autocomplete: "new-password",
                    required: true, hint: "A few unrelated words are better than one word with signs in it.",
                    wrong: Wrong::at(wrong, "new"), ..Input::default()
                }))
                p.actions { (parts::submit("", "Change password")) }
            }
        }
    };
    Page::new("Change password", Place::None, body)
}
