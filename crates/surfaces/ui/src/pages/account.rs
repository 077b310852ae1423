//! One's own password.

use axum::extract::State;
use axum::response::Response;
use control::Credentials;
use maud::html;

use super::{Shown, framed};
use crate::app::App;
use crate::caller::Address;
use crate::errors::Failure;
use crate::forms::{Fields, Flash};
use crate::frame::{Page, Place};
use crate::parts::{self, Input};
use crate::session::{self, Signed};

/// `GET /account`.
pub(crate) async fn show(State(app): State<App>, signed: Signed) -> Shown {
    framed(&app, &signed, &render(&signed))
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
    let signed_in = app.control.change_password(&signed.session, present, fields.secret("new")).await?;
    let mut response = session::begin(&app, &signed_in, "/");
    let words = Flash("Your password is changed, and your other sessions are ended.".to_owned());
    session::append(&mut response, words.to_cookie());
    Ok(response)
}

/// The page.
pub(crate) fn render(signed: &Signed) -> Page {
    let body = html! {
        header.head { h1 { "Change your password" } }
        div.narrow {
            p.muted { "Your other sessions end when you do." }
            form.stack method="post" action="/account" {
                (parts::token(&signed.session))
                input type="text" name="name" value=(signed.session.view.id) autocomplete="username" hidden aria-label="Id" readonly;
                (parts::input(&Input {
                    name: "present", label: "Present password", kind: "password",
                    autocomplete: "current-password", required: true, ..Input::default()
                }))
                (parts::input(&Input {
                    name: "new", label: "New password", kind: "password", autocomplete: "new-password",
                    required: true, hint: "A few unrelated words are better than one word with signs in it.",
                    ..Input::default()
                }))
                p.actions { (parts::submit("", "Change password")) }
            }
        }
    };
    Page::new("Change password", Place::None, body)
}
