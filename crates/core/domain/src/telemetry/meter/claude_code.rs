//! Claude Code: `claude_code.*` events, counters and spans.
//!
//! Its input tokens leave cached ones out, as Anthropic's API does. Decisions come with where they
//! came from; only those of a person count as a person's.

use super::{Base, Context};
use crate::telemetry::record::{Point, Record, Span};
use crate::telemetry::{Attributes, Measure, Observation};
use crate::usage::Usage;

const PREFIX: &str = "claude_code.";

pub(super) fn worth(context: Context<'_>, record: &Record<'_>) -> Option<Observation> {
    let base = Base::of(context, record)?;
    let name = record.name();
    let name = name.strip_prefix(PREFIX).unwrap_or(name);
    match record {
        Record::Event(event) => match name {
            "api_request" => call(&base, &event.attributes),
            "tool_decision" => base.one(decision(&event.attributes)?),
            _ => None,
        },
        Record::Span(span) => match name {
            "llm_request" => call(&base, &span.attributes),
            "tool.blocked_on_user" => waited(&base, span),
            _ => None,
        },
        Record::Point(point) => base.point(point, measure(name, point)?),
        Record::Uncounted => None,
    }
}

fn call(base: &Base<'_>, said: &Attributes<'_>) -> Option<Observation> {
    let usage = Usage {
        input: said.count("input_tokens").unwrap_or(0),
        cache_read: said.count("cache_read_tokens").unwrap_or(0),
        cache_write_5m: said.count("cache_creation_tokens").unwrap_or(0),
        output: said.count("output_tokens").unwrap_or(0),
        ..Usage::default()
    };
    base.call(usage, said.number("cost_usd").and_then(|cost| cost.dollars()))
}

/// Who decided: `config` and `hook` are rules, every other source is a person.
fn decision(said: &Attributes<'_>) -> Option<Measure> {
    let source = said.text("source").unwrap_or_default();
    Some(match (said.text("decision")?, source) {
        (_, "config" | "hook") => Measure::Automatic,
        (_, "user_abort") => Measure::Aborted,
        ("accept", _) => Measure::Accepted,
        ("reject", _) => Measure::Rejected,
        _ => return None,
    })
}

fn waited(base: &Base<'_>, span: &Span<'_>) -> Option<Observation> {
    let length = u64::try_from(span.end.since(span.start)).ok();
    let said = span.attributes.count("duration_ms");
    base.reading(Measure::WaitingMs, said.or(length)?, crate::telemetry::Growth::Once)
}

fn measure(name: &str, point: &Point<'_>) -> Option<Measure> {
    let said = &point.attributes;
    let kind = said.text("type").unwrap_or_default();
    Some(match (name, kind) {
        ("token.usage", "input") => Measure::Input,
        ("token.usage", "output") => Measure::Output,
        ("token.usage", "cacheRead") => Measure::CacheRead,
        ("token.usage", "cacheCreation") => Measure::CacheWrite,
        ("cost.usage", _) => Measure::Claimed,
        ("lines_of_code.count", "added") => Measure::LinesAdded,
        ("lines_of_code.count", "removed") => Measure::LinesRemoved,
        ("commit.count", _) => Measure::Commits,
        ("pull_request.count", _) => Measure::PullRequests,
        ("session.count", _) => Measure::Sessions,
        ("active_time.total", "user") => Measure::ActiveMs,
        ("active_time.total", "cli") => Measure::WorkingMs,
        ("code_edit_tool.decision", _) => decision(said)?,
        _ => return None,
    })
}
