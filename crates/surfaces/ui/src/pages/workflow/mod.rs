//! One workflow: who owns it, whether it is on, what it costs, how it does, and how to stop it.

mod facts;

use axum::extract::{Path, State};
use control::views::{AuditRow, WorkflowPage};
use maud::{Markup, html};

use super::{Shown, framed, overview, runs as runs_page, spend, switch, workflows};
use crate::app::App;
use crate::charts::{self, Lines, Unit};
use crate::format;
use crate::forms::{Asked, Fields};
use crate::frame::{Page, Place};
use crate::parts::Col;
use crate::session::Signed;
use crate::{links, parts};

/// `GET /workflows/{id}`.
pub(crate) async fn show(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Asked(fields): Asked,
) -> Shown {
    let view = app.control.workflow(&signed.look()?, &id, &workflows::period(&fields)).await?;
    let may = app.control.may_manage_keys(&signed.session.who, std::slice::from_ref(&view.row.id));
    framed(&app, &signed, &render(&signed, &view, &fields, may))
}

/// The page. `keys`: whether they may manage its keys.
pub(crate) fn render(signed: &Signed, view: &WorkflowPage, fields: &Fields, keys: bool) -> Page {
    let id = &view.row.id;
    let runs = |status: Option<&str>| {
        links::over("/runs", &view.period, &[("workflow", Some(id.as_str())), ("status", status)])
    };
    let body = html! {
        (head(view))
        (parts::sentence(&view.sentence))
        (good(view))
        div.columns {
            div {
                (parts::section("figures", "Calls", &workflows::periods(&links::workflow(id), fields, &view.period.words), &html! {
                    (parts::figures_line(&view.row.figures, &runs(None), &runs(Some("error")), &runs(Some("refused"))))
                    dl.tiles {
                        (parts::tile("Half and 95 % took at most", &parts::durations(&view.row), &html! {
                            "of " (format::count(view.row.timed_calls)) " calls that were not refused"
                        }))
                        (parts::cache_tile(&view.row.figures))
                    }
                    (overview::calls(signed.now, "calls", "Calls by outcome", &view.series))
                    (latency(view))
                }))
                (parts::section("models", "Cost by model", &html! { a href=(links::with_query("/spend", &[("by", Some("model")), ("workflow", Some(id))])) { "Spend" } },
                    &spend::short(&view.by_model, "Model", "Cost by model")))
                (facts::card(view))
            }
            div {
                (parts::section("switch", "Switch", &parts::state(&view.row.state), &html! {
                    (switch::panel(signed, &view.switch, &format!("{} is answering.", view.row.title)))
                    (switch::last_drill(signed, view))
                }))
                (parts::section("budgets", "Budgets", &html! {}, &parts::budgets(signed.now, &view.budgets)))
            }
        }
        (parts::section("recent", "Newest runs", &html! { a href=(links::runs_of(id)) { "All runs" } },
            &runs_page::table(signed, &view.recent_runs, "Newest runs", runs_page::Across::One)))
        div.columns.even {
            (facts::keys(signed, view, keys))
            (facts::routes(view))
        }
        (parts::section("history", "History", &html! { a href=(links::with_query("/audit", &[("subject", Some(&format!("workflow/{id}")))])) { "Audit" } },
            &history(signed, &view.switch_history, &view.history)))
        (facts::file(view))
    };
    Page::new(view.row.title.clone(), Place::Workflows, body)
}

fn head(view: &WorkflowPage) -> Markup {
    let row = &view.row;
    html! {
        header.head #head data-live {
            h1 { (row.title) " " (parts::state(&row.state)) }
            p.meta {
                span.mono { (row.id) }
                span { "Owner " (parts::owner(&row.owner)) }
                @if let Some(deputy) = &row.deputy { span { "Deputy " (parts::owner(deputy)) } }
                span { "Pod " (row.pod) }
                span { (row.operating_model) }
                span { "Variant " code { (row.variant) } }
            }
        }
    }
}

fn good(view: &WorkflowPage) -> Markup {
    html! {
        blockquote.good-words {
            p { (view.good) } footer { "What good means here · unit of work: " (view.unit_of_work) }
        }
    }
}

fn latency(view: &WorkflowPage) -> Markup {
    let points = view.series.points.iter().map(|point| {
        let (label, tick) = overview::labels(&view.series.step, point.at.timestamp());
        let values = point.p50_ms.zip(point.p95_ms).map(|(low, high)| [low, high]);
        (label, tick, values)
    });
    charts::lines(&Lines {
        id: "latency",
        title: "Duration of calls",
        step: overview::step(&view.series.step),
        unit: Unit::Millis,
        names: ["median", "95th percentile"],
        points: points.collect(),
    })
}

fn history(signed: &Signed, switches: &[AuditRow], others: &[AuditRow]) -> Markup {
    const COLUMNS: [Col; 4] = [Col::text("When"), Col::text("Who"), Col::text("What"), Col::text("Why")];
    let mut rows: Vec<&AuditRow> = switches.iter().chain(others).collect();
    rows.sort_by(|one, other| other.at.cmp(&one.at).then_with(|| other.id.cmp(&one.id)));
    rows.dedup_by(|one, other| one.id == other.id);
    if rows.is_empty() {
        return parts::empty(
            "Turns of its switch, keys and changes of its file will be listed here.",
            &html! { "Nothing has happened yet." },
        );
    }
    let body = html! {
        @for row in rows {
            tr {
                th scope="row" { (format::time(signed.now, row.at.timestamp())) }
                td { (row.who_name) }
                td { (row.words) }
                td { (row.detail) }
            }
        }
    };
    parts::table("history-rows", "History", &COLUMNS, &body)
}
