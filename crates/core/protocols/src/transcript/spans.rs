//! Where the messages of a request stand, so that a message sent again is stored once.

use std::ops::Range;

use domain::inference::Endpoint;

use crate::json::{Cursor, JsonError, Kind};

/// The spans of a request's messages, in order and without overlap: each element of `messages`
/// or `input` or `contents`, and each of `system`, `instructions`, `systemInstruction` and `tools` as a whole. Empty where the body
/// is not a JSON object.
#[must_use]
pub fn message_spans(endpoint: Endpoint, body: &[u8]) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let listed: &[u8] = match endpoint {
        Endpoint::Chat | Endpoint::Messages | Endpoint::CountTokens => b"messages",
        Endpoint::Responses => b"input",
        Endpoint::Gemini | Endpoint::GeminiCount => b"contents",
        Endpoint::Embeddings => b"", // the input as a whole: it may be thousands of token ids
    };
    let read = Cursor::new(body).object(|cursor, key| {
        match (&*key.bytes(), cursor.kind()?) {
            (name, Kind::Array) if name == listed => cursor.array(|cursor| {
                spans.push(cursor.span()?);
                Ok::<(), JsonError>(())
            })?,
            (
                b"system"
                | b"instructions"
                | b"tools"
                | b"input"
                | b"systemInstruction"
                | b"system_instruction",
                _,
            ) => spans.push(cursor.span()?),
            _ => cursor.skip()?,
        }
        Ok::<(), JsonError>(())
    });
    if read.is_err() {
        spans.clear();
    }
    spans
}
