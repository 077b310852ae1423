//! People: who is in the workspace, and who can sign in. Names and roles come from its files.

use axum::extract::{Path, State};
use axum::response::{Html, Response};
use control::views::{LinkMade, PeoplePage, PersonRow, Tone};
use domain::people::{Act, acts};
use maud::{Markup, html};

use super::{Shown, done, framed};
use crate::app::App;
use crate::errors::Failure;
use crate::format;
use crate::forms::Fields;
use crate::frame::{Page, Place};
use crate::parts::Col;
use crate::session::Signed;
use crate::{links, parts};

/// `GET /people`.
pub(crate) async fn show(State(app): State<App>, signed: Signed) -> Shown {
    let view = app.control.people(&signed.look()?).await?;
    framed(&app, &signed, &render(&signed, &view))
}

/// `POST /people/{id}/invite`.
pub(crate) async fn invite(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Html<String>, Failure> {
    fields.check(&app, &signed)?;
    let permit = signed.session.who.permit::<acts::ManagePeople>()?;
    let made = app.control.invite(&permit, &id).await?;
    framed(&app, &signed, &render_link(&signed, &made))
}

/// `GET /people/{id}/sign-out`: the last look.
pub(crate) async fn confirm_end(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Shown {
    let view = app.control.people(&signed.look()?).await?;
    let row = view.rows.iter().find(|row| row.id == id).ok_or_else(|| domain::Refusal::NotFound {
        noun: "person",
        name: id.clone(),
        hint: String::new(),
    })?;
    framed(&app, &signed, &render_end(&signed, row))
}

/// `POST /people/{id}/sign-out`.
pub(crate) async fn end_sessions(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    fields.check(&app, &signed)?;
    let permit = signed.session.who.permit::<acts::ManagePeople>()?;
    let ended = app.control.end_sessions(&permit, &id).await?;
    Ok(done("/people", format!("{} of {id} ended.", format::plural(ended, "session", "sessions"))))
}

/// The page.
pub(crate) fn render(signed: &Signed, view: &PeoplePage) -> Page {
    const COLUMNS: [Col; 5] = [
        Col::text("Person"),
        Col::text("Roles"),
        Col::text("Owns"),
        Col::text("Last seen"),
        Col::text("Sign-in"),
    ];
    let may = signed.session.who.may(Act::ManagePeople);
    let rows = html! { @for row in &view.rows { (line(signed, row, may)) } };
    let body = html! {
        h1.sr { "People" }
        (parts::sentence(&view.sentence))
        (parts::section("list", "Everyone in the workspace", &html! { span.muted { "names and roles: countersign.toml" } },
            &parts::table("people-rows", "People", &COLUMNS, &rows)))
    };
    Page::new("People", Place::People, body)
}

fn line(signed: &Signed, row: &PersonRow, may: bool) -> Markup {
    let gone = row.left.is_some_and(|left| left.timestamp() <= signed.now);
    html! {
        tr {
            th scope="row" {
                (row.name) " "
                @if let Some(left) = row.left {
                    @let (tone, word) = if gone { (Tone::Bad, "left") } else { (Tone::Warn, "leaves") };
                    (parts::badge(tone, word))
                    " " (format::time(signed.now, left.timestamp()))
                }
                span.under { (row.email) }
            }
            td { (row.roles.join(", ")) }
            td {
                @for (index, id) in row.owns.iter().enumerate() {
                    @if index > 0 { ", " } a href=(links::workflow(id)) { (id) }
                }
                @if row.owns.is_empty() { span.muted { "nothing" } }
            }
            td {
                @match row.last_seen {
                    Some(at) => (format::time(signed.now, at.timestamp())), None => span.muted { "never" }
                }
            }
            td { (sign_in(signed, row, may && !gone)) }
        }
    }
}

fn sign_in(signed: &Signed, row: &PersonRow, may: bool) -> Markup {
    let at = |what: &str| format!("/people/{}/{what}", links::encode(&row.id));
    html! {
        @if row.can_sign_in { (format::plural(row.sessions, "session", "sessions")) } @else {
            span.muted { "no password yet" }
        }
        @if may {
            form.inline method="post" action=(at("invite")) {
                (parts::token(&signed.session))
                button.linklike type="submit" aria-label={ "Sign-in link for " (row.name) } { "Sign-in link" }
            }
            @if row.sessions > 0 {
                a.inline href=(at("sign-out")) aria-label={ "End sessions of " (row.name) } { "End sessions" }
            }
        }
    }
}

/// What ending the sessions does, and the button.
pub(crate) fn render_end(signed: &Signed, row: &PersonRow) -> Page {
    let own = row.id == signed.session.view.id;
    let body = html! {
        header.head { h1 { "End the sessions of " (row.name) } }
        div.narrow {
            p.lead {
                (format::plural(row.sessions, "session ends", "sessions end")) " at once. "
                @if own { "They are your own, and this one is among them: you will have to sign in again." }
                @else { (row.name) " can sign in again with the same password." }
            }
            form.stack method="post" action={ "/people/" (links::encode(&row.id)) "/sign-out" } {
                (parts::token(&signed.session))
                p.actions { button.danger type="submit" { "End sessions" } a.button href="/people" { "Keep them" } }
            }
        }
    };
    Page::new("End sessions", Place::People, body).below("People", "/people")
}

/// The one time a link is seen.
pub(crate) fn render_link(signed: &Signed, made: &LinkMade) -> Page {
    let body = html! {
        header.head { h1 { "A sign-in link for " (made.person) } }
        div.narrow {
            p.lead {
                "Whoever has it can set the password and sign in as " (made.person)
                ". Send it to no one else. It works once, until " (format::exact(made.expires.timestamp())) "."
            }
            p.secret {
                code #secret { (made.path) } button type="button" data-copy="secret"
                data-copy-address hidden { "Copy" }
            }
            p.muted { "Put the address of this server before it. Now it is " (format::exact(signed.now)) "." }
            p { a.button href="/people" { "I have it" } }
        }
    };
    Page::new("Sign-in link", Place::People, body).below("People", "/people")
}
