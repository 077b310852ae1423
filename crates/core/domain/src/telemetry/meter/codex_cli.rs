//! Codex CLI: `codex.*` events and metrics.
//!
//! Tokens are in the event of a completed stream, and in the span that handles it, which does not
//! name the model; input includes cached tokens, output includes reasoning. It reports no cost, no
//! lines and no commits. Its counters name no session.

use super::{Base, Context, inclusive};
use crate::telemetry::record::{Point, Record};
use crate::telemetry::{Attributes, Measure, Observation};
use crate::usage::Usage;

const PREFIX: &str = "codex.";

pub(super) fn worth(context: Context<'_>, record: &Record<'_>) -> Option<Observation> {
    let base = Base::of(context, record)?;
    let name = record.name();
    let name = name.strip_prefix(PREFIX).unwrap_or(name);
    match record {
        Record::Event(event) => match name {
            "sse_event" | "websocket_event" => completed(&base, &event.attributes),
            "tool_decision" => base.one(decision(&event.attributes)?),
            "conversation_starts" => base.one(Measure::Sessions),
            _ => None,
        },
        Record::Point(point) => base.point(point, measure(name, point)?),
        Record::Span(span) if name == "handle_responses" => handled(&base, &span.attributes),
        Record::Span(_) | Record::Uncounted => None,
    }
}

fn completed(base: &Base<'_>, said: &Attributes<'_>) -> Option<Observation> {
    let kind = said.first_text(&["event.kind", "kind"])?;
    if kind != "response.completed" {
        return None;
    }
    let count = |name| said.count(name).unwrap_or(0);
    let cached = (count("cached_token_count"), count("cache_write_token_count"));
    let usage = inclusive(count("input_token_count"), cached.0, cached.1, count("output_token_count"));
    base.call(Usage { reasoning: count("reasoning_token_count"), ..usage }, None)
}

fn handled(base: &Base<'_>, said: &Attributes<'_>) -> Option<Observation> {
    let count = |name| said.count(name).unwrap_or(0);
    let usage = inclusive(
        count("gen_ai.usage.input_tokens"),
        count("gen_ai.usage.cache_read.input_tokens"),
        count("gen_ai.usage.cache_write.input_tokens"),
        count("gen_ai.usage.output_tokens"),
    );
    base.call(Usage { reasoning: count("codex.usage.reasoning_output_tokens"), ..usage }, None)
}

fn decision(said: &Attributes<'_>) -> Option<Measure> {
    let automatic = said.text("source").is_some_and(|source| source.eq_ignore_ascii_case("config"));
    Some(match said.text("decision")?.to_ascii_lowercase().replace('_', "").as_str() {
        _ if automatic => Measure::Automatic,
        "approved" | "approvedforsession" | "approvedexecpolicyamendment" => Measure::Accepted,
        "denied" => Measure::Rejected,
        "abort" | "aborted" => Measure::Aborted,
        _ => return None,
    })
}

/// The kinds of token of a turn overlap: `total` holds all, `input` the cached ones, `output` the
/// reasoning. The cached ones are left to `input`, at the price of fresh ones: a counter can't be
/// taken from another that is reported apart from it.
fn measure(name: &str, point: &Point<'_>) -> Option<Measure> {
    let kind = point.attributes.first_text(&["token_type", "type"]).unwrap_or_default();
    Some(match (name, kind) {
        ("turn.token_usage", "input") => Measure::Input,
        ("turn.token_usage", "output") => Measure::Output,
        ("thread.started", _) => Measure::Sessions,
        _ => return None,
    })
}
