//! Guards: what redaction found, by kind, and which tools were kept away, by name; never a value.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use control::views::{GuardLine, GuardsPage, GuardsQuery, PeriodQuery};
use maud::{Markup, html};

use super::{framed, period, refused, unread};
use crate::app::App;
use crate::charts::{self, Column, Columns, Unit};
use crate::errors::Failure;
use crate::format;
use crate::forms::{Asked, Fields, Wrong};
use crate::frame::{Page, Place};
use crate::parts::{Blank, Col, Filter};
use crate::session::Signed;
use crate::{links, parts};

/// The fields of the filter.
const FIELDS: [&str; 4] = ["workflow", "period", "from", "to"];

/// `GET /guards`.
pub(crate) async fn show(
    State(app): State<App>,
    signed: Signed,
    Asked(fields): Asked,
) -> Result<Response, Failure> {
    let (look, query) = (signed.look()?, query(&fields));
    match app.control.guards(&look, &query).await {
        Ok(view) => Ok(framed(&app, &signed, &render(&signed, &view))?.into_response()),
        Err(error) => {
            let wrong = Wrong::of_filter(error)?;
            let today = GuardsQuery { period: Some("today".to_owned()), ..GuardsQuery::default() };
            let view = app.control.guards(&look, &today).await?;
            unread(&app, &signed, &render_wrong(&GuardsPage { query, ..view }, &wrong))
        }
    }
}

fn query(fields: &Fields) -> GuardsQuery {
    let PeriodQuery { from, to, period } = period(fields);
    GuardsQuery { workflow: fields.text("workflow"), from, to, period }
}

/// The filter as it was typed, with what is wrong with it, and nothing found.
pub(crate) fn render_wrong(view: &GuardsPage, wrong: &Wrong) -> Page {
    let asked = Filter::new(&FIELDS, Some(wrong));
    refused("Guards", Place::Guards, asked, &filter(view, asked))
}

/// The page.
pub(crate) fn render(signed: &Signed, view: &GuardsPage) -> Page {
    let quiet = view.redactions.is_empty() && view.tools.is_empty();
    let aside = html! { span.muted { (view.period.words) } };
    let body = html! {
        h1.sr { "Guards" }
        (parts::sentence(&view.sentence))
        (filter(view, Filter::new(&FIELDS, None)))
        @if quiet {
            (parts::empty("What redaction finds and which tools are kept away will be here, by workflow.", &html! {
                "Nothing was found in this period. A workflow with a section " code { "[redaction]" } " or "
                code { "[tools]" } " fills it."
            }))
        } @else {
            (days(signed, view))
            (parts::section("redaction", "Redaction", &aside, &redactions(signed, &view.redactions)))
            (parts::section("tools", "Tools", &aside, &tools(signed, &view.tools)))
        }
    };
    Page::new("Guards", Place::Guards, body)
}

fn filter(view: &GuardsPage, filter: Filter<'_>) -> Markup {
    let workflows: Vec<_> = view.workflows.iter().map(|id| (id.clone(), id.clone())).collect();
    let query = &view.query;
    let period = PeriodQuery { from: query.from.clone(), to: query.to.clone(), period: query.period.clone() };
    let workflow = query.workflow.as_deref();
    html! {
        form.sentence-form method="get" action="/guards" role="search" aria-label="Filter what guards did" {
            (filter.choose(&Blank {
                name: "workflow", label: "In calls of", any: "any workflow", value: workflow, ..Blank::default()
            }, &workflows))
            (filter.period("over", &period, "30d"))
            span.actions { button type="submit" { "Show" } a.button.quiet href="/guards" { "Clear" } }
        }
    }
}

fn days(signed: &Signed, view: &GuardsPage) -> Markup {
    let figure = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let columns = view.days.iter().map(|day| {
        let label = format::day(day.day.timestamp());
        let parts = vec![figure(day.redactions), figure(day.tools)];
        Column { label: label.clone(), tick: label, parts }
    });
    charts::columns(&Columns {
        id: "days",
        title: "Found by day",
        step: "Day",
        unit: Unit::Count,
        series: vec![
            charts::Series::new("values found".to_owned(), "s1"),
            charts::Series::new("tools kept away".to_owned(), "s2"),
        ],
        columns: columns.collect(),
        now: view.days.iter().position(|day| day.day.timestamp().day() == signed.now.day()),
        limit: None,
    })
}

fn redactions(signed: &Signed, lines: &[GuardLine]) -> Markup {
    if lines.is_empty() {
        return html! { p.muted { "Redaction found nothing." } };
    }
    table(
        signed,
        ("redaction-rows", "What redaction found, the most frequent first", "Kind", "Values"),
        lines,
    )
}

fn tools(signed: &Signed, lines: &[GuardLine]) -> Markup {
    if lines.is_empty() {
        return html! { p.muted { "No tool was kept away." } };
    }
    table(signed, ("tool-rows", "Tools that were kept away, the most frequent first", "Tool", "Times"), lines)
}

/// Id, caption, what a row is about, what is counted.
type Words = (&'static str, &'static str, &'static str, &'static str);

fn table(signed: &Signed, (id, caption, what, counted): Words, lines: &[GuardLine]) -> Markup {
    let columns = [
        Col::text(what),
        Col::text("Workflow"),
        Col::text("Found in"),
        Col::text("What was done"),
        Col::num(counted),
        Col::num("Calls"),
        Col::text("Latest run"),
    ];
    parts::table(id, caption, &columns, &html! { @for one in lines { (row(signed, one)) } })
}

fn row(signed: &Signed, line: &GuardLine) -> Markup {
    html! {
        tr {
            th scope="row" { span.mono.wrap { (line.what) } }
            td {
                a href=(links::workflow(&line.workflow)) { (line.title) }
                @if let Some(owner) = &line.owner { span.under { (owner.name) } }
            }
            td { (place(&line.direction)) }
            td { (parts::badge(line.tone, &line.words)) }
            td.num { (format::count(line.hits)) }
            td.num { (format::count(line.calls)) }
            td {
                @match &line.last_run {
                    Some(run) => a.mono.wrap href=(links::run_of(&line.workflow, run)) { (run) },
                    None => span.muted { "not known" },
                }
                span.under { (format::time(signed.now, line.last.timestamp())) }
            }
        }
    }
}

fn place(direction: &str) -> &str {
    match direction {
        "request" => "requests",
        "response" => "answers",
        other => other,
    }
}
