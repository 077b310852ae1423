//! Telemetry: which clients report, what they used beside the gateway and through it, and what
//! people decided about their work.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use control::views::{
    PeriodQuery, TelemetryAgreement, TelemetryPage, TelemetryQuery, TelemetrySource, TelemetrySums,
    TelemetryWork,
};
use maud::{Markup, html};

use super::{framed, period, refused, unread};
use crate::app::App;
use crate::caller::Here;
use crate::errors::Failure;
use crate::format;
use crate::forms::{Asked, Fields, Wrong};
use crate::frame::{Page, Place};
use crate::parts::{Blank, Col, Filter};
use crate::session::Signed;
use crate::{links, parts};

/// The fields of the filter.
const FIELDS: [&str; 4] = ["workflow", "period", "from", "to"];

/// `GET /telemetry`.
pub(crate) async fn show(
    State(app): State<App>,
    signed: Signed,
    Here(url): Here,
    Asked(fields): Asked,
) -> Result<Response, Failure> {
    let (look, query) = (signed.look()?, query(&fields));
    match app.control.telemetry(&look, &query).await {
        Ok(view) => Ok(framed(&app, &signed, &render(&signed, &view, &url))?.into_response()),
        Err(error) => {
            let wrong = Wrong::of_filter(error)?;
            unread(&app, &signed, &render_wrong(&query, &wrong))
        }
    }
}

fn query(fields: &Fields) -> TelemetryQuery {
    let PeriodQuery { from, to, period } = period(fields);
    TelemetryQuery { workflow: fields.text("workflow"), from, to, period }
}

/// The filter as it was typed, with what is wrong with it, and no sources.
pub(crate) fn render_wrong(query: &TelemetryQuery, wrong: &Wrong) -> Page {
    let asked = Filter::new(&FIELDS, Some(wrong));
    refused("Telemetry", Place::Telemetry, asked, &filter(query, asked))
}

/// The page. `url` is where clients send to.
pub(crate) fn render(signed: &Signed, view: &TelemetryPage, url: &str) -> Page {
    let body = html! {
        h1.sr { "Telemetry" }
        (parts::sentence(&view.sentence))
        (filter(&view.query, Filter::new(&FIELDS, None)))
        @if view.sources.is_empty() {
            (parts::empty("Clients that export OpenTelemetry will be here: their tokens and costs, lines and commits, decisions and waiting, whether or not their calls pass the gateway.", &html! {
                "Create a key for the workflow, and set one of the following."
            }))
        } @else {
            (parts::section("usage", "Usage", &html! { span.muted { (view.period.words) ", cost by the price book" } }, &usage(signed, view)))
            (parts::section("work", "Work", &html! { span.muted { (view.period.words) ", as clients report it" } }, &work(view)))
        }
        (parts::section("setup", "Send telemetry here", &html! { a href="/keys" { "Create a key" } }, &setup(url)))
    };
    Page::new("Telemetry", Place::Telemetry, body)
}

fn filter(query: &TelemetryQuery, filter: Filter<'_>) -> Markup {
    let period = PeriodQuery { from: query.from.clone(), to: query.to.clone(), period: query.period.clone() };
    html! {
        form.sentence-form method="get" action="/telemetry" role="search" aria-label="Filter telemetry" {
            (filter.period("Telemetry over", &period, "30d"))
            (filter.fill(&Blank {
                name: "workflow", label: "of", any: "any workflow", size: 20, value: query.workflow.as_deref(), ..Blank::default()
            }))
            span.actions { button type="submit" { "Show" } a.button.quiet href="/telemetry" { "Clear" } }
        }
    }
}

fn usage(signed: &Signed, view: &TelemetryPage) -> Markup {
    const COLUMNS: [Col; 8] = [
        Col::text("Client"),
        Col::text("Workflow"),
        Col::text("Person"),
        Col::text("Last seen"),
        Col::num("Reports").hint("Spans, data points and log records, since the first"),
        Col::num("Beside the gateway").hint("What nothing else here knows of; not part of the spend"),
        Col::num("Through the gateway").hint("As the gateway has it on record: this was charged"),
        Col::num("Client says").hint("What the client says more or less of the same calls"),
    ];
    let rows = html! { @for one in &view.sources { (usage_row(signed, one)) } };
    parts::table("usage-rows", "Usage by source, latest first", &COLUMNS, &rows)
}

fn usage_row(signed: &Signed, one: &TelemetrySource) -> Markup {
    html! {
        tr {
            th scope="row" { (client(one)) }
            td {
                a href=(links::workflow(&one.workflow)) { (one.workflow) }
                @if let Some(owner) = &one.owner { span.under { (parts::owner(owner)) } }
            }
            td { (person(one)) }
            td { (format::time(signed.now, one.last_seen.timestamp())) }
            td.num {
                (format::count(one.records))
                @if one.refused > 0 { span.under { (format::count(one.refused)) " not usable" } }
            }
            td.num { (sums(&one.direct)) }
            td.num { (sums(&one.gateway)) }
            td.num { (difference(one)) }
        }
    }
}

fn client(one: &TelemetrySource) -> Markup {
    let name = if one.client == "other" && !one.service.is_empty() { &one.service } else { &one.title };
    html! { (name) @if !one.version.is_empty() { span.under { (one.version) } } }
}

fn person(one: &TelemetrySource) -> Markup {
    html! { @if one.person.is_empty() { span.muted { "not said" } } @else { (one.person_name) } }
}

/// Cost, calls and tokens; the client's own figure on hover.
fn sums(sums: &TelemetrySums) -> Markup {
    if sums.input_tokens == 0 && sums.output_tokens == 0 && sums.claimed.nano == 0 {
        return html! { "–" };
    }
    let claimed =
        (sums.claimed.nano != 0).then(|| format!("the client says {}", format::money(sums.claimed.amount())));
    html! {
        @if sums.unpriced > 0 && sums.cost.nano == 0 {
            span.muted title=[claimed] { "no price known" }
        } @else {
            span title=[claimed] { (format::money(sums.cost.amount())) }
            @if sums.unpriced > 0 { " " span.muted title="Of some models no price is known: their cost is missing" { "and more" } }
        }
        span.under {
            @if sums.calls > 0 { (format::plural(sums.calls, "call", "calls")) ", " }
            (parts::tokens(sums.input_tokens, sums.output_tokens))
        }
    }
}

fn difference(one: &TelemetrySource) -> Markup {
    let of = &one.difference;
    match one.agreement {
        TelemetryAgreement::Nothing => html! { "–" },
        TelemetryAgreement::Same => html! { span.muted { "the same" } },
        TelemetryAgreement::Differs => html! {
            (signed_money(of.cost.nano))
            span.under {
                @if of.calls != 0 { (more(of.calls)) " calls, " }
                (more(of.input_tokens)) span.muted { " → " } (more(of.output_tokens)) " tokens"
            }
        },
    }
}

fn signed_money(nano: i64) -> String {
    let text = format::money(domain::NanoUsd::from_nano(nano));
    if nano > 0 { format!("+{text}") } else { text }
}

fn more(number: i64) -> String {
    let digits = format::count(number.unsigned_abs());
    match number {
        0 => digits,
        1.. => format!("+{digits}"),
        ..0 => format!("−{digits}"),
    }
}

fn work(view: &TelemetryPage) -> Markup {
    const COLUMNS: [Col; 8] = [
        Col::text("Client"),
        Col::text("Person"),
        Col::num("Sessions"),
        Col::num("Lines").hint("Added and removed"),
        Col::num("Commits").hint("And pull requests"),
        Col::num("Accepted").hint("As they were, among all proposals that a person decided"),
        Col::num("Automatic").hint("Decided by a rule, a hook or a setting, and by no person"),
        Col::num("Waited for a person").hint("And how long the person and the agent were active"),
    ];
    if view.sources.iter().all(|one| one.work == TelemetryWork::default()) {
        return html! { p.muted { "No client reports lines, commits, decisions or time." } };
    }
    let rows = html! {
        @for one in view.sources.iter().filter(|one| one.work != TelemetryWork::default()) {
            tr { th scope="row" { (client(one)) } td { (person(one)) } (work_cells(one.sessions, &one.work)) }
        }
    };
    parts::table("work-rows", "Work by source", &COLUMNS, &rows)
}

fn work_cells(sessions: u64, work: &TelemetryWork) -> Markup {
    html! {
        td.num { (format::count(sessions)) }
        td.num {
            @if work.lines_added == 0 && work.lines_removed == 0 { "–" }
            @else { "+" (format::count(work.lines_added)) " −" (format::count(work.lines_removed)) }
        }
        td.num {
            (format::count(work.commits))
            @if work.pull_requests > 0 { span.under { (format::plural(work.pull_requests, "pull request", "pull requests")) } }
        }
        td.num {
            (parts::rate(&work.accepted))
            @if work.accepted.n > 0 {
                span.under { (format::count(work.accepted.count)) " of " (format::count(work.accepted.n)) }
            }
        }
        td.num { (format::count(work.automatic)) }
        td.num {
            (time(work.waiting_ms))
            @if work.active_ms > 0 || work.working_ms > 0 {
                span.under { "active " (time(work.active_ms)) ", agent " (time(work.working_ms)) }
            }
        }
    }
}

fn time(ms: u64) -> String {
    if ms == 0 { "–".to_owned() } else { format::duration(i64::try_from(ms).unwrap_or(i64::MAX)) }
}

/// What to set for each client. A key is never part of it.
fn setup(url: &str) -> Markup {
    html! {
        p.muted {
            "A key says whose workflow the reports belong to. Prompts and answers are dropped on arrival, whatever a client sends. "
            "A proxy in front of this server may have another address."
        }
        @for (name, open, text) in clients(url) {
            details.data open[open] {
                summary { (name) }
                (parts::code_block(&format!("Settings of {name}"), &text))
            }
        }
    }
}

fn clients(url: &str) -> [(&'static str, bool, String); 4] {
    let standard = format!(
        "export OTEL_EXPORTER_OTLP_ENDPOINT={url}\nexport OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf\nexport OTEL_EXPORTER_OTLP_HEADERS=\"x-api-key=cs_…\""
    );
    [
        (
            "Claude Code",
            true,
            format!(
                "export CLAUDE_CODE_ENABLE_TELEMETRY=1\nexport CLAUDE_CODE_ENHANCED_TELEMETRY_BETA=1    # spans: how long it waits for a person\nexport OTEL_METRICS_EXPORTER=otlp\nexport OTEL_LOGS_EXPORTER=otlp\nexport OTEL_TRACES_EXPORTER=otlp\n{standard}"
            ),
        ),
        (
            "Codex CLI, in ~/.codex/config.toml",
            false,
            format!(
                "[otel]\nlog_user_prompt = false\n\n[otel.exporter.otlp-http]\nendpoint = \"{url}/v1/logs\"\nprotocol = \"binary\"\nheaders = {{ \"x-api-key\" = \"cs_…\" }}"
            ),
        ),
        (
            "Gemini CLI",
            false,
            format!(
                "export GEMINI_TELEMETRY_ENABLED=true\nexport GEMINI_TELEMETRY_TARGET=local\nexport GEMINI_TELEMETRY_OTLP_ENDPOINT={url}\nexport GEMINI_TELEMETRY_OTLP_PROTOCOL=http\nexport GEMINI_TELEMETRY_LOG_PROMPTS=false\nexport OTEL_EXPORTER_OTLP_HEADERS=\"x-api-key=cs_…\""
            ),
        ),
        (
            "GitHub Copilot, before the editor starts",
            false,
            format!("export COPILOT_OTEL_ENABLED=true\n{standard}"),
        ),
    ]
}
