//! Workflows: every one with its owner, worst first.

use axum::extract::State;
use control::views::{PeriodQuery, WorkflowRow, WorkflowsPage};
use maud::{Markup, html};

use super::{Shown, framed};
use crate::app::App;
use crate::format;
use crate::forms::{Asked, Fields};
use crate::frame::{Page, Place};
use crate::parts::Col;
use crate::session::Signed;
use crate::{links, parts};

/// `GET /workflows`.
pub(crate) async fn show(State(app): State<App>, signed: Signed, Asked(fields): Asked) -> Shown {
    let view = app.control.workflows(&signed.look()?, &period(&fields)).await?;
    framed(&app, &signed, &render(&view, &fields))
}

/// The time an address asks for.
pub(crate) fn period(fields: &Fields) -> PeriodQuery {
    PeriodQuery { from: fields.text("from"), to: fields.text("to"), period: fields.text("period") }
}

/// The page.
pub(crate) fn render(view: &WorkflowsPage, fields: &Fields) -> Page {
    let body = html! {
        h1.sr { "Workflows" }
        (parts::sentence(&view.sentence))
        (parts::section("list", "All workflows", &periods("/workflows", fields, &view.period.words),
            &rows(&view.rows, "Workflows, worst first")))
    };
    Page::new("Workflows", Place::Workflows, body)
}

/// Links to the usual periods, the one that is shown marked: today, where none was chosen. One that
/// is none of them is said in `words`.
pub(crate) fn periods(path: &str, fields: &Fields, words: &str) -> Markup {
    const PERIODS: [(&str, &str); 3] = [("today", "Today"), ("7d", "7 days"), ("30d", "30 days")];
    let dated = fields.text("from").or_else(|| fields.text("to")).is_some();
    let chosen = fields.text("period").or_else(|| (!dated).then(|| "today".to_owned()));
    let usual = PERIODS.iter().any(|(value, _)| chosen.as_deref() == Some(*value));
    html! {
        @if !usual { span.muted { (words) } }
        nav.periods aria-label="Period" {
            @for (value, name) in PERIODS {
                a href=(links::with_query(path, &[("period", Some(value))]))
                    aria-current=[(chosen.as_deref() == Some(value)).then_some("true")] { (name) }
            }
        }
    }
}

/// The table.
pub(crate) fn rows(rows: &[WorkflowRow], caption: &str) -> Markup {
    const COLUMNS: [Col; 8] = [
        Col::text("Workflow"),
        Col::text("Owner"),
        Col::text("State"),
        Col::num("Calls"),
        Col::num("Errors").hint("Failed calls among those that were not refused"),
        Col::num("p50 · p95").hint("Half of the calls, and 95 % of them, took at most this long"),
        Col::num("Cost"),
        Col::text("Budget").hint("The budget nearest its end"),
    ];
    if rows.is_empty() {
        return parts::empty(
            "Each workflow of the workspace will be here, with its owner, its state and what it costs.",
            &html! {
                "Add a file such as " code { "workflows/support-replies.toml" } " to the workspace; "
                code { "countersign init" } " writes a sample."
            },
        );
    }
    let body = html! { @for row in rows { (line(row)) } };
    parts::table("workflow-rows", caption, &COLUMNS, &body)
}

fn line(row: &WorkflowRow) -> Markup {
    let figures = &row.figures;
    html! {
        tr {
            th scope="row" {
                a href=(links::workflow(&row.id)) { (row.title) }
                span.under.mono.cut title=(row.id) { (row.id) }
            }
            td { (parts::owner(&row.owner)) span.under { (row.pod) " · " (row.operating_model) } }
            td {
                (parts::state(&row.state))
                @if !row.concern.is_empty() { span.under.(parts::tone(row.tone)) { (row.concern) } }
            }
            td.num {
                (format::count(figures.calls))
                @if row.running > 0 { span.under { (format::count(row.running)) " running" } }
            }
            td.num { (parts::rate(&figures.errors)) span.under { "of " (format::count(figures.errors.n)) } }
            td.num {
                (parts::durations(row))
                @if row.timed_calls > 0 { span.under { "of " (format::count(row.timed_calls)) } }
            }
            td.num { (parts::cost(&figures.cost, &figures.estimated_cost, &figures.simulated_cost)) }
            td { (parts::burn_cell(row.burn.as_ref())) }
        }
    }
}
