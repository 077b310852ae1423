//! AWS Bedrock's Converse, as upstream only: requests written, answers and streams read.
//!
//! The model stands in the path; a call is signed ([`sigv4`]); a stream is binary
//! ([`eventstream`]). The API fetches nothing from the web, so media must be in the request.

pub mod answer;
mod blocks;
pub mod eventstream;
pub mod request;
pub mod sigv4;
mod stream;

pub use stream::Reader;

use crate::canon::Stop;

/// The path of a call.
#[must_use]
pub fn path(model: &str, streams: bool) -> String {
    let end = if streams { "converse-stream" } else { "converse" };
    format!("/model/{}/{end}", sigv4::encode(model))
}

/// Reads a `stopReason`.
pub(crate) fn read_stop(word: &str) -> Stop {
    match word {
        "end_turn" => Stop::End,
        "max_tokens" => Stop::Length,
        "stop_sequence" => Stop::Sequence(None),
        "tool_use" => Stop::Calls,
        "guardrail_intervened" | "content_filtered" => Stop::Filtered,
        "model_context_window_exceeded" => Stop::ContextFull,
        _ => Stop::Other,
    }
}
