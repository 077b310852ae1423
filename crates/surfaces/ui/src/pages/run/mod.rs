//! One run, explained: the calls as a tree with their times on the left, one of them on the right.
//!
//! Each call is a link (`?node=`), so that walking through a run needs no script; with one, `j`
//! and `k` do, and only the right side changes.

mod call;
mod curl;
mod turns;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use control::views::{InferenceView, RunPage, SubjectKind, Tone};
use maud::{Markup, html};

use super::{Shown, framed, runs};
use crate::app::App;
use crate::errors::Failure;
use crate::format::{self, Estimated, approximately};
use crate::forms::Asked;
use crate::frame::{Page, Place};
use crate::session::Signed;
use crate::{charts, links, parts};

/// `GET /runs/{id}`.
pub(crate) async fn show(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Asked(fields): Asked,
) -> Shown {
    let node = fields.text("node");
    let workflow = fields.text("workflow");
    let view = explained(&app, &signed, &id, (workflow.as_deref(), node.as_deref())).await?;
    framed(&app, &signed, &render(&signed, &view, node.as_deref()))
}

/// The run, with the asked call among those of its calls that are shown.
async fn explained(
    app: &App,
    signed: &Signed,
    id: &str,
    (workflow, node): (Option<&str>, Option<&str>),
) -> Result<RunPage, Failure> {
    let who = &signed.session.who;
    if let Some(node) = node
        && let Ok(view) = app.control.explain_in(who, node, workflow).await
        && view.run == id
    {
        return Ok(view);
    }
    Ok(app.control.explain_in(who, id, workflow).await?)
}

/// `GET /inferences/{id}`: to its run, with this call chosen.
pub(crate) async fn inference(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let view = app.control.explain(&signed.session.who, &id).await?;
    let node = view.selected.as_deref().unwrap_or(&id);
    Ok(Redirect::to(&links::node(&view.run, node)).into_response())
}

/// The page with the asked call chosen, else the one the view names, else the first that went wrong.
pub(crate) fn render(signed: &Signed, view: &RunPage, node: Option<&str>) -> Page {
    let chosen = chosen(view, node);
    let body = html! {
        (head(signed, view))
        (parts::sentence(&view.sentence))
        (facts(view))
        div #why data-live {
            @if !view.why.is_empty() {
                section.why aria-labelledby="why-title" {
                    h2 #why-title { "Why" }
                    ul { @for reason in &view.why { li { (parts::coded(reason)) } } }
                    (others(view))
                }
            }
        }
        div.run-split {
            nav.tree #tree aria-label="Calls of this run" data-tree data-live {
                h2 { "Calls" }
                (left_out(view))
                ol {
                    @for one in &view.inferences {
                        (self::node(view, one, chosen.is_some_and(|chosen| chosen.id == one.id)))
                    }
                }
                (left_out(view))
            }
            div #detail data-live {
                @match chosen {
                    Some(one) => (call::detail(signed, view, one)),
                    None => (parts::empty("The calls of this run will be here.", &html! { "None is recorded." })),
                }
            }
        }
    };
    Page::new(format!("Run {}", runs::short(&view.run)), Place::Runs, body).below("Runs", "/runs")
}

/// The runs of the same id in other workflows.
fn others(view: &RunPage) -> Markup {
    html! {
        @if !view.others.is_empty() {
            p {
                "The runs of this id in other workflows:"
                @for workflow in &view.others { " " a href=(links::run_of(workflow, &view.run)) { (workflow) } }
            }
        }
    }
}

/// Which of the calls are here, and the way to the others.
fn left_out(view: &RunPage) -> Markup {
    let link = |id: &Option<String>, rel: &str, words: &str| {
        html! { @if let Some(id) = id { " " a href=(links::node(&view.run, id)) rel=(rel) { (words) } } }
    };
    let number = |one: Option<&InferenceView>| format::count(one.map_or(0, |one| one.number));
    html! {
        @if view.left_out > 0 {
            p.muted {
                (number(view.inferences.first())) " to " (number(view.inferences.last()))
                " of " (format::count(calls(view))) "."
                (link(&view.earlier, "prev", "Earlier calls")) (link(&view.later, "next", "Later calls"))
            }
        }
    }
}

/// How many calls the run has, those that are not shown included.
fn calls(view: &RunPage) -> u64 {
    u64::try_from(view.inferences.len()).unwrap_or(u64::MAX).saturating_add(view.left_out)
}

fn chosen<'a>(view: &'a RunPage, node: Option<&str>) -> Option<&'a InferenceView> {
    let named = node.or(view.selected.as_deref());
    let all = &view.inferences;
    named
        .and_then(|id| all.iter().find(|one| one.id == id))
        .or_else(|| all.iter().find(|one| one.tone == Tone::Bad))
        .or_else(|| all.first())
}

fn head(signed: &Signed, view: &RunPage) -> Markup {
    let title = view.workflow_title.as_deref().unwrap_or(&view.workflow);
    html! {
        header.head #head data-live {
            h1 {
                "Run " code.id { (view.run) } " " (parts::status(&view.status, view.tone))
                (parts::simulated(view.simulated))
            }
            p.meta {
                span { a href=(links::workflow(&view.workflow)) { (title) } }
                span { "Owner " (parts::owner(&view.owner)) }
                span { "Pod " (view.pod) }
                @for agent in &view.agents { span { "Agent " (agent) } }
                span { "Started " (format::time(signed.now, view.started.timestamp())) }
                @for scope in view.off.iter().filter(|scope| scope.kind == SubjectKind::Scope).take(1) {
                    span { a href=(links::switch(&scope.id, Some("off"))) data-switch { "Turn off " (scope.id) } }
                }
            }
        }
    }
}

fn facts(view: &RunPage) -> Markup {
    let cap = view.iteration_cap.map_or_else(String::new, |cap| format!("of {} allowed", format::count(cap)));
    let estimated = Estimated::of(view.estimated_cost.amount());
    let budget = view
        .budget
        .as_ref()
        .map_or_else(String::new, |line| format!("of {} a run", format::money(line.limit.amount())));
    html! {
        dl.tiles #figures data-live {
            (parts::tile("Cost", &html! { (approximately(estimated, &format::money(view.cost.amount()))) }, &html! {
                (budget)
            }))
            (parts::tile("Took", &html! { (format::duration(view.duration_ms)) }, &html! {
                "first call to last answer"
            }))
            (parts::tile("Calls", &html! { (format::count(calls(view))) }, &html! { (cap) }))
            (parts::tile("Tokens", &parts::tokens(view.usage.input.saturating_add(view.usage.cache_read).saturating_add(view.usage.cache_write), view.usage.output),
                &html! { (if view.usage.total == 0 { "nothing was used" } else { view.usage.source.as_str() }) }))
            @if let Some(unit) = &view.unit {
                (parts::tile("Unit of work", &html! { (unit) }, &html! {
                    @if let Some(user) = &view.user { "for " (user) }
                }))
            }
        }
    }
}

fn node(view: &RunPage, one: &InferenceView, chosen: bool) -> Markup {
    let target = one
        .target
        .as_ref()
        .map_or_else(|| one.asked.clone(), |target| format!("{}/{}", target.provider, target.model));
    let name = one.step.clone().unwrap_or_else(|| target.clone());
    let cost = approximately(
        Estimated::when(one.price_estimated || one.usage.source != "reported"),
        &format::money(one.cost.amount()),
    );
    html! {
        li {
            a href=(links::node(&view.run, &one.id)) aria-current=[chosen.then_some("true")] {
                span.node-head {
                    span { span.muted { (one.number) " " } (name) }
                    (parts::status(&one.status, one.tone))
                }
                (charts::waterfall(&one.offset, parts::tone(one.tone)))
                span.node-foot {
                    @if one.step.is_some() { span { (target) } }
                    span { (format::duration(one.duration_ms)) }
                    span { (cost) }
                    span { (format::count(one.usage.total)) " tokens" }
                }
            }
        }
    }
}
