//! Signing in and out, and the one-time link that sets a password.
//!
//! Opening a link does not use it up: mail scanners open links. Sending its form does.

use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use control::{Credentials, Error, LinkFor};
use maud::{Markup, html};

use crate::app::App;
use crate::caller::Address;
use crate::errors::Failure;
use crate::forms::{Asked, Fields};
use crate::parts::{self, Input};
use crate::session::{self, COOKIE, Signed};
use crate::{errors, frame, links};

/// `GET /sign-in`.
pub(crate) async fn show(Asked(fields): Asked) -> Html<String> {
    render(fields.text("next").as_deref(), None, None)
}

/// `POST /sign-in`.
pub(crate) async fn sign_in(
    State(app): State<App>,
    Address(address): Address,
    fields: Fields,
) -> Result<Response, Failure> {
    let (name, next) = (fields.text("name").unwrap_or_default(), fields.text("next"));
    let credentials = Credentials { name: name.clone(), password: fields.secret("password"), address };
    match app.control.sign_in(credentials).await {
        Ok(signed_in) => Ok(session::begin(&app, &signed_in, links::inside(next.as_deref()))),
        Err(Error::Refused(refusal)) => {
            let status = axum::http::StatusCode::from_u16(refusal.status()).unwrap_or_default();
            let form = render(next.as_deref(), Some(&name), Some(&refusal.to_string()));
            let mut response = (status, form).into_response();
            errors::retry_after(&refusal, &mut response);
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /sign-out`.
pub(crate) async fn sign_out(
    State(app): State<App>,
    signed: Signed,
    fields: Fields,
) -> Result<Response, Failure> {
    fields.check(&app, &signed)?;
    app.control.sign_out(&signed.cookie).await?;
    let mut response = Redirect::to("/sign-in").into_response();
    session::append(&mut response, session::set_cookie(COOKIE, None));
    Ok(response)
}

/// `GET /sign-in/link/{token}`.
pub(crate) async fn link(State(app): State<App>, Path(token): Path<String>) -> Result<Html<String>, Failure> {
    let link = app.control.link(&token).await?;
    Ok(render_link(&token, &link, None))
}

/// `POST /sign-in/link/{token}`.
pub(crate) async fn use_link(
    State(app): State<App>,
    Path(token): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    match app.control.use_link(&token, fields.secret("password")).await {
        Ok(signed_in) => Ok(session::begin(&app, &signed_in, "/")),
        Err(Error::Refused(refusal)) => {
            // The link may still be good: then only the password was refused.
            let link = app.control.link(&token).await?;
            let status = axum::http::StatusCode::from_u16(refusal.status()).unwrap_or_default();
            let mut response =
                (status, render_link(&token, &link, Some(&refusal.to_string()))).into_response();
            errors::retry_after(&refusal, &mut response);
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

fn trouble(text: Option<&str>) -> Markup {
    html! {
        @if let Some(text) = text {
            p.flash.bad role="alert" {
                (parts::tone_icon(control::views::Tone::Bad)) span { (errors::sentence_case(text)) }
            }
        }
    }
}

/// The form.
pub(crate) fn render(next: Option<&str>, name: Option<&str>, wrong: Option<&str>) -> Html<String> {
    let body = html! {
        h1 { "Sign in" }
        (trouble(wrong))
        form.stack method="post" action="/sign-in" {
            @if let Some(next) = next { (parts::hidden("next", links::inside(Some(next)))) }
            (parts::input(&Input {
                name: "name", label: "Mail address or id", value: name.unwrap_or_default(),
                autocomplete: "username", required: true, ..Input::default()
            }))
            (parts::input(&Input {
                name: "password", label: "Password", kind: "password", autocomplete: "current-password",
                required: true, ..Input::default()
            }))
            (parts::submit("wide", "Sign in"))
        }
        p.muted { "No password yet, or forgotten? An admin can make a sign-in link for you on the page People." }
    };
    frame::bare("Sign in", &body)
}

/// The form behind a one-time link.
pub(crate) fn render_link(token: &str, link: &LinkFor, wrong: Option<&str>) -> Html<String> {
    let hint = format!("At least {} characters. A few unrelated words are good.", link.min_password);
    let body = html! {
        h1 { "Welcome, " (link.name) }
        p { "Choose a password. The link works once, and you are signed in when you have." }
        (trouble(wrong))
        form.stack method="post" action={ "/sign-in/link/" (links::encode(token)) } {
            input type="text" name="name" value=(link.person) autocomplete="username" hidden aria-label="Id" readonly;
            (parts::input(&Input {
                name: "password", label: "Password", kind: "password", autocomplete: "new-password",
                required: true, hint: &hint, least: link.min_password, ..Input::default()
            }))
            (parts::submit("wide", "Set password and sign in"))
        }
    };
    frame::bare("Set your password", &body)
}
