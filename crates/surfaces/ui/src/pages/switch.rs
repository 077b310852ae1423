//! Switches: what turning one would do, the turn, and how long it took.
//!
//! Without a script the form leads to a page that says again what will happen and sends it; with
//! one, the form is sent from where it stands, because what will happen is said beside it and a
//! turn can be taken back. The token of the session never becomes part of an address.

use axum::extract::State;
use axum::response::Response;
use control::views::{
    SwitchConsequence, SwitchPanel, SwitchView, SwitchesPage, Tone, TurnSwitch, WorkflowPage,
};
use domain::Refusal;
use domain::switch::{Scope, State as Stand};
use maud::{Markup, html};

use super::{Shown, audit, done, framed};
use crate::app::App;
use crate::errors::Failure;
use crate::format;
use crate::forms::{Asked, Fields};
use crate::frame::{Page, Place};
use crate::parts::{Col, Input};
use crate::session::Signed;
use crate::{errors, links, parts};

/// `GET /switch`: every switch that is not on; with `scope` that one; with `state` the last look
/// before it is turned.
pub(crate) async fn show(State(app): State<App>, signed: Signed, Asked(fields): Asked) -> Shown {
    let look = signed.look()?;
    let Some(scope) = fields.text("scope") else {
        let view = app.control.switches(&look).await?;
        let all = app.control.switch_panel(&look, "all")?;
        return framed(&app, &signed, &render_all(&signed, &view, &all));
    };
    let panel = app.control.switch_panel(&look, &scope)?;
    let page = match fields.text("state") {
        Some(state) if panel.may_turn => {
            render_last_look(&signed, &panel, stand(&state)?, fields.text("reason").as_deref())
        }
        Some(_) | None => render_one(&signed, &panel),
    };
    framed(&app, &signed, &page)
}

/// Reads where a switch is to stand.
fn stand(word: &str) -> Result<Stand, Failure> {
    Ok(word.parse().map_err(|problem| Refusal::BadArgument { what: "state".into(), problem })?)
}

/// `POST /switch`.
pub(crate) async fn turn(
    State(app): State<App>,
    signed: Signed,
    fields: Fields,
) -> Result<Response, Failure> {
    fields.check(&app, &signed)?;
    let text = |name| fields.text(name).unwrap_or_default();
    let command = TurnSwitch { scope: text("scope"), state: text("state"), reason: text("reason") };
    let turned = app.control.turn(&signed.session.who, &command).await?;
    Ok(done(&home(&turned.scope), turned.words))
}

/// Where a scope is shown.
fn home(scope: &str) -> String {
    match scope.parse() {
        Ok(Scope::Workflow(id)) => links::workflow(id.as_str()),
        _ => links::switch(scope, None),
    }
}

/// The switch as part of a page: how it stands, what turning it would do, the form.
pub(crate) fn panel(signed: &Signed, panel: &SwitchPanel, on_words: &str) -> Markup {
    html! {
        @match &panel.switch {
            Some(switch) => (stands(signed, switch)),
            None => p.muted { (on_words) },
        }
        @if let Some(wider) = &panel.wider {
            div.problem.bad {
                p {
                    (parts::tone_icon(Tone::Bad)) "A wider switch holds here too: "
                    a href=(links::switch(&wider.scope, None)) { code { (wider.scope) } } " is " (wider.state)
                    "."
                }
            }
        }
        @if panel.may_turn {
            form.switch action="/switch" method="get" data-direct=(signed.session.csrf) {
                (parts::hidden("scope", &panel.scope))
                fieldset.states {
                    legend.sr { "Turn it to" }
                    @for state in Stand::ALL {
                        @let word = state.as_str();
                        label class=(word) {
                            input type="radio" name="state" value=(word) required disabled[word == panel.state]
                                checked[word == suggested(&panel.state)];
                            span { (word) }
                        }
                    }
                }
                (parts::input(&Input { name: "reason", label: "Reason", required: true, autocomplete: "off",
                    placeholder: "wrong refunds since 14:00", hint: "Callers and colleagues will read it.", ..Input::default() }))
                @for one in panel.consequences.iter().filter(|one| one.state != panel.state) {
                    p.consequence data-for=(one.state) {
                        (parts::tone_icon(if one.state == "on" { Tone::Info } else { Tone::Warn }))
                        span { b { (capitalised(&one.state)) ": " } (happens(one)) }
                    }
                }
                button.danger type="submit" { "Turn the switch" }
            }
        } @else {
            p.muted { (who_may(panel)) }
        }
    }
}

/// What one most likely wants: off where it is on, else on.
fn suggested(state: &str) -> &'static str {
    if state == "on" { "off" } else { "on" }
}

fn stands(signed: &Signed, switch: &SwitchView) -> Markup {
    html! {
        p {
            (parts::state(&switch.state)) " by " (parts::owner(&switch.by)) ", "
            (format::time(signed.now, switch.since.timestamp()))
        }
        blockquote { p { (switch.reason) } }
    }
}

/// When it was last proven that a workflow's switch works, and what was measured.
pub(crate) fn last_drill(signed: &Signed, view: &WorkflowPage) -> Markup {
    html! {
        @if let Some(drill) = &view.last_drill {
            p.muted {
                "Last drill: " (format::time(signed.now, drill.at.timestamp())) " by " (parts::owner(&drill.by))
                ", " (drill.words) "."
            }
        }
        @if let Some(weakness) = &view.switch_weakness { (parts::weaknesses(std::slice::from_ref(weakness))) }
    }
}

pub(crate) fn render_one(signed: &Signed, view: &SwitchPanel) -> Page {
    let body = html! {
        header.head { h1 { "Switch " code { (view.scope) } " " (parts::state(&view.state)) } }
        div.narrow { (panel(signed, view, "It is on: nothing is held back.")) }
    };
    Page::new(format!("Switch {}", view.scope), Place::None, body).below("Switches", "/switch")
}

/// What will happen, and the button.
pub(crate) fn render_last_look(
    signed: &Signed,
    view: &SwitchPanel,
    state: Stand,
    reason: Option<&str>,
) -> Page {
    let word = state.as_str();
    let body = html! {
        header.head { h1 { "Turn " code { (view.scope) } " to " (parts::state(word)) } }
        div.narrow {
            @for one in view.consequences.iter().filter(|one| one.state == word) { p.lead { (happens(one)) } }
            p.muted { "It can be taken back at any time. The turn, your name and the reason go into the audit log." }
            form.stack method="post" action="/switch" {
                (parts::token(&signed.session))
                (parts::hidden("scope", &view.scope))
                (parts::hidden("state", word))
                (parts::input(&Input { name: "reason", label: "Reason", required: true, autocomplete: "off",
                    value: reason.unwrap_or_default(), hint: "Callers and colleagues will read it.", ..Input::default() }))
                p.actions {
                    button.danger type="submit" { (verb(state)) }
                    a.button href=(home(&view.scope)) { "Leave it as it is" }
                }
            }
        }
    };
    Page::new("Turn a switch", Place::None, body).below("Switches", "/switch")
}

fn capitalised(state: &str) -> String {
    errors::capital(&state.replace('-', " "))
}

const fn verb(state: Stand) -> &'static str {
    match state {
        Stand::On => "Turn on",
        Stand::Fallback => "Turn to fallback",
        Stand::HumanOnly => "Turn to human-only",
        Stand::Off => "Turn off",
    }
}

/// What a turn does, and the codes that refused callers read.
fn happens(one: &SwitchConsequence) -> Markup {
    html! {
        (one.words)
        @for (index, code) in one.codes.iter().enumerate() {
            @if index == 0 { " Callers read " } @else { " or " } (parts::code(code))
            @if index + 1 == one.codes.len() { "." }
        }
    }
}

/// Who can turn it, for those who can't.
fn who_may(panel: &SwitchPanel) -> Markup {
    html! {
        @if panel.turners.is_empty() { "Admins and approvers can turn it." }
        @else {
            @for (index, person) in panel.turners.iter().enumerate() {
                @if index > 0 { " and " } (parts::owner(person))
            }
            ", who " (if panel.turners.len() == 1 { "answers" } else { "answer" }) " for it, admins and approvers can turn it."
        }
    }
}

/// Every switch that is not on, the history, and the switch over everything.
pub(crate) fn render_all(signed: &Signed, view: &SwitchesPage, all: &SwitchPanel) -> Page {
    const COLUMNS: [Col; 5] =
        [Col::text("Scope"), Col::text("State"), Col::text("Reason"), Col::text("By"), Col::text("Since")];
    let rows = html! {
        @for row in &view.rows {
            tr {
                th scope="row" { a.mono href=(links::switch(&row.scope, None)) { (row.scope) } }
                td { (parts::state(&row.state)) }
                td { (row.reason) }
                td { (parts::owner(&row.by)) }
                td { (format::time(signed.now, row.since.timestamp())) }
            }
        }
    };
    let body = html! {
        h1.sr { "Switches" }
        (parts::sentence(&view.sentence))
        div.columns {
            (parts::section("switched", "Not on", &html! {}, &html! {
                @if view.rows.is_empty() {
                    (parts::empty("Scopes that are off, human-only or on fallback will be listed here.", &html! {
                        "Everything is on."
                    }))
                } @else { (parts::table("switch-rows", "Scopes that are not on", &COLUMNS, &rows)) }
            }))
            (parts::section("everything", "Everything at once", &parts::state(&all.state), &panel(
                signed, all,
                "Every workflow, model and tool answers, unless a switch of its own says otherwise.",
            )))
        }
        (parts::section("turns", "Turns and drills", &html! { a href="/audit?action=switch.drilled" { "All drills" } }, &audit::table(
            signed, &view.history,
        )))
    };
    Page::new("Switches", Place::None, body)
}
