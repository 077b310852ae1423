//! Answers that came in one piece.

use domain::Usage;
use domain::inference::{Dialect, Endpoint};

use super::Answer;
use super::chat::Chat;
use super::gemini::Gemini;
use super::messages::Messages;
use super::responses::Responses;
use super::usage::Report;
use crate::json::{Cursor, JsonError, Kind};

/// Reads a body. What can't be read counts for nothing: of a body that breaks off, what came
/// before the break is kept.
#[must_use]
pub fn read(endpoint: Endpoint, body: &[u8]) -> Answer {
    let mut cursor = Cursor::new(body);
    let mut answer = Answer::default();
    let read = match cursor.kind() {
        Ok(Kind::Object) => object(endpoint, &mut cursor, &mut answer),
        Ok(Kind::Array) => list(endpoint, &mut cursor, &mut answer),
        Ok(_) => cursor.skip(),
        Err(error) => Err(error),
    };
    answer.is_json = read.and_then(|()| cursor.end()).is_ok();
    answer
}

fn object(endpoint: Endpoint, cursor: &mut Cursor<'_>, answer: &mut Answer) -> Result<(), JsonError> {
    match endpoint {
        Endpoint::Chat | Endpoint::Embeddings => {
            let mut chat = Chat::default();
            let read = chat.object(cursor).map(drop);
            fill(answer, endpoint, &chat.report, chat.output_bytes, chat.error);
            answer.response_id = chat.id.take();
            read
        }
        Endpoint::Responses => {
            let mut responses = Responses::default();
            let read = responses.object(cursor);
            fill(answer, endpoint, &responses.report, responses.output_bytes, responses.error);
            answer.response_id = responses.id.take();
            read
        }
        Endpoint::Messages => {
            let mut messages = Messages::default();
            let read = messages.object(cursor);
            fill(answer, endpoint, &messages.report, messages.output_bytes, messages.error);
            answer.response_id = messages.id.take();
            read
        }
        Endpoint::CountTokens => {
            let mut messages = Messages::default();
            let read = messages.object(cursor);
            answer.usage = messages.error.is_none().then(Usage::default);
            answer.upstream_error = messages.error;
            read
        }
        Endpoint::Gemini => {
            let mut gemini = Gemini::default();
            let read = gemini.object(cursor).map(drop);
            answer.retry_after_ms = gemini.retry_ms;
            fill(answer, endpoint, &gemini.report, gemini.output_bytes, gemini.error);
            answer.response_id = gemini.id.take();
            read
        }
        Endpoint::GeminiCount => {
            let mut gemini = Gemini::default();
            let read = gemini.object(cursor).map(drop);
            answer.usage = gemini.counted.then(Usage::default);
            answer.retry_after_ms = gemini.retry_ms;
            answer.upstream_error = gemini.error;
            read
        }
    }
}

fn fill(answer: &mut Answer, endpoint: Endpoint, report: &Report, output_bytes: u64, error: Option<String>) {
    answer.usage = report.usage(endpoint);
    answer.tier = report.tier;
    answer.output_bytes = output_bytes;
    answer.upstream_error = error;
}

/// Google's OpenAI-compatible endpoint wraps an error in a list, and its own streams are lists of
/// chunks where nobody asks for events.
fn list(endpoint: Endpoint, cursor: &mut Cursor<'_>, answer: &mut Answer) -> Result<(), JsonError> {
    if endpoint.dialect() == Dialect::Gemini {
        let mut gemini = Gemini::default();
        let read = cursor.array(|cursor| match cursor.kind()? {
            Kind::Object => gemini.object(cursor).map(drop),
            _ => cursor.skip(),
        });
        answer.retry_after_ms = gemini.retry_ms;
        fill(answer, endpoint, &gemini.report, gemini.output_bytes, gemini.error);
        answer.response_id = gemini.id.take();
        return read;
    }
    let mut chat = Chat::default();
    let read = cursor.array(|cursor| match cursor.kind()? {
        Kind::Object => chat.object(cursor).map(drop),
        _ => cursor.skip(),
    });
    answer.upstream_error = chat.error;
    read
}
