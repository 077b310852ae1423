//! Providers: which are well, what their breakers and quotas say, and what answered what today.

use axum::extract::State;
use control::views::{LaneMove, LaneView, ProviderHealth, ProvidersPage, QuotaView, TargetToday, Tone};
use maud::{Markup, html};

use super::{Shown, configuration, framed};
use crate::app::App;
use crate::format;
use crate::frame::{Page, Place};
use crate::parts::Col;
use crate::session::Signed;
use crate::{links, parts};

/// `GET /providers`.
pub(crate) async fn show(State(app): State<App>, signed: Signed) -> Shown {
    let view = app.control.providers(&signed.look()?).await?;
    framed(&app, &signed, &render(&signed, &view))
}

/// The page.
pub(crate) fn render(signed: &Signed, view: &ProvidersPage) -> Page {
    let body = html! {
        h1.sr { "Providers" }
        (parts::sentence(&view.sentence))
        @for one in &view.providers { (provider(signed, one)) }
        div.columns.even {
            (parts::section("routes", "Routes", &html! {}, &configuration::routes("route-rows", &view.routes)))
            (parts::section("moves", "Breakers", &html! { span.muted { "latest moves since the start" } },
                &moves(signed, &view.moves)))
        }
    };
    Page::new("Providers", Place::Providers, body)
}

fn provider(signed: &Signed, one: &ProviderHealth) -> Markup {
    let aside = html! {
        (parts::badge(one.tone, &one.words))
        @if one.state != "on" { " " (parts::state(&one.state)) }
        " " a href=(links::switch(&format!("provider/{}", one.id), None)) aria-label={ "Switch of " (one.id) } { "Switch" }
    };
    let place = match (one.api.as_str(), one.base_url.as_str()) {
        ("", _) => html! { p.muted { "not in the workspace any more" } },
        (api, "") => html! { p.muted { (api) ", built in" } },
        (api, url) => {
            let dialect = configuration::dialect(api, &one.speaks);
            html! { p.muted { (dialect) " at " span.mono.wrap { (url) } } }
        }
    };
    parts::section(
        &format!("provider-{}", one.id),
        &one.id,
        &aside,
        &html! {
            (place)
            @if !one.lanes.is_empty() { (lanes(signed, one)) }
            @if !one.today.is_empty() { (today(one)) }
        },
    )
}

fn lanes(signed: &Signed, one: &ProviderHealth) -> Markup {
    const COLUMNS: [Col; 5] = [
        Col::text("Model"),
        Col::text("Breaker"),
        Col::num("Well").hint("Attempts of the last minute that went well"),
        Col::num("Failed").hint("Attempts of the last minute that failed"),
        Col::text("Left of its limits"),
    ];
    let rows = html! { @for lane in &one.lanes { (lane_row(signed, lane)) } };
    parts::table(&format!("lanes-{}", one.id), &format!("Lanes of {}", one.id), &COLUMNS, &rows)
}

fn lane_row(signed: &Signed, lane: &LaneView) -> Markup {
    html! {
        tr {
            th scope="row" {
                span.mono.wrap { (lane.model) }
                @if let Some(credential) = &lane.credential { span.under { code { (credential) } } }
            }
            td {
                (parts::badge(lane.tone, breaker(lane)))
                @if let Some(cause) = &lane.cause { span.under { (cause) } }
                @if let Some(since) = lane.since { span.under { "since " (format::time(signed.now, since.timestamp())) } }
                @if lane.breaker == "open" && lane.until.is_none() { span.under { "the next call probes it" } }
                @if let Some(until) = lane.until { span.under { "passed over until " (format::exact(until.timestamp())) } }
            }
            td.num { (format::count(lane.well)) }
            td.num { (format::count(lane.failed)) }
            td {
                @for left in &lane.quota { div { (quota(left)) } }
                @if lane.quota.is_empty() { span.muted { "not said" } }
            }
        }
    }
}

fn breaker(lane: &LaneView) -> &str {
    match (lane.breaker.as_str(), lane.tone) {
        ("closed", Tone::Good) => "closed",
        ("closed", _) => "resting",
        (other, _) => other,
    }
}

fn quota(left: &QuotaView) -> Markup {
    html! {
        (format::count(left.remaining))
        @if let Some(limit) = left.limit { " of " (format::count(limit)) }
        " " (left.of)
    }
}

fn today(one: &ProviderHealth) -> Markup {
    const COLUMNS: [Col; 4] = [
        Col::text("Answered today"),
        Col::num("Calls").hint("Calls that ended here"),
        Col::num("Errors"),
        Col::num("Cost")
            .hint("With what attempts that were given up here may cost; their calls ended elsewhere"),
    ];
    let rows = html! { @for target in &one.today { (target_row(one, target)) } };
    parts::table(&format!("today-{}", one.id), &format!("What {} answered today", one.id), &COLUMNS, &rows)
}

fn target_row(one: &ProviderHealth, target: &TargetToday) -> Markup {
    let name = format!("{}/{}", one.id, target.model);
    let href = links::with_query("/runs", &[("model", Some(&name))]);
    html! {
        tr {
            th scope="row" { a.mono.wrap href=(href) { (target.model) } }
            td.num { (format::count(target.calls)) }
            td.num { (format::count(target.errors.count)) }
            td.num { (parts::cost(&target.cost, &target.estimated_cost, &target.simulated_cost)) }
        }
    }
}

fn moves(signed: &Signed, list: &[LaneMove]) -> Markup {
    const COLUMNS: [Col; 3] = [Col::text("When"), Col::text("Lane"), Col::text("Move")];
    if list.is_empty() {
        return html! { p.muted { "No breaker has moved since the start." } };
    }
    let rows = html! {
        @for one in list {
            tr {
                th scope="row" { (format::time(signed.now, one.at.timestamp())) }
                td { span.mono.wrap { (one.lane) } }
                td { (one.from) " → " (parts::badge(one.tone, &one.to)) span.under { (one.why) } }
            }
        }
    };
    parts::table("move-rows", "Moves of breakers, newest first", &COLUMNS, &rows)
}
