//! Anthropic's `messages`.
//!
//! Blocks are ordered, so an answer loses nothing here but what the dialect has no word for: a
//! refusal in words is a text beside the stop reason `refusal`. Reasoning is `thinking` with a
//! signature, or `redacted_thinking` under seal; the proofs of other providers travel packed in
//! the same fields.

pub mod answer;
mod blocks;
pub(crate) use blocks::input;
mod cited;
pub mod request;
pub mod stream;
mod usage;

use crate::canon::{Lifetime, Stop};
use crate::json::{Fields, Object};
use crate::report::Notes;

/// Takes a mark for caching.
pub(crate) fn cache_control(fields: &mut Fields<'_>, notes: &mut Notes) -> Option<Lifetime> {
    let mark = fields.object("cache_control", notes)?;
    let hour = mark.get("ttl").and_then(crate::json::Json::as_text) == Some("1h");
    Some(if hour { Lifetime::Hour } else { Lifetime::Short })
}

/// A mark for caching.
pub(crate) fn written_cache(lifetime: Lifetime) -> Object {
    let mark = Object::new().with("type", "ephemeral");
    match lifetime {
        Lifetime::Short => mark,
        Lifetime::Hour => mark.with("ttl", "1h"),
    }
}

/// Reads a `stop_reason`.
pub(crate) fn read_stop(word: &str, sequence: Option<String>) -> Stop {
    match word {
        "end_turn" => Stop::End,
        "max_tokens" => Stop::Length,
        "stop_sequence" => Stop::Sequence(sequence),
        "tool_use" => Stop::Calls,
        "pause_turn" => Stop::Pause,
        "refusal" => Stop::Filtered,
        "model_context_window_exceeded" => Stop::ContextFull,
        _ => Stop::Other,
    }
}

/// The `stop_reason`, and whether it says all that there was to say.
pub(crate) const fn write_stop(stop: &Stop) -> (&'static str, bool) {
    match stop {
        Stop::End => ("end_turn", true),
        Stop::Length => ("max_tokens", true),
        Stop::Sequence(_) => ("stop_sequence", true),
        Stop::Calls => ("tool_use", true),
        Stop::Filtered => ("refusal", true),
        Stop::Pause => ("pause_turn", true),
        Stop::ContextFull => ("model_context_window_exceeded", true),
        Stop::Other => ("end_turn", false),
    }
}
