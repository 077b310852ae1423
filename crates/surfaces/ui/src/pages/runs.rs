//! Runs: a filter that reads like a sentence, and the runs, newest first.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use control::views::{RunRow, RunsPage, RunsQuery};
use maud::{Markup, html};

use super::{framed, refused, unread};
use crate::app::App;
use crate::errors::Failure;
use crate::format::{self, Estimated, approximately};
use crate::forms::{Asked, Fields, Wrong};
use crate::frame::{Page, Place};
use crate::parts::{Blank, Col, Filter, Kind, Trail};
use crate::session::Signed;
use crate::{links, parts};

/// The fields of the filter.
const FIELDS: [&str; 8] = ["workflow", "owner", "model", "status", "min_cost", "from", "to", "text"];

/// `GET /runs`.
pub(crate) async fn show(
    State(app): State<App>,
    signed: Signed,
    Asked(fields): Asked,
) -> Result<Response, Failure> {
    let (look, query) = (signed.look()?, query(&fields));
    let before = fields.text("trail");
    match app.control.runs(&look, &query).await {
        Ok(view) => Ok(framed(&app, &signed, &render(&signed, &view, before.as_deref()))?.into_response()),
        Err(error) => {
            let wrong = Wrong::of_filter(error)?;
            let newest = RunsQuery { limit: Some(1), ..RunsQuery::default() };
            let view = app.control.runs(&look, &newest).await?;
            unread(&app, &signed, &render_wrong(&RunsPage { filter: query, ..view }, &wrong))
        }
    }
}

/// The filter as it was typed, with what is wrong with it, and no runs.
pub(crate) fn render_wrong(view: &RunsPage, wrong: &Wrong) -> Page {
    let asked = Filter::new(&FIELDS, Some(wrong));
    refused("Runs", Place::Runs, asked, &filter(view, asked))
}

fn query(fields: &Fields) -> RunsQuery {
    RunsQuery {
        workflow: fields.text("workflow"),
        owner: fields.text("owner"),
        model: fields.text("model"),
        status: fields.text("status"),
        min_cost: fields.text("min_cost"),
        from: fields.text("from"),
        to: fields.text("to"),
        text: fields.text("text"),
        cursor: fields.text("cursor"),
        limit: None,
    }
}

/// The address of the same question, from `cursor` on.
fn address(filter: &RunsQuery, cursor: Option<&str>, trail: Option<&str>) -> String {
    links::with_query(
        "/runs",
        &[
            ("workflow", filter.workflow.as_deref()),
            ("owner", filter.owner.as_deref()),
            ("model", filter.model.as_deref()),
            ("status", filter.status.as_deref()),
            ("min_cost", filter.min_cost.as_deref()),
            ("from", filter.from.as_deref()),
            ("to", filter.to.as_deref()),
            ("text", filter.text.as_deref()),
            ("cursor", cursor),
            ("trail", trail),
        ],
    )
}

/// The page. Only the first page grows by itself: further back nothing changes.
pub(crate) fn render(signed: &Signed, view: &RunsPage, before: Option<&str>) -> Page {
    let trail = Trail { cursor: view.filter.cursor.as_deref(), before, next: view.next.as_deref() };
    let body = html! {
        h1.sr { "Runs" }
        (parts::sentence(&view.sentence))
        (filter(view, Filter::new(&FIELDS, None)))
        div #runs data-prepend[trail.cursor.is_none()] {
            p.newer hidden { a.button href=(address(&view.filter, None, None)) { span data-newer { "New runs" } } }
            (table(signed, &view.rows, "Runs, newest first", Across::Workflows))
        }
        (parts::more(&trail, "runs", &|cursor, trail| address(&view.filter, cursor, trail)))
    };
    Page::new("Runs", Place::Runs, body)
}

fn filter(view: &RunsPage, filter: Filter<'_>) -> Markup {
    let (asked, choices) = (&view.filter, &view.choices);
    let statuses: Vec<_> = choices.statuses.iter().map(|one| (one.clone(), ending(one))).collect();
    let plain = |list: &[String]| list.iter().map(|one| (one.clone(), one.clone())).collect::<Vec<_>>();
    let owners: Vec<_> = choices.owners.iter().map(|owner| (owner.id.clone(), owner.name.clone())).collect();
    let blank = |name, label, any| Blank { name, label, any, ..Blank::default() };
    let workflow = Blank { value: asked.workflow.as_deref(), ..blank("workflow", "Runs of", "any workflow") };
    let owner = Blank { value: asked.owner.as_deref(), ..blank("owner", "owned by", "anyone") };
    let model = Blank { value: asked.model.as_deref(), ..blank("model", "on", "any model") };
    let status = Blank { value: asked.status.as_deref(), ..blank("status", "that ended", "in any way") };
    html! {
        form.sentence-form method="get" action="/runs" role="search" aria-label="Filter runs" {
            (filter.choose(&workflow, &plain(&choices.workflows)))
            (filter.choose(&owner, &owners))
            (filter.choose(&model, &plain(&choices.models)))
            (filter.choose(&status, &statuses))
            (filter.fill(&Blank {
                value: asked.min_cost.as_deref(), size: 5, kind: Kind::Money,
                ..blank("min_cost", "and cost at least $", "0.00")
            }))
            (filter.day("from", "from", asked.from.as_deref()))
            (filter.day("to", "to", asked.to.as_deref()))
            (filter.fill(&Blank {
                value: asked.text.as_deref(), size: 14, kind: Kind::Sought,
                ..blank("text", "whose id begins with", "any id")
            }))
            span.actions { button type="submit" { "Filter" } a.button.quiet href="/runs" { "Clear" } }
        }
    }
}

/// The choice of a status: the rest of "that ended …".
fn ending(status: &str) -> String {
    match status {
        "error" => "with a failed call".to_owned(),
        other => other.replace('_', " "),
    }
}

/// Whose runs a table lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Across {
    /// Any workflow's: each row names its own.
    Workflows,
    /// One workflow's, which the page is about.
    One,
}

/// The table. The key of a row lets a script tell new rows from those it knows.
pub(crate) fn table(signed: &Signed, rows: &[RunRow], caption: &str, across: Across) -> Markup {
    const COLUMNS: [Col; 9] = [
        Col::text("Run"),
        Col::text("Workflow"),
        Col::text("Owner"),
        Col::text("Ended"),
        Col::num("Started"),
        Col::num("Took"),
        Col::num("Calls"),
        Col::num("Cost"),
        Col::text("Model"),
    ];
    if rows.is_empty() {
        return parts::empty(
            "Runs will be listed here: each with its owner, how it ended and what it cost.",
            &html! { "None matches. Make a call with a key of a workflow, or clear the filter." },
        );
    }
    let columns: Vec<Col> = COLUMNS
        .into_iter()
        .enumerate()
        .filter(|(at, _)| *at != 1 || across == Across::Workflows)
        .map(|(_, one)| one)
        .collect();
    let body = html! { @for row in rows { (line(signed, row, across)) } };
    parts::table("run-rows", caption, &columns, &body)
}

fn line(signed: &Signed, row: &RunRow, across: Across) -> Markup {
    let cost = approximately(Estimated::when(row.estimated), &format::money(row.cost.amount()));
    html! {
        tr data-key=(format!("{} {}", row.workflow, row.run)) {
            th scope="row" {
                a.mono href=(links::run_of(&row.workflow, &row.run)) { (short(&row.run)) }
            }
            @if across == Across::Workflows { td.cut title=(row.workflow) { a href=(links::workflow(&row.workflow)) { (row.workflow) } } }
            td.nowrap { (row.owner.name) }
            td { (parts::status(&row.status, row.tone)) }
            td.num { (format::time(signed.now, row.started.timestamp())) }
            td.num { (format::duration(row.duration_ms)) }
            td.num {
                @if row.errors > 0 { span.bad.said { (format::count(row.errors)) " failed" } " of " }
                @else if row.refused > 0 { span.warn.said { (format::count(row.refused)) " refused" } " of " }
                (format::count(row.calls))
            }
            td.num { (cost) (parts::simulated(row.simulated)) }
            td.cut title=[row.model.as_deref()] { (row.model.as_deref().unwrap_or("–")) }
        }
    }
}

/// A run's id, short enough for a table: ids made here keep their end, which tells them apart.
pub(crate) fn short(run: &str) -> String {
    let count = run.chars().count();
    if count <= 24 {
        return run.to_owned();
    }
    let head = if run.starts_with("run_") || run.starts_with("key_") { 4 } else { 8 };
    let (head, tail): (String, String) =
        (run.chars().take(head).collect(), run.chars().skip(count - 12).collect());
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_ids_are_shortened_in_the_middle() {
        assert_eq!(short("ticket 4711"), "ticket 4711");
        assert_eq!(short("run_0193c0ffee0000000000000123456789"), "run_…000123456789");
    }

    #[test]
    fn an_address_holds_the_whole_question() {
        let filter =
            RunsQuery { workflow: Some("a".into()), text: Some("x y".into()), ..RunsQuery::default() };
        assert_eq!(
            address(&filter, Some("c"), Some("a~b")),
            "/runs?workflow=a&text=x%20y&cursor=c&trail=a~b"
        );
    }
}
