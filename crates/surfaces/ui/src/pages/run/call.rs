//! One call in full: why, controls, bill, content, facts.

use control::views::{AbandonedView, ControlView, InferenceView, RunPage};
use maud::{Markup, html};

use super::{curl, turns};
use crate::format::{self, Estimated, approximately};
use crate::parts::Col;
use crate::session::Signed;
use crate::{links, parts};

/// The right side of the page.
pub(super) fn detail(signed: &Signed, view: &RunPage, one: &InferenceView) -> Markup {
    html! {
        article aria-labelledby="call-title" {
            h2 #call-title {
                "Call " (one.number) " " (parts::status(&one.status, one.tone))
                (parts::simulated(one.simulated))
            }
            @if let Some(error) = &one.error {
                div.problem.(parts::tone(one.tone)) {
                    p { (parts::tone_icon(one.tone)) b { (failed(error)) } }
                    @if let Some(code) = &one.code { p.muted { "Code " (parts::code(code)) } }
                }
            }
            @if !one.why.is_empty() { ul.why-list { @for reason in &one.why { li { (parts::coded(reason)) } } } }
            (turns::content(&one.content))
            (controls(&one.controls))
            @if !one.changes.is_empty() {
                h3 { "Changed by the gateway" }
                ul { @for change in &one.changes { li { (change) } } }
            }
            (bill(one))
            h3 { "Facts" }
            (facts(signed, one))
            (curl::panel(view, one))
        }
    }
}

/// What went wrong. A provider's bare word for it says whose word it is.
fn failed(error: &str) -> Markup {
    html! {
        @if error.contains(' ') { (crate::errors::sentence_case(error)) }
        @else { "The provider calls it " code { (error) } "." }
    }
}

fn controls(list: &[ControlView]) -> Markup {
    const COLUMNS: [Col; 3] = [Col::text("Control"), Col::text("Verdict"), Col::text("Why")];
    let rows = html! {
        @for control in list {
            tr {
                th scope="row" { (control.name) }
                td { (parts::badge(control.tone, &control.verdict)) }
                td { (parts::coded(&control.why)) }
            }
        }
    };
    html! {
        @if !list.is_empty() {
            h3 { "Controls, in order" }
            (parts::table("controls", "Controls that looked at the call", &COLUMNS, &rows))
        }
    }
}

fn bill(one: &InferenceView) -> Markup {
    const COLUMNS: [Col; 5] = [
        Col::text("Unit"),
        Col::num("Tokens"),
        Col::num("Per million"),
        Col::num("Cost"),
        Col::text("Price row"),
    ];
    let estimated = Estimated::when(one.price_estimated || one.usage.source != "reported");
    let rows = html! {
        @for row in &one.price {
            tr {
                th scope="row" { (row.unit.replace('_', " ")) }
                td.num { (format::count(row.tokens)) }
                td.num { (format::price(row.per_million.amount())) }
                td.num { (format::money(row.cost.amount())) }
                td.mono { (row.row) }
            }
        }
    };
    html! {
        h3 { "Cost " (approximately(estimated, &format::money(one.cost.amount()))) }
        p.muted {
            (usage(one))
            @if let Some(why) = guessed(one) { "; " (why) }
            ". " (format::money(one.reserved.amount())) " had been reserved."
        }
        @if !one.price.is_empty() { (parts::table("bill", "The bill, line by line", &COLUMNS, &rows)) }
        (abandoned(&one.abandoned))
    }
}

/// Attempts that were given up: what each may cost is on the bill, and counted where it went.
fn abandoned(attempts: &[AbandonedView]) -> Markup {
    const COLUMNS: [Col; 3] = [Col::text("Target"), Col::text("Why it failed"), Col::num("May cost")];
    let rows = html! {
        @for attempt in attempts {
            tr {
                th scope="row" { span.wrap { (attempt.target.provider) "/" (attempt.target.model) } }
                td { (attempt.why) }
                td.num { (approximately(Estimated::when(true), &format::money(attempt.cost.amount()))) }
            }
        }
    };
    html! {
        @if !attempts.is_empty() {
            h3 { "Attempts that were given up" }
            p.muted { "Their providers may bill them: what each may cost is part of the cost above, and counted under its own target." }
            (parts::table("abandoned", "Attempts that were given up", &COLUMNS, &rows))
        }
    }
}

/// Why the price is an estimate, as the control that said so put it.
fn guessed(one: &InferenceView) -> Option<&str> {
    let mut controls = one.controls.iter().filter(|control| control.name == "price");
    one.price_estimated
        .then(|| controls.next_back().map_or("its price is an estimate", |control| control.why.as_str()))
}

/// Where the figures of a call come from. What was not answered has none, and says so.
fn usage(one: &InferenceView) -> &'static str {
    match one.usage.source.as_str() {
        _ if one.status == "refused" => "Nothing was sent to a provider, so nothing was used",
        _ if one.cache.as_ref().is_some_and(|cache| cache.from.is_some()) => {
            "It was answered from memory, so nothing was used"
        }
        "reported" if one.usage.total == 0 && one.status != "ok" => {
            "No answer came that says what was used, and nothing is charged"
        }
        "reported" => "Usage as the provider reported it",
        "partial" => {
            "Usage in part as the provider reported it: the answer was cut, and the rest is an estimate"
        }
        _ => "The provider reported no usage: it is estimated from bytes",
    }
}

/// The prompt, by name and version.
fn prompt(one: &InferenceView) -> Markup {
    html! {
        @match &one.prompt {
            Some(prompt) => {
                a href=(links::prompt(&prompt.name)) { (prompt.name) } " " code { (prompt.version) }
                @if let Some(label) = &prompt.label { span.muted { " " (label) } }
            }
            None => span.muted { "none: the caller sent messages" }
        }
    }
}

/// What the cache did.
fn cache(one: &InferenceView) -> Markup {
    html! {
        @match &one.cache {
            Some(cache) => {
                (cache.result)
                @if let Some(from) = &cache.from { ": the answer to " a href=(links::run(from)) { code { (from) } } }
                @if let Some(age) = cache.age_ms { ", " (format::duration(age)) " old" }
                @if let Some(saved) = &cache.saved { ", saved " (format::money(saved.amount())) }
            }
            None => span.muted { "not asked" }
        }
    }
}

fn facts(signed: &Signed, one: &InferenceView) -> Markup {
    let code = |text: &str| html! { code { (text) } };
    let optional = |text: Option<&str>| {
        html! {
            @match text { Some(text) => code { (text) }, None => span.muted { "none" } }
        }
    };
    let target = html! {
        @match &one.target {
            Some(target) => {
                (target.provider) "/" (target.model)
                @if let Some(route) = &target.route { span.muted { " by route " (route) } }
            }
            None => span.muted { "refused before one was chosen" }
        }
    };
    let context = html! {
        @if one.context.is_empty() { span.muted { "none named" } }
        @for id in &one.context { (parts::chip(id)) " " }
    };
    let key = html! {
        a href=(links::with_query("/keys", &[])) { (one.key_label.as_deref().unwrap_or(&one.key)) }
        @if let Some(agent) = &one.agent { span.muted { " of " (agent) } }
    };
    let status = html! { @if one.http_status > 0 { (one.http_status) } @else { span.muted { "none sent" } } };
    parts::definitions(&[
        (
            "Asked for",
            html! { code { (one.asked) } " at " code { (one.path) } @if one.stream { ", as a stream" } },
        ),
        ("Target", target),
        (
            "Began",
            html! {
                (format::time(signed.now, one.started.timestamp()))
                span.muted { ", " (format::duration(one.offset.start_ms)) " into the run" }
            },
        ),
        (
            "First byte",
            html! {
                (parts::optional_duration(one.first_byte_ms))
                span.muted { " of " (format::duration(one.duration_ms)) }
            },
        ),
        ("HTTP status", status),
        ("Key", key),
        ("Variant", code(&one.variant)),
        ("Prompt", prompt(one)),
        ("Cache", cache(one)),
        ("Configuration", code(one.config.get(..16).unwrap_or(&one.config))),
        ("Retrieved context", context),
        (
            "Request",
            html! {
                (format::bytes(one.request_bytes)) " "
                (optional(one.request_hash.as_deref().map(|hash| hash.get(..16).unwrap_or(hash))))
            },
        ),
        (
            "Answer",
            html! {
                (format::bytes(one.response_bytes)) " "
                (optional(one.response_hash.as_deref().map(|hash| hash.get(..16).unwrap_or(hash))))
            },
        ),
        ("Provider's id", optional(one.upstream_id.as_deref())),
        ("Answer's id", optional(one.response_id.as_deref())),
        ("Trace", optional(one.trace.as_deref())),
        ("Session", optional(one.session.as_deref())),
        ("Inference", code(&one.id)),
    ])
}
