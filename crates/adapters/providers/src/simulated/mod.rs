//! A provider that is not one: answers in every dialect, computed from the request alone.
//!
//! For demonstrations and tests, where a call should go through every control without a network
//! or a bill. The same request gets the same answer; its text says that it is simulated; usage
//! comes in the dialect's own form. It never claims to be a model and never calls one.
//!
//! The name of the model chooses what happens:
//!
//! | model | does |
//! | --- | --- |
//! | `sim-small` | answers at once, in a sentence or two |
//! | `sim-large` | answers at length, 150 ms to the first byte, 12 ms between pieces |
//! | `sim-slow` | like `sim-small`, 2 s to the first byte, 250 ms between pieces |
//! | `sim-error-NNN` | answers with the HTTP status NNN (400 to 599) and the dialect's error |
//! | `sim-stream-error` | sends an error inside a stream that began well |
//! | `sim-cut` | breaks off half way, streamed or not |
//! | anything else | like `sim-small` |
//!
//! It calls a tool where one is offered and either the request demands it or the last text of the
//! user asks for it (`use the tool`, `call the tool`, `run the tool`, or the tool's name), and
//! answers a tool's result with text. Where a JSON schema is given, the answer is an instance of it.

mod ask;
mod chat;
mod embeddings;
mod errors;
mod messages;
mod pace;
mod reply;
mod responses;
mod schema;
#[cfg(test)]
mod tests;

use std::time::Duration;

use bytes::Bytes;

pub use reply::answer;

/// An answer, ready to be sent piece by piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simulated {
    /// HTTP status.
    pub status: u16,
    /// Content type.
    pub content_type: &'static str,
    /// The body: how long to wait before each piece, and the piece.
    pub chunks: Vec<(Duration, Bytes)>,
}
