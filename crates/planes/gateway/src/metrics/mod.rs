//! What the gateway counts, for Prometheus.
//!
//! The table [`METRICS`] is the list of all of them and the source of `docs/metrics.md`. Labels
//! are names from the workspace and stable words, never ids, content or anything a caller chose.

mod calls;
mod label;

use std::fmt::Write as _;

pub(crate) use calls::Calls;
use domain::ids::{PromptId, WorkflowId};
use domain::routing::{Class, Lane, Reaction};
use domain::telemetry::Signal;
use domain::{NanoUsd, Refusal};
pub(crate) use label::label;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram};
use protocols::otlp::Tally;

/// One metric: name, kind, labels, meaning.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// `counter`, `gauge` or `histogram`.
    pub kind: &'static str,
    /// Its labels.
    pub labels: &'static str,
    /// What it counts, with its unit.
    pub meaning: &'static str,
}

const fn metric(
    name: &'static str,
    kind: &'static str,
    labels: &'static str,
    meaning: &'static str,
) -> Metric {
    Metric { name, kind, labels, meaning }
}

const CALLS: &str = "countersign_calls_total";
const TOKENS: &str = "countersign_tokens_total";
const COST: &str = "countersign_cost_nano_usd_total";
const DURATION: &str = "countersign_call_duration_seconds";
const FIRST_BYTE: &str = "countersign_first_byte_seconds";
const REFUSALS: &str = "countersign_refusals_total";
const SETBACKS: &str = "countersign_setbacks_total";
const RETRIES_DENIED: &str = "countersign_retries_denied_total";
const BREAKER_MOVES: &str = "countersign_breaker_moves_total";
const RECORD_FAILURES: &str = "countersign_record_failures_total";
const REDACTIONS: &str = "countersign_redaction_hits_total";
const TOOL_BLOCKS: &str = "countersign_blocked_tool_calls_total";
const TELEMETRY_POSTS: &str = "countersign_telemetry_posts_total";
const TELEMETRY_RECORDS: &str = "countersign_telemetry_records_total";
const PROMPTS: &str = "countersign_prompts_rendered_total";
const CACHE_LOOKUPS: &str = "countersign_cache_lookups_total";
const CACHE_SAVED: &str = "countersign_cache_saved_nano_usd_total";
const WARNINGS_DROPPED: &str = "countersign_budget_warnings_dropped_total";

/// Everything that is counted, gauges set by the server included.
pub const METRICS: [Metric; 33] = [
    metric(
        CALLS,
        "counter",
        "workflow, provider, model, status",
        "Calls that have ended, by how they ended. The model is `other` where only the caller named it: no route, no row of the price book and no entry of the workflow's `allow` without a wildcard does.",
    ),
    metric(
        TOKENS,
        "counter",
        "workflow, provider, model, kind",
        "Tokens: input, cache_read, cache_write, output.",
    ),
    metric(
        COST,
        "counter",
        "workflow, provider, model",
        "What calls cost, in nano-dollars (10⁻⁹ USD); what an abandoned attempt may cost under its own target.",
    ),
    metric(DURATION, "histogram", "workflow, provider", "Seconds from arrival to the end of the answer."),
    metric(
        FIRST_BYTE,
        "histogram",
        "workflow, provider",
        "Seconds from arrival to the provider's first byte.",
    ),
    metric(REFUSALS, "counter", "code", "Calls the gateway refused or broke off, by code."),
    metric(
        REDACTIONS,
        "counter",
        "workflow, kind, direction",
        "Values found by redaction, by kind (or rule of the workspace) and direction: request, response.",
    ),
    metric(
        TOOL_BLOCKS,
        "counter",
        "workflow",
        "Calls of tools in answers that were blocked because the workflow may not use them (blocked_tool_call).",
    ),
    metric(
        SETBACKS,
        "counter",
        "provider, class, reaction",
        "Attempts that failed, by what went wrong and what was done about it.",
    ),
    metric(
        RETRIES_DENIED,
        "counter",
        "provider",
        "Retries that were not made because a fifth of the provider's calls were retries already.",
    ),
    metric(BREAKER_MOVES, "counter", "provider, to", "Moves of breakers: to open, half-open or closed."),
    metric(
        "countersign_lanes",
        "gauge",
        "provider, state",
        "Lanes (provider, credential, model) used of late, by breaker: closed, open, half-open.",
    ),
    metric(
        TELEMETRY_POSTS,
        "counter",
        "signal, outcome",
        "Posts of telemetry (traces, metrics, logs), by whether they were taken or refused.",
    ),
    metric(
        TELEMETRY_RECORDS,
        "counter",
        "workflow, signal, outcome",
        "Spans, data points and log records in posts that were taken, by whether each could be used.",
    ),
    metric(
        RECORD_FAILURES,
        "counter",
        "",
        "Facts that could not be written. More than zero: look at the disk.",
    ),
    metric(
        WARNINGS_DROPPED,
        "counter",
        "",
        "Budget warnings that were not delivered because too many were waiting.",
    ),
    metric(PROMPTS, "counter", "workflow, prompt", "Calls whose messages were rendered from a prompt."),
    metric(
        CACHE_LOOKUPS,
        "counter",
        "workflow, result",
        "Calls of workflows with a cache: hit, miss, or passed (such a call is never answered from memory).",
    ),
    metric(CACHE_SAVED, "counter", "workflow", "What hits would have cost, in nano-dollars (10⁻⁹ USD)."),
    metric("countersign_cache_bytes", "gauge", "workflow", "Bytes that kept answers take."),
    metric("countersign_cache_answers", "gauge", "workflow", "Answers that are kept."),
    metric("countersign_running_calls", "gauge", "", "Calls under way."),
    metric(
        "countersign_ledger_spool_records",
        "gauge",
        "",
        "Records on disk that the database does not have yet.",
    ),
    metric("countersign_ledger_spool_bytes", "gauge", "", "Bytes of those records."),
    metric("countersign_ledger_database_up", "gauge", "", "1 while the ledger's database takes records."),
    metric(
        "countersign_content_dropped",
        "gauge",
        "",
        "Bodies that were not kept because too many were waiting.",
    ),
    metric(
        "countersign_config_loaded_timestamp_seconds",
        "gauge",
        "",
        "When the live configuration was loaded.",
    ),
    metric(
        "countersign_config_broken",
        "gauge",
        "",
        "1 while the files on disk are refused and the last good ones run.",
    ),
    metric(
        "countersign_telemetry_sent_total",
        "counter",
        "signal",
        "What the OpenTelemetry collector took: spans (traces) and points (metrics).",
    ),
    metric(
        "countersign_telemetry_dropped_total",
        "counter",
        "signal, cause",
        "Spans and points that the collector did not get: queue_full, away, refused, rejected. Calls are not affected.",
    ),
    metric(
        "countersign_telemetry_failed_posts_total",
        "counter",
        "signal",
        "Requests to the OpenTelemetry collector that failed; most are sent again.",
    ),
    metric("countersign_switches_thrown", "gauge", "", "Switches that do not stand on `on`."),
    metric("countersign_info", "gauge", "version, instance", "Always 1; carries the version."),
];

/// Tells the process's recorder what each metric means, for the `# HELP` lines at `/metrics`.
pub fn describe() {
    for Metric { name, kind, meaning, .. } in METRICS {
        match kind {
            "counter" => describe_counter!(name, meaning),
            "histogram" => describe_histogram!(name, meaning),
            _ => describe_gauge!(name, meaning),
        }
    }
}

/// The page `docs/metrics.md`.
#[must_use]
pub fn reference() -> String {
    let mut page = String::from(
        "# Metrics\n\nServed at `/metrics` in the Prometheus text format. This page is generated from the table in the code.\n\n| metric | kind | labels | meaning |\n| --- | --- | --- | --- |\n",
    );
    for Metric { name, kind, labels, meaning } in METRICS {
        let _infallible = writeln!(page, "| `{name}` | {kind} | {labels} | {meaning} |");
    }
    page
}

pub(crate) fn refused(refusal: &Refusal) {
    counter!(REFUSALS, "code" => refusal.code().to_string()).increment(1);
}

pub(crate) fn redacted(workflow: &WorkflowId, kind: &str, direction: &'static str, hits: u64) {
    counter!(REDACTIONS, "workflow" => workflow.to_string(), "kind" => kind.to_owned(), "direction" => direction)
        .increment(hits);
}

pub(crate) fn tool_call_blocked(workflow: &WorkflowId) {
    counter!(TOOL_BLOCKS, "workflow" => workflow.to_string()).increment(1);
}

pub(crate) fn telemetry_refused(signal: Signal) {
    counter!(TELEMETRY_POSTS, "signal" => signal.as_str(), "outcome" => "refused").increment(1);
}

pub(crate) fn telemetry_taken(signal: Signal, workflow: &WorkflowId, tally: &Tally) {
    counter!(TELEMETRY_POSTS, "signal" => signal.as_str(), "outcome" => "taken").increment(1);
    let outcomes = [("used", tally.records.saturating_sub(tally.refused)), ("refused", tally.refused)];
    for (outcome, records) in outcomes.into_iter().filter(|(_, records)| *records > 0) {
        counter!(TELEMETRY_RECORDS, "workflow" => workflow.to_string(), "signal" => signal.as_str(),
            "outcome" => outcome)
        .increment(records);
    }
}

pub(crate) fn rendered(workflow: &WorkflowId, prompt: &PromptId) {
    counter!(PROMPTS, "workflow" => workflow.to_string(), "prompt" => prompt.to_string()).increment(1);
}

/// What looking for a kept answer came to.
#[derive(Clone, Copy)]
pub(crate) enum Looked {
    Hit,
    Miss,
    Passed,
}

pub(crate) fn looked(workflow: &WorkflowId, looked: Looked) {
    let result = match looked {
        Looked::Hit => "hit",
        Looked::Miss => "miss",
        Looked::Passed => "passed",
    };
    counter!(CACHE_LOOKUPS, "workflow" => workflow.to_string(), "result" => result).increment(1);
}

/// A kept answer was given again, in place of one that costs this much.
pub(crate) fn hit(workflow: &WorkflowId, saved: NanoUsd) {
    looked(workflow, Looked::Hit);
    let saved = u64::try_from(saved.nano()).unwrap_or(0);
    counter!(CACHE_SAVED, "workflow" => workflow.to_string()).increment(saved);
}

pub(crate) fn set_back(lane: &Lane, class: Class, reaction: Reaction) {
    let reaction = match reaction {
        Reaction::RetryHere => "retry",
        Reaction::NextCredential => "credential",
        Reaction::NextTarget => "target",
        Reaction::PassOn => "pass_on",
    };
    counter!(SETBACKS, "provider" => lane.provider.to_string(), "class" => class.as_str(),
        "reaction" => reaction)
    .increment(1);
}

pub(crate) fn retry_denied(lane: &Lane) {
    counter!(RETRIES_DENIED, "provider" => lane.provider.to_string()).increment(1);
}

pub(crate) fn breaker_moved(lane: &Lane, to: &'static str) {
    counter!(BREAKER_MOVES, "provider" => lane.provider.to_string(), "to" => to).increment(1);
}

pub(crate) fn record_failed() {
    counter!(RECORD_FAILURES).increment(1);
}

pub(crate) fn warning_dropped() {
    counter!(WARNINGS_DROPPED).increment(1);
}

fn seconds(ms: i64) -> f64 {
    std::time::Duration::from_millis(u64::try_from(ms).unwrap_or(0)).as_secs_f64()
}
