//! Find: workflows, runs, people, keys and commands by a piece of their name. A page, and the
//! same as JSON for the palette.

use axum::Json;
use axum::extract::State;
use control::views::{Found, SubjectKind};
use domain::people::Act;
use maud::html;
use serde::Serialize;

use super::{Shown, framed};
use crate::app::App;
use crate::errors::Failure;
use crate::forms::{Asked, Fields};
use crate::frame::{Page, Place};
use crate::session::Signed;
use crate::{links, parts};

/// One result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Hit {
    kind: &'static str,
    title: String,
    detail: String,
    href: String,
}

/// `GET /find`.
pub(crate) async fn show(State(app): State<App>, signed: Signed, Asked(fields): Asked) -> Shown {
    let (text, hits) = hits(&app, &signed, &fields).await?;
    framed(&app, &signed, &render(&text, &hits))
}

/// `GET /find.json`.
pub(crate) async fn json(
    State(app): State<App>,
    signed: Signed,
    Asked(fields): Asked,
) -> Result<Json<Vec<Hit>>, Failure> {
    Ok(Json(hits(&app, &signed, &fields).await?.1))
}

async fn hits(app: &App, signed: &Signed, fields: &Fields) -> Result<(String, Vec<Hit>), Failure> {
    let text = fields.text("q").unwrap_or_default();
    let found = app.control.find(&signed.look()?, &text).await?;
    Ok((text.clone(), list(&text, &found, signed.session.who.may(Act::Switch))))
}

/// Things first, then what can be done with them, then pages.
pub(crate) fn list(text: &str, found: &[Found], can_switch: bool) -> Vec<Hit> {
    let mut hits: Vec<Hit> = found.iter().filter_map(thing).collect();
    if can_switch {
        let workflows = found.iter().filter(|one| one.about.kind == SubjectKind::Workflow);
        hits.extend(workflows.take(3).map(|one| Hit {
            kind: "command",
            title: format!("Turn off {}", one.title),
            detail: format!("switch workflow/{}", one.about.id),
            href: links::switch(&format!("workflow/{}", one.about.id), Some("off")),
        }));
    }
    let needle = text.to_lowercase();
    hits.extend(COMMANDS.iter().filter(|(title, _)| title.to_lowercase().contains(&needle)).map(
        |(title, href)| Hit {
            kind: "command",
            title: (*title).to_owned(),
            detail: String::new(),
            href: (*href).to_owned(),
        },
    ));
    hits
}

const COMMANDS: [(&str, &str); 11] = [
    ("Go to Overview", "/"),
    ("Go to Workflows", "/workflows"),
    ("Go to Runs", "/runs"),
    ("Go to Spend", "/spend"),
    ("Go to Keys", "/keys"),
    ("Go to People", "/people"),
    ("Go to Audit", "/audit"),
    ("Go to Configuration", "/configuration"),
    ("Switches: what is off", "/switch"),
    ("Turn everything off", "/switch?scope=all&state=off"),
    ("New key", "/keys#new"),
];

fn thing(found: &Found) -> Option<Hit> {
    let kind = match found.about.kind {
        SubjectKind::Workflow => "workflow",
        SubjectKind::Run => "run",
        SubjectKind::Inference => "call",
        SubjectKind::Key => "key",
        SubjectKind::Person => "person",
        SubjectKind::Prompt => "prompt",
        SubjectKind::Scope => "switch",
        SubjectKind::Configuration => "configuration",
        SubjectKind::Spend => "spend",
        SubjectKind::Provider => "provider",
        SubjectKind::Ledger => "ledger",
    };
    Some(Hit {
        kind,
        title: found.title.clone(),
        detail: found.detail.clone(),
        href: links::subject(&found.about)?,
    })
}

/// The page.
pub(crate) fn render(text: &str, hits: &[Hit]) -> Page {
    let body = html! {
        header.head { h1 { "Find" } }
        form.find-form method="get" action="/find" role="search" {
            label.sr for="q" { "A piece of a name or an id" }
            input #q type="search" name="q" value=(text) placeholder="A workflow, run, person, key or command" autocomplete="off" data-filter;
            button.primary type="submit" { "Find" }
        }
        @if hits.is_empty() {
            (parts::empty("Nothing has that in its name or id.", &html! { "Try a shorter piece." }))
        } @else {
            ul.hits {
                @for hit in hits {
                    li {
                        a href=(hit.href) { (hit.title) } " " (parts::chip(hit.kind)) " "
                        span.muted { (hit.detail) }
                    }
                }
            }
        }
    };
    Page::new("Find", Place::None, body)
}
