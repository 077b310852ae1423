//! OpenAI's `chat/completions`, and those who follow it.
//!
//! A message has no order between its text, its refusal, its reasoning and its calls; here they
//! are read as reasoning, text, refusal, calls. Reasoning is what others added to the dialect:
//! `reasoning_content` (DeepSeek, llama.cpp, vLLM) for people, and `reasoning_details`
//! (OpenRouter) for what has to come back. A signature that belongs to a call stands where
//! Google's chat endpoint puts it, in `extra_content.google.thought_signature`.

pub mod answer;
mod message;
pub(crate) use message::{annotation, chars, or_empty, url_citation};
mod reasoning;
pub mod request;
pub mod stream;
mod usage;

use crate::canon::Stop;

/// Reads a `finish_reason`.
pub(crate) fn read_stop(word: &str) -> Stop {
    match word {
        "stop" => Stop::End,
        "length" => Stop::Length,
        "tool_calls" | "function_call" => Stop::Calls,
        "content_filter" => Stop::Filtered,
        _ => Stop::Other,
    }
}

/// The `finish_reason`, and whether it says all that there was to say.
pub(crate) const fn write_stop(stop: &Stop) -> (&'static str, bool) {
    match stop {
        Stop::End => ("stop", true),
        Stop::Length => ("length", true),
        Stop::Calls => ("tool_calls", true),
        Stop::Filtered => ("content_filter", true),
        Stop::ContextFull => ("length", false),
        Stop::Sequence(None) => ("stop", true),
        Stop::Sequence(Some(_)) | Stop::Pause | Stop::Other => ("stop", false),
    }
}
