//! OpenAI's `responses`.
//!
//! An answer is a list of items, each with an id; text and refusals are parts of message items.
//! What is kept at the provider (`previous_response_id`, `conversation`, `background`, hosted
//! tools) can't be moved, so it is refused. Upstream, nothing is stored unless the caller asks,
//! and sealed reasoning is asked for where there is any.

pub mod answer;
mod content;
mod item;
pub mod request;
pub mod stream;
mod usage;

use crate::canon::Stop;
use crate::json::{Json, Object};
use crate::report::{At, Notes, Why};

/// Reads `status` and `incomplete_details`.
pub(crate) fn read_stop(status: &str, details: Option<&Object>) -> Stop {
    let reason = details.and_then(|details| details.get("reason")).and_then(Json::as_text);
    match (status, reason) {
        ("completed", _) => Stop::End,
        ("incomplete", Some("max_output_tokens")) => Stop::Length,
        ("incomplete", Some("content_filter")) => Stop::Filtered,
        _ => Stop::Other,
    }
}

/// The `status` and the reason of `incomplete_details`. A refusal in words is a whole answer.
pub(crate) fn write_stop(
    stop: &Stop,
    said_no: bool,
    notes: &mut Notes,
) -> (&'static str, Option<&'static str>) {
    let near = matches!(stop, Stop::ContextFull | Stop::Sequence(Some(_)) | Stop::Pause | Stop::Other);
    if near {
        notes.approximated(At::ROOT.at("stop_reason"), Why::Nearest);
    }
    match stop {
        Stop::Length | Stop::ContextFull => ("incomplete", Some("max_output_tokens")),
        Stop::Filtered if !said_no => ("incomplete", Some("content_filter")),
        Stop::End | Stop::Calls | Stop::Filtered | Stop::Sequence(_) | Stop::Pause | Stop::Other => {
            ("completed", None)
        }
    }
}
