//! What may pass, applied to bodies and streams in place.
//!
//! `guardrails` knows texts and names of tools; here it is known where in a body they stand. A
//! body is read with the pull reader, and only the leaves that change are written anew: a body
//! that needs no change is the same bytes, uncopied. In a stream each text comes in pieces, one
//! channel for every text (the content of a choice, the arguments of a call, a block), and an event
//! waits until its piece is decided, so no event is ever made up.
//!
//! Edited is every text that is not known to be something else: instructions, messages, tool
//! results, arguments of tools (JSON inside a string, edited so that it stays JSON), reasoning,
//! schemas, and keys of objects that anybody fills. Never edited are signatures, encrypted content,
//! ids, names of tools, models, pictures and what else is data and not text.

mod apply;
mod channel;
mod gemini;
mod json_text;
mod keys;
mod leaves;
mod members;
mod seams;
mod stream;
#[cfg(test)]
mod tests;
mod tools;

use guardrails::What;

pub use apply::{answer, request};
pub use stream::StreamGuard;
pub use tools::{Offered, called, offered};

/// Why something must not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blocked {
    /// The model called a tool that the workflow may not use.
    Tool(String),
    /// A text holds what must not pass.
    Content(What),
    /// It can't be read, so nobody knows what it holds.
    Unreadable(&'static str),
}
