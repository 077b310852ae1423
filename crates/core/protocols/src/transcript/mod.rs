//! A stored call taken apart for people: who said what, in which order.
//!
//! For pages that show one call, and for storing a request message by message. Not for the path
//! of a call: this builds trees. It is lenient, because what it shows may be of any shape, may
//! be cut off, and must be shown all the same: what it does not know becomes a part of kind
//! [`PartKind::Other`], what is not JSON is shown as it is. Base64 data is described, not shown.

mod body;
mod fold;
mod gemini;
mod parts;
mod request;
mod spans;
#[cfg(test)]
mod tests;

use serde::Serialize;

pub use body::response;
pub use request::request;
pub use spans::message_spans;

/// What one party said at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Turn {
    /// `system`, `developer`, `user`, `assistant`, `tool`; `error` for a provider's error and
    /// `unreadable` for what is not of the endpoint's format.
    pub role: String,
    /// What was said, in order.
    pub parts: Vec<Part>,
}

/// A piece of a turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// Its text: of an image or a file a description, of a tool call `name(arguments)`.
    pub text: String,
}

/// What a piece of a turn is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// Text.
    Text,
    /// An image.
    Image,
    /// A call of a tool, proposed by the model.
    ToolCall,
    /// What a tool returned.
    ToolResult,
    /// Reasoning of the model, as far as the provider shows it.
    Reasoning,
    /// Anything else: files, audio, citations, what a later format brings.
    Other,
}
