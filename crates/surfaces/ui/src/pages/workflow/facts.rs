//! What is declared about a workflow: facts, limits, keys, routes, file.

use control::views::WorkflowPage;
use maud::{Markup, html};

use crate::pages::{configuration, keys as key_pages};
use crate::parts;
use crate::session::Signed;
use crate::{format, links};

/// Escalation, limits, content and weaknesses.
pub(super) fn card(view: &WorkflowPage) -> Markup {
    let escalation = html! {
        @if view.escalation.is_empty() { span.muted { "no one after the owner" } }
        @for (index, person) in view.escalation.iter().enumerate() {
            @if index > 0 { ", then " } (parts::owner(person))
        }
    };
    let limits = html! {
        @if view.limits.is_empty() { span.muted { "unlimited" } }
        @for limit in &view.limits {
            div { (format::count(limit.limit)) " " (limit.words) span.muted { " · " (limit.holder) } }
        }
    };
    let per_run = html! {
        @match &view.run_budget {
            Some(limit) => (format::money(limit.amount())), None => span.muted { "unlimited" }
        }
    };
    let prompts = html! {
        @if view.prompts.is_empty() { span.muted { "none" } }
        @for (index, name) in view.prompts.iter().enumerate() {
            @if index > 0 { ", " }
            a href=(links::prompt(name)) { (name) }
        }
    };
    let cache = html! {
        @match &view.cache { Some(words) => (words), None => span.muted { "none" } }
    };
    let content = html! {
        (view.content_mode)
        span.muted { ", kept " (format::plural(u64::from(view.retention_days), "day", "days")) }
    };
    let declared = [
        ("Escalation", escalation),
        ("Limits", limits),
        ("Cost of a run", per_run),
        ("Prompts", prompts),
        ("Cache", cache),
        ("Content", content),
    ];
    parts::section(
        "declared",
        "Declared",
        &html! {},
        &html! {
            (parts::definitions(&declared))
            @if !view.row.weaknesses.is_empty() { (parts::weaknesses(&view.row.weaknesses)) }
        },
    )
}

/// The keys that serve it.
pub(super) fn keys(signed: &Signed, view: &WorkflowPage, may: bool) -> Markup {
    let aside = html! {
        @if may { a href=(links::with_query("/keys", &[("workflow", Some(&view.row.id))])) { "New key" } }
    };
    parts::section("keys", "Keys", &aside, &key_pages::short(signed, &view.keys))
}

/// The routes it may use.
pub(super) fn routes(view: &WorkflowPage) -> Markup {
    parts::section(
        "routes",
        "Routes",
        &html! { span.muted { "default " code { (view.default_route) } } },
        &html! {
            (configuration::routes("workflow-routes", &view.routes))
            @if !view.allow.is_empty() {
                p.muted {
                    "Calls may ask for "
                    @for (index, one) in view.allow.iter().enumerate() { @if index > 0 { ", " } code { (one) } }
                    "."
                }
            }
        },
    )
}

/// The file as it is live.
pub(super) fn file(view: &WorkflowPage) -> Markup {
    html! {
        details.part.file #file {
            summary {
                span.mono { (view.file) }
                span.muted { " as it is live · " code { (view.source_hash.get(..16).unwrap_or(&view.source_hash)) } }
            }
            (parts::code_block(&view.file, &view.source))
        }
    }
}
