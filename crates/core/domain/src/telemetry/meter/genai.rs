//! Programs that follow OpenTelemetry's GenAI conventions, of any generation, or OpenInference.
//!
//! Only spans and events of one inference count: spans of agents and workflows repeat what their
//! inferences used. Input includes cached tokens.

use super::{Base, Context, inclusive};
use crate::telemetry::record::{Point, Record};
use crate::telemetry::{Attributes, Family, Measure, Observation};
use crate::usage::Usage;

/// The event that says what one inference used.
const DETAILS: &str = "gen_ai.client.inference.operation.details";
/// Operations that are one inference.
const INFERENCES: [&str; 4] = ["chat", "generate_content", "text_completion", "embeddings"];

pub(super) fn worth(context: Context<'_>, record: &Record<'_>) -> Option<Observation> {
    let base = Base::of(context, record)?;
    match record {
        Record::Span(span) => inference(&base, &span.attributes),
        Record::Event(event) if event.name == DETAILS => inference(&base, &event.attributes),
        Record::Event(_) | Record::Uncounted => None,
        Record::Point(point) => {
            let (family, measure) = measure(point)?;
            Base { family, ..base }.point(point, measure)
        }
    }
}

fn inference(base: &Base<'_>, said: &Attributes<'_>) -> Option<Observation> {
    let named = said.text("gen_ai.operation.name").is_some_and(|name| INFERENCES.contains(&name));
    let traced = said.text("openinference.span.kind").is_some_and(|kind| matches!(kind, "LLM" | "EMBEDDING"));
    if !(named || traced) {
        return None;
    }
    let count = |names: &[&str]| said.first_count(names).unwrap_or(0);
    let usage = inclusive(
        count(&["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt"]),
        count(&["gen_ai.usage.cache_read.input_tokens", "llm.token_count.prompt_details.cache_read"]),
        count(&[
            "gen_ai.usage.cache_write.input_tokens",
            "gen_ai.usage.cache_creation.input_tokens",
            "llm.token_count.prompt_details.cache_write",
        ]),
        count(&[
            "gen_ai.usage.output_tokens",
            "gen_ai.usage.completion_tokens",
            "llm.token_count.completion",
        ]),
    );
    let reasoning = count(&[
        "gen_ai.usage.reasoning.output_tokens",
        "gen_ai.usage.reasoning_tokens",
        "llm.token_count.completion_details.reasoning",
    ]);
    let claimed = said.number("llm.cost.total").and_then(|cost| cost.dollars());
    base.call(Usage { reasoning, ..usage }, claimed)
}

/// The counters of 0.1.0, whose input holds what is counted again as cached, and the histogram
/// before them. A program may send both, so they are of two families.
fn measure(point: &Point<'_>) -> Option<(Family, Measure)> {
    let kind = point.attributes.text("gen_ai.token.type").unwrap_or_default();
    Some(match (&*point.metric, kind) {
        ("gen_ai.client.token.usage", "input") => (Family::OlderMetrics, Measure::Input),
        ("gen_ai.client.token.usage", "output" | "completion") => (Family::OlderMetrics, Measure::Output),
        ("gen_ai.client.inference.usage.input_tokens", _) => (Family::Metrics, Measure::Input),
        ("gen_ai.client.inference.usage.output_tokens", _) => (Family::Metrics, Measure::Output),
        _ => return None,
    })
}
