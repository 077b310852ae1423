//! Keys: who may call, for which workflow. A secret is shown once, right after it was made.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use control::views::{KeyCreated, KeyRow, KeyState, KeysPage, NewKey, Tone};
use domain::Refusal;
use maud::{Markup, html};

use super::key_form::{self, Draft};
use super::{Shown, done, framed};
use crate::app::App;
use crate::caller::Here;
use crate::errors::Failure;
use crate::format;
use crate::forms::{Asked, Fields, Wrong};
use crate::frame::{Page, Place};
use crate::parts::Col;
use crate::session::{self, Signed};
use crate::{links, parts};

/// `GET /keys`.
pub(crate) async fn show(State(app): State<App>, signed: Signed, Asked(fields): Asked) -> Shown {
    let view = app.control.keys(&signed.look()?).await?;
    framed(&app, &signed, &render(&signed, &view, &Draft::asked(&fields), &may(&app, &signed)))
}

/// The cookie that carries a new secret from the form to the page that shows it. It lives for a
/// minute and goes to that page alone, scripts can't read it, and the page deletes it.
const CREATED: &str = "cs_created";

/// `POST /keys`: on to the page that shows the secret, so that loading it again makes no second key.
pub(crate) async fn create(
    State(app): State<App>,
    signed: Signed,
    fields: Fields,
) -> Result<Response, Failure> {
    fields.check(&app, &signed)?;
    match make(&app, &signed, &fields).await {
        Ok(made) => {
            let place = created_at(&made.id);
            let mut response = Redirect::to(&place).into_response();
            let held = format!("{}.{}", made.id, made.key);
            session::append(&mut response, session::set_cookie_at(&place, CREATED, Some((&held, 60))));
            Ok(response)
        }
        Err(failure) => {
            let Some(wrong) = Wrong::of(&failure) else { return Err(failure) };
            let view = app.control.keys(&signed.look()?).await?;
            let draft = Draft::refused(fields, wrong);
            let page = framed(&app, &signed, &render(&signed, &view, &draft, &may(&app, &signed)))?;
            Ok((StatusCode::BAD_REQUEST, page).into_response())
        }
    }
}

/// Where a key that was just made is shown.
fn created_at(id: &str) -> String {
    format!("/keys/{}/created", links::encode(id))
}

async fn make(app: &App, signed: &Signed, fields: &Fields) -> Result<KeyCreated, Failure> {
    Ok(app.control.create_key(&signed.session.who, &new_key(fields)?).await?)
}

/// `GET /keys/{id}/created`: the one time a secret is seen.
pub(crate) async fn created(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Here(url): Here,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let view = app.control.keys(&signed.look()?).await?;
    let row = view.rows.into_iter().find(|row| row.id == id).ok_or_else(|| unknown(&id))?;
    let _permit = app.control.permit_keys(&signed.session.who, &row.workflows)?;
    let (held, place) = (session::cookie(&headers, CREATED), created_at(&id));
    let key = held.as_deref().and_then(|held| held.strip_prefix(&id)?.strip_prefix('.'));
    let page = match key {
        Some(key) => render_created(&signed, &KeyCreated { id, key: key.to_owned(), row }, &url),
        None => render_shown(&row),
    };
    let mut response = framed(&app, &signed, &page)?.into_response();
    session::append(&mut response, session::set_cookie_at(&place, CREATED, None));
    Ok(response)
}

fn unknown(id: &str) -> Refusal {
    Refusal::NotFound { noun: "key", name: id.to_owned(), hint: String::new() }
}

fn new_key(fields: &Fields) -> Result<NewKey, Failure> {
    Ok(NewKey {
        workflows: fields.all("workflows"),
        agent: fields.text("agent"),
        label: fields.text("label"),
        expires: fields.text("expires"),
        requests_per_minute: fields.number("requests_per_minute", "requests_per_minute")?,
        tokens_per_minute: fields.number("tokens_per_minute", "tokens_per_minute")?,
        concurrent: fields.number("concurrent", "concurrent")?,
        iterations_per_run: fields.number("iterations_per_run", "iterations_per_run")?,
        budget_day: fields.text("budget_day"),
        budget_month: fields.text("budget_month"),
        budget_run: fields.text("budget_run"),
    })
}

/// `GET /keys/{id}/revoke`: the last look.
pub(crate) async fn confirm(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Shown {
    let view = app.control.keys(&signed.look()?).await?;
    let row = view.rows.iter().find(|row| row.id == id).ok_or_else(|| unknown(&id))?;
    framed(&app, &signed, &render_confirm(&signed, row))
}

/// `POST /keys/{id}/revoke`.
pub(crate) async fn revoke(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Failure> {
    fields.check(&app, &signed)?;
    let revoked = app.control.revoke_key(&signed.session.who, &id).await?;
    Ok(done("/keys", format!("The key {}.", revoked.words)))
}

/// Whether whoever is signed in may manage a key that serves these workflows.
pub(crate) type May<'a> = dyn Fn(&[String]) -> bool + 'a;

fn may<'a>(app: &'a App, signed: &'a Signed) -> impl Fn(&[String]) -> bool + 'a {
    |workflows| app.control.may_manage_keys(&signed.session.who, workflows)
}

/// The page.
pub(crate) fn render(signed: &Signed, view: &KeysPage, draft: &Draft, may: &May<'_>) -> Page {
    let offered = view.choices.workflows.iter().filter(|id| may(std::slice::from_ref(*id)));
    let offered: Vec<&String> = offered.collect();
    let body = html! {
        h1.sr { "Keys" }
        (parts::sentence(&view.sentence))
        @if !offered.is_empty() { (key_form::form(signed, view, draft, &offered)) }
        (parts::section("list", "All keys", &html! { span.muted { "use over the last 30 days" } }, &table(
            signed, &view.rows, may,
        )))
    };
    Page::new("Keys", Place::Keys, body)
}

/// How a key stands.
fn state(state: KeyState) -> Markup {
    match state {
        KeyState::Active => parts::badge(Tone::Good, "active"),
        KeyState::Idle => parts::badge(Tone::Info, "no workflow"),
        KeyState::Expired => parts::badge(Tone::Info, "expired"),
        KeyState::Revoked => parts::badge(Tone::Info, "revoked"),
    }
}

fn table(signed: &Signed, rows: &[KeyRow], may: &May<'_>) -> Markup {
    const COLUMNS: [Col; 8] = [
        Col::text("Key"),
        Col::text("State"),
        Col::text("Serves"),
        Col::text("Limits"),
        Col::text("Made"),
        Col::text("Ends"),
        Col::num("Calls"),
        Col::num("Cost"),
    ];
    if rows.is_empty() {
        return parts::empty(
            "Keys will be listed here.",
            &html! { "Make one above, or with " code { "countersign key create --workflow W" } "." },
        );
    }
    let body = html! { @for row in rows { (line(signed, row, may)) } };
    parts::table("key-rows", "Keys, those that work first", &COLUMNS, &body)
}

fn line(signed: &Signed, row: &KeyRow, may: &May<'_>) -> Markup {
    let works = matches!(row.state, KeyState::Active | KeyState::Idle);
    html! {
        tr id=(row.id) {
            th scope="row" { (row.label) span.under.mono { (super::runs::short(&row.id)) } }
            td {
                (state(row.state))
                @if works && may(&row.workflows) {
                    span.under {
                        a href={ "/keys/" (links::encode(&row.id)) "/revoke" }
                        aria-label={ "Revoke " (row.label) } { "Revoke" }
                    }
                }
            }
            td {
                @for (index, id) in row.workflows.iter().enumerate() {
                    @if index > 0 { ", " } a href=(links::workflow(id)) { (id) }
                }
                @if let Some(agent) = &row.agent { span.under { "agent " (agent) } }
            }
            td {
                @for limit in &row.limits { div { (format::count(limit.limit)) " " (limit.words) } }
                @for budget in &row.budgets { div { (format::money(budget.limit.amount())) " a " (budget.window) } }
                @if row.limits.is_empty() && row.budgets.is_empty() { span.muted { "none of its own" } }
            }
            td { (format::time(signed.now, row.created.timestamp())) span.under { (row.created_by) } }
            td { (ends(signed, row)) }
            td.num { (format::count(row.figures.calls)) }
            td.num { (parts::cost(&row.figures.cost, &row.figures.estimated_cost, &row.figures.simulated_cost)) }
        }
    }
}

fn ends(signed: &Signed, row: &KeyRow) -> Markup {
    html! {
        @match (row.revoked, row.expires) {
            (Some(at), _) => { "revoked " (format::time(signed.now, at.timestamp())) }
            (None, Some(at)) => (format::time(signed.now, at.timestamp())),
            (None, None) => span.muted { "when revoked" },
        }
    }
}

/// A short table for a workflow's page.
pub(crate) fn short(signed: &Signed, rows: &[KeyRow]) -> Markup {
    const COLUMNS: [Col; 4] = [
        Col::text("Key"),
        Col::text("State"),
        Col::text("Ends"),
        Col::num("Calls").hint("Of this workflow, over the last 30 days"),
    ];
    if rows.is_empty() {
        return parts::empty(
            "Keys that serve this workflow will be listed here.",
            &html! { "Without one, nobody can call it." },
        );
    }
    let body = html! {
        @for row in rows {
            tr {
                th scope="row" {
                    a href={ "/keys#" (row.id) } { (row.label) }
                    @if let Some(agent) = &row.agent { span.under { "agent " (agent) } }
                }
                td { (state(row.state)) }
                td { (ends(signed, row)) }
                td.num { (format::count(row.figures.calls)) }
            }
        }
    };
    parts::table("key-short", "Keys", &COLUMNS, &body)
}

/// The one time a secret is seen. `url` is where its callers are to send to.
pub(crate) fn render_created(signed: &Signed, made: &KeyCreated, url: &str) -> Page {
    let workflow = made.row.workflows.first().map_or("", String::as_str);
    let several = made.row.workflows.len() > 1;
    let body = html! {
        header.head { h1 { "Your new key" } }
        div.narrow {
            p.lead { "Copy it now. It is not stored, and can't be shown again." }
            p.secret { code #secret { (made.key) } button type="button" data-copy="secret" hidden { "Copy" } }
            p {
                "It serves "
                @for (index, id) in made.row.workflows.iter().enumerate() {
                    @if index > 0 { ", " } a href=(links::workflow(id)) { (id) }
                }
                @match made.row.expires {
                    Some(at) => { ", until " (format::time(signed.now, at.timestamp())) },
                    None => ", until it is revoked",
                }
                "."
                @if several { " Each call says in a header for which of them it is." }
            }
            p { "Point the official SDK of OpenAI or Anthropic at this server and use it as the API key:" }
            (parts::code_block("How to use the key", &usage(url, several.then_some(workflow))))
            p.actions { a.button href="/keys" { "I have it" } }
        }
    };
    Page::new("New key", Place::Keys, body).below("Keys", "/keys")
}

/// The same page, loaded again.
pub(crate) fn render_shown(row: &KeyRow) -> Page {
    let body = html! {
        header.head { h1 { "The key " (row.label) " was shown once" } }
        div.narrow {
            p.lead { "Its secret is not stored and can't be shown again. Nothing was made by loading this page again." }
            p { "Whoever has not copied it revokes the key and makes another." }
            p.actions {
                a.button href="/keys" { "Keys" }
                a.button href={ "/keys/" (links::encode(&row.id)) "/revoke" } { "Revoke it" }
            }
        }
    };
    Page::new("New key", Place::Keys, body).below("Keys", "/keys")
}

fn usage(url: &str, named: Option<&str>) -> String {
    let header = named.map_or_else(String::new, |id| format!(" \\\n  -H \"x-countersign-workflow: {id}\""));
    format!(
        "export OPENAI_BASE_URL=\"{url}/v1\"\nexport OPENAI_API_KEY=\"cs_…\"\n\ncurl \"$OPENAI_BASE_URL/chat/completions\" \\\n  -H \"authorization: Bearer $OPENAI_API_KEY\"{header} \\\n  -H \"content-type: application/json\" \\\n  -d '{{\"model\": \"standard\",\n       \"messages\": [{{\"role\": \"user\", \"content\": \"Hello\"}}]}}'"
    )
}

/// What revoking does, and the button.
pub(crate) fn render_confirm(signed: &Signed, row: &KeyRow) -> Page {
    let body = html! {
        header.head { h1 { "Revoke " (row.label) } }
        div.narrow {
            p.lead {
                "New calls with this key get 401 at once, and running streams end at their next event. This can't be taken back: a new key is needed instead."
            }
            (parts::definitions(&[
                ("Key", html! { code { (row.id) } }),
                ("Serves", html! { (row.workflows.join(", ")) }),
                ("Used", html! { (format::plural(row.figures.calls, "call", "calls")) " over the last 30 days" }),
            ]))
            form.stack method="post" action={ "/keys/" (links::encode(&row.id)) "/revoke" } {
                (parts::token(&signed.session))
                p.actions { button.danger type="submit" { "Revoke the key" } a.button href="/keys" { "Keep it" } }
            }
        }
    };
    Page::new("Revoke a key", Place::Keys, body).below("Keys", "/keys")
}
