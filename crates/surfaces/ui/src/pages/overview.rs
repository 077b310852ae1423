//! Overview: is it safe, what did it cost, who has to do what.

use axum::extract::State;
use control::views::{Attention, Overview, Series};
use domain::Timestamp;
use domain::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use maud::{Markup, html};

use super::{Shown, framed, workflows};
use crate::app::App;
use crate::charts::{self, Column, Columns, Unit};
use crate::format;
use crate::frame::{Page, Place};
use crate::session::Signed;
use crate::{links, parts};

/// `GET /`.
pub(crate) async fn show(State(app): State<App>, signed: Signed) -> Shown {
    let view = app.control.overview(&signed.look()?).await?;
    framed(&app, &signed, &render(&signed, &view))
}

/// The page.
pub(crate) fn render(signed: &Signed, view: &Overview) -> Page {
    let runs = |status: Option<&str>| links::over("/runs", &view.period, &[("status", status)]);
    let body = html! {
        h1.sr { "Overview" }
        (parts::sentence(&view.sentence))
        (attention(signed, &view.attention))
        div.columns {
            (parts::section("today", "Today", &html! {
                span.muted { (view.period.words) ", UTC" } " "
                (running(view.running)) (parts::simulated(view.simulated))
            }, &html! {
                (parts::figures_line(&view.today, &runs(None), &runs(Some("error")), &runs(Some("refused"))))
                (calls(signed.now, "hours", "Calls by hour", &view.hours))
            }))
            (parts::section("budgets", "Budgets of the organisation", &html! { a href="/spend" { "Spend" } },
                &parts::budgets(signed.now, &view.budgets)))
        }
        (parts::section("workflows", "Workflows", &html! { a href="/workflows" { "All workflows" } },
            &workflows::rows(&view.workflows, "Workflows today, worst first")))
    };
    Page::new("Overview", Place::Overview, body)
}

fn running(calls: u64) -> Markup {
    html! { span.muted { "· " (format::plural(calls, "call runs", "calls run")) " now" } }
}

fn attention(signed: &Signed, list: &[Attention]) -> Markup {
    html! {
        section.part #attention aria-labelledby="attention-title" data-live {
            @if !list.is_empty() {
                header.part-head { h2 #attention-title { "Needs a person" } }
                ul.attention {
                    @for one in list {
                        li class=(parts::tone(one.tone)) {
                            (parts::tone_icon(one.tone))
                            div {
                                p { b { (crate::errors::capital(&one.text)) } }
                                p.muted {
                                    (crate::errors::capital(&one.action))
                                    @if let Some(owner) = &one.owner { " · " (parts::owner(owner)) }
                                    @if let Some(since) = one.since {
                                        " · " (format::time(signed.now, since.timestamp()))
                                    }
                                }
                            }
                            @if let Some(href) = one.about.as_ref().and_then(links::subject) {
                                a.button href=(href) aria-label={ "Open: " (one.text) } { "Open" }
                            }
                        }
                    }
                }
            } @else {
                h2.sr #attention-title { "Nothing needs a person" }
            }
        }
    }
}

/// Calls over time by outcome.
pub(crate) fn calls(now: Timestamp, id: &str, title: &str, series: &Series) -> Markup {
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let columns = series.points.iter().map(|point| {
        let (label, tick) = labels(&series.step, point.at.timestamp());
        Column { label, tick, parts: vec![count(point.ok), count(point.refused), count(point.errors)] }
    });
    charts::columns(&Columns {
        id,
        title,
        step: step(&series.step),
        unit: Unit::Count,
        series: vec![
            charts::Series::new("ok", "s-ok"),
            charts::Series::new("refused", "s-refused"),
            charts::Series::new("errors", "s-bad"),
        ],
        columns: columns.collect(),
        now: present(now, series),
        limit: None,
    })
}

/// The step that `now` lies in, where the series reaches it.
fn present(now: Timestamp, series: &Series) -> Option<usize> {
    let length = match series.step.as_str() {
        "minute" => MINUTE_MS,
        "hour" => HOUR_MS,
        _ => DAY_MS,
    };
    series.points.iter().position(|point| (0..length).contains(&now.since(point.at.timestamp())))
}

/// What the steps of a series are called.
pub(crate) fn step(step: &str) -> &'static str {
    match step {
        "minute" => "Minute",
        "hour" => "Hour",
        _ => "Day",
    }
}

/// A step in full, and short.
pub(crate) fn labels(step: &str, at: Timestamp) -> (String, String) {
    let day = format::day(at);
    match step {
        "minute" => (format!("{day} {}", format::clock(at)), format::clock(at)),
        "hour" => (format!("{day} {}", format::hour(at)), format::hour(at)),
        _ => (day.clone(), day),
    }
}
