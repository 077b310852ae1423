//! Gemini CLI: `gemini_cli.*` events and counters, and GenAI spans.
//!
//! Input includes cached tokens; thoughts come beside the output and are charged as output; what
//! tools put into the prompt comes beside the input. It sends GenAI metrics and GenAI events as
//! copies of its own, which are left out. Where a call went (`server.address`) is not believed: the
//! client names Google's host whatever host it spoke to.

use super::{Base, Context, genai, inclusive};
use crate::telemetry::record::{Point, Record};
use crate::telemetry::{Attributes, Measure, Observation};
use crate::usage::Usage;

const PREFIX: &str = "gemini_cli.";

pub(super) fn worth(context: Context<'_>, record: &Record<'_>) -> Option<Observation> {
    let base = Base::of(context, record)?;
    let name = record.name().strip_prefix(PREFIX);
    match record {
        Record::Event(event) => match name? {
            "api_response" => answered(&base, &event.attributes),
            "tool_call" => base.one(decision(&event.attributes)?),
            _ => None,
        },
        Record::Point(point) => base.point(point, measure(name?, point)?),
        Record::Span(_) => genai::worth(context, record),
        Record::Uncounted => None,
    }
}

fn answered(base: &Base<'_>, said: &Attributes<'_>) -> Option<Observation> {
    let count = |name| said.count(name).unwrap_or(0);
    let thoughts = count("thoughts_token_count");
    let input = count("input_token_count").saturating_add(count("tool_token_count"));
    let output = count("output_token_count").saturating_add(thoughts);
    let usage = inclusive(input, count("cached_content_token_count"), 0, output);
    base.call(Usage { reasoning: thoughts, ..usage }, None)
}

fn decision(said: &Attributes<'_>) -> Option<Measure> {
    Some(match said.text("decision")? {
        "accept" => Measure::Accepted,
        "modify" => Measure::Edited,
        "reject" => Measure::Rejected,
        "auto_accept" => Measure::Automatic,
        _ => return None,
    })
}

/// The cached tokens are part of the input, and left there: see Codex.
fn measure(name: &str, point: &Point<'_>) -> Option<Measure> {
    let kind = point.attributes.text("type").unwrap_or_default();
    Some(match (name, kind) {
        ("token.usage", "input" | "tool") => Measure::Input,
        ("token.usage", "output" | "thought") => Measure::Output,
        ("lines.changed", "added") => Measure::LinesAdded,
        ("lines.changed", "removed") => Measure::LinesRemoved,
        ("session.count", _) => Measure::Sessions,
        _ => return None,
    })
}
