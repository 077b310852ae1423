//! Google's `generateContent` and `streamGenerateContent`.
//!
//! The model and the kind of delivery stand in the path, not in the body. Keys come in camel case
//! and in snake case. A part may carry a signature of the thought before it; here that thought is
//! a part of its own, without words, before the part that carries it. Calls may have no ids;
//! results answer the first open call of their name then.

pub mod answer;
mod case;
mod parts;
pub mod request;
mod schema;
pub mod stream;
mod usage;

use crate::bedrock::sigv4::encode;
use crate::canon::Stop;
use crate::report::{At, Notes, Why};

/// What is done with a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `generateContent`.
    Generate,
    /// `streamGenerateContent`, as events.
    Stream,
    /// `countTokens`.
    Count,
}

/// The path of a call, below the provider's base URL; with its query.
#[must_use]
pub fn path(model: &str, method: Method) -> String {
    let method = match method {
        Method::Generate => "generateContent",
        Method::Stream => "streamGenerateContent?alt=sse",
        Method::Count => "countTokens",
    };
    format!("/v1beta/models/{}:{method}", encode(model))
}

/// Reads a `finishReason` or a `blockReason`.
pub(crate) fn read_stop(word: &str) -> Stop {
    match word {
        "STOP" => Stop::End,
        "MAX_TOKENS" => Stop::Length,
        "SAFETY" | "RECITATION" | "LANGUAGE" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII"
        | "IMAGE_SAFETY" | "MODEL_ARMOR" => Stop::Filtered,
        _ => Stop::Other,
    }
}

/// The `finishReason`; noted where it is only near.
pub(crate) fn write_stop(stop: &Stop, notes: &mut Notes) -> &'static str {
    if matches!(stop, Stop::ContextFull | Stop::Sequence(Some(_)) | Stop::Pause) {
        notes.approximated(At::ROOT.at("stop_reason"), Why::Nearest);
    }
    match stop {
        Stop::End | Stop::Calls | Stop::Sequence(_) | Stop::Pause => "STOP",
        Stop::Length | Stop::ContextFull => "MAX_TOKENS",
        Stop::Filtered => "SAFETY",
        Stop::Other => "OTHER",
    }
}
