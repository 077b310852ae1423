//! Find: workflows, runs, people, keys and commands by a piece of their name. A page, and the
//! same as JSON for the palette.

use axum::Json;
use axum::extract::State;
use control::views::{Found, SubjectKind};
use domain::switch::State as Stand;
use maud::html;
use serde::Serialize;

use super::{Shown, framed};
use crate::app::App;
use crate::errors::Failure;
use crate::forms::{Asked, Fields};
use crate::frame::{APART, MAIN, Page, Place};
use crate::session::Signed;
use crate::{links, parts};

/// One result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Hit {
    kind: &'static str,
    pub(crate) title: String,
    detail: String,
    pub(crate) href: String,
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
    let wish = Wish::read(&text);
    let found = app.control.find(&signed.look()?, wish.of).await?;
    let who = &signed.session.who;
    let may =
        May { turn: &|scope| app.control.may_turn(who, scope), keys: app.control.may_manage_some_key(who) };
    let hits = list(&wish, &found, &may);
    Ok((text, hits))
}

/// What someone typed: a piece of a name, perhaps after what is to be done with it.
pub(crate) struct Wish<'a> {
    text: &'a str,
    /// Where a switch is to be turned to, where that was typed first.
    turn: Option<Stand>,
    /// The piece of a name.
    of: &'a str,
}

impl<'a> Wish<'a> {
    /// Reads `turn off support` and `support` alike.
    pub(crate) fn read(text: &'a str) -> Self {
        const VERBS: [(&str, Stand); 4] = [
            ("turn off", Stand::Off),
            ("switch off", Stand::Off),
            ("turn on", Stand::On),
            ("switch on", Stand::On),
        ];
        let text = text.trim();
        let verb = VERBS.iter().find_map(|(verb, stand)| {
            let (head, rest) = text.split_at_checked(verb.len())?;
            let whole = rest.is_empty() || rest.starts_with(' ');
            (whole && head.eq_ignore_ascii_case(verb)).then_some((*stand, rest.trim()))
        });
        match verb {
            Some((stand, of)) => Self { text, turn: Some(stand), of },
            None => Self { text, turn: None, of: text },
        }
    }
}

/// What whoever asks may do.
pub(crate) struct May<'a> {
    /// Whether they may turn the switch of a scope.
    pub(crate) turn: &'a dyn Fn(&str) -> bool,
    /// Whether there is a key that they may manage.
    pub(crate) keys: bool,
}

/// Things first, then what can be done with them, then pages; where something is to be turned,
/// the switches first.
pub(crate) fn list(wish: &Wish<'_>, found: &[Found], may: &May<'_>) -> Vec<Hit> {
    let things: Vec<Hit> = found.iter().filter_map(thing).collect();
    let turns = turns(wish.turn.unwrap_or(Stand::Off), found, may);
    let mut hits = if wish.turn.is_some() { [turns, things].concat() } else { [things, turns].concat() };
    hits.extend(commands(wish, may));
    hits
}

/// The switches of what was found.
fn turns(stand: Stand, found: &[Found], may: &May<'_>) -> Vec<Hit> {
    let scopes = found.iter().filter_map(|one| match one.about.kind {
        SubjectKind::Workflow => Some((one, format!("workflow/{}", one.about.id))),
        SubjectKind::Scope => Some((one, one.about.id.clone())),
        _ => None,
    });
    let word = if stand == Stand::On { "on" } else { "off" };
    let allowed = scopes.filter(|(_, scope)| (may.turn)(scope)).take(3);
    let hit = |(one, scope): (&Found, String)| Hit {
        kind: "command",
        title: format!("Turn {word} {}", one.title),
        detail: format!("switch {scope}"),
        href: links::switch(&scope, Some(word)),
    };
    allowed.map(hit).collect()
}

fn commands(wish: &Wish<'_>, may: &May<'_>) -> Vec<Hit> {
    let pages = MAIN.iter().chain(&APART).map(|entry| (format!("Go to {}", entry.name), entry.href));
    let mut offered: Vec<(String, &str)> = pages.collect();
    offered.push(("Switches: what is off".to_owned(), "/switch"));
    if (may.turn)("all") {
        offered.push(("Turn everything off".to_owned(), "/switch?scope=all&state=off"));
    }
    if may.keys {
        offered.push(("New key".to_owned(), "/keys?new=yes#new"));
    }
    let needle = wish.text.to_lowercase();
    let fits = |(title, href): &(String, &str)| {
        (wish.turn.is_some() && href.starts_with("/switch")) || title.to_lowercase().contains(&needle)
    };
    let hit = |(title, href): (String, &str)| Hit {
        kind: "command",
        title,
        detail: String::new(),
        href: href.to_owned(),
    };
    offered.into_iter().filter(fits).map(hit).collect()
}

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
        href: match &found.workflow {
            Some(workflow) if found.about.kind == SubjectKind::Run => {
                links::run_of(workflow, &found.about.id)
            }
            _ => links::subject(&found.about)?,
        },
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
