//! What an answer used and how it ended, streamed or not.
//!
//! Usage comes in as many forms as there are providers; `usage.rs` knows them and makes them the
//! disjoint counters of [`domain::Usage`]. A stream is read event by event as it passes: nothing
//! is kept but a few numbers, and an event that lies whole in a chunk is read where it stands.
//! What can't be read counts for nothing and never stops a stream.

mod body;
mod chat;
mod failure;
mod gemini;
mod identity;
mod messages;
mod responses;
mod stream;
#[cfg(test)]
mod tests;
mod usage;

use domain::Usage;
use domain::usage::Mode;

pub use body::read;
pub use identity::Identity;
pub use stream::{StreamReader, is_usage_only_event};

/// What the gateway reads of an answer that came in one piece.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// Whether the body is JSON at all.
    pub is_json: bool,
    /// What the provider says was used. Where tokens are only counted, which is free of charge: nothing.
    pub usage: Option<Usage>,
    /// How the provider says it processed the call; `None` where it does not say.
    pub tier: Option<Mode>,
    /// Bytes of text the model wrote, reasoning and tool arguments included.
    pub output_bytes: u64,
    /// The provider's id of the answer.
    pub response_id: Option<String>,
    /// Type and code of the provider's error, such as `invalid_request_error/model_not_found`;
    /// never its message, which may quote the request.
    pub upstream_error: Option<String>,
    /// When to come back after the error, in milliseconds, where its body says so.
    pub retry_after_ms: Option<u64>,
}

/// What the gateway read of a stream so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StreamSummary {
    /// What the provider says was used so far.
    pub usage: Option<Usage>,
    /// How the provider says it processes the call; `None` where it does not say.
    pub tier: Option<Mode>,
    /// Whether `usage` is its last word.
    pub usage_final: bool,
    /// Whether the stream said that the answer is over: `[DONE]` or a `finish_reason` for every
    /// choice or candidate; `message_stop`; `response.completed`, `incomplete`, `failed` or `cancelled`.
    pub complete: bool,
    /// Type and code of an error sent inside the stream.
    pub error: Option<String>,
    /// Bytes of text the model wrote so far, reasoning and tool arguments included.
    pub output_bytes: u64,
}
