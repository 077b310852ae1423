//! Bodies that are all there.

use std::ops::Range;

use bytes::Bytes;
use domain::inference::Endpoint;
use guardrails::Session;

use super::Blocked;
use super::channel::redact;
use super::keys::Zone;
use super::leaves::{self, Each};
use crate::json::{Cursor, JsonError, Kind};

/// Where a body goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Request,
    Answer,
}

/// Redacts a request: the same bytes, uncopied, where nothing changes.
///
/// # Errors
/// It holds what must not pass, or it can't be read.
pub fn request(body: &Bytes, session: &mut Session) -> Result<Bytes, Blocked> {
    body_of(body, Direction::Request, session)
}

/// Redacts an answer that came in one piece. The probabilities of single tokens spell the text out
/// once more, so they are taken out of an answer that changes.
///
/// # Errors
/// It holds what must not pass, or it can't be read.
pub fn answer(_endpoint: Endpoint, body: &Bytes, session: &mut Session) -> Result<Bytes, Blocked> {
    body_of(body, Direction::Answer, session)
}

fn body_of(body: &Bytes, direction: Direction, session: &mut Session) -> Result<Bytes, Blocked> {
    if Cursor::new(body).kind() != Ok(Kind::Object) {
        return Err(Blocked::Unreadable("it is not an object"));
    }
    let mut changes = Vec::new();
    changes_of(body, direction, session, &mut changes).map_err(|_| Blocked::Unreadable("it is not JSON"))?;
    match session.blocked() {
        Some(what) => Err(Blocked::Content(what.clone())),
        None if changes.is_empty() => Ok(body.clone()),
        None => Ok(write(body, changes).into()),
    }
}

/// A text that stands in place of a span.
pub(super) type Change = (Range<usize>, String);

/// Collects what changes in the object in `body`.
fn changes_of(
    body: &[u8],
    direction: Direction,
    session: &mut Session,
    changes: &mut Vec<Change>,
) -> Result<(), JsonError> {
    let mut probabilities = Vec::new();
    Cursor::new(body).object(|cursor, key| {
        cursor.kind()?;
        let start = cursor.at();
        member(cursor, &key.bytes(), &mut |found| {
            redact(&found, session, &mut |span, text| changes.push((span, quoted(&text))));
        })?;
        if direction == Direction::Answer {
            find_probabilities(&body[start..cursor.at()], start, &mut probabilities);
        }
        Ok::<(), JsonError>(())
    })?;
    take_out(probabilities, changes);
    Ok(())
}

/// Reads a member of a body itself. What a provider says of an error is no answer.
pub(super) fn member<'a>(
    cursor: &mut Cursor<'a>,
    key: &[u8],
    each: &mut Each<'_, 'a>,
) -> Result<(), JsonError> {
    match key {
        b"error" => cursor.skip(),
        // The input of a request is a list of messages, not the input of a tool.
        b"input" => leaves::value(cursor, b"messages", Zone::Protocol, each),
        _ => leaves::value(cursor, key, Zone::Protocol, each),
    }
}

/// Where `logprobs` stand in a value of `choices`, or of a list of outputs.
pub(super) fn find_probabilities(text: &[u8], offset: usize, found: &mut Vec<Range<usize>>) {
    if memchr::memmem::find(text, b"\"logprobs").is_none() {
        return;
    }
    let _ = probabilities(&mut Cursor::new(text), b"", offset, found);
}

fn probabilities(
    cursor: &mut Cursor<'_>,
    key: &[u8],
    offset: usize,
    found: &mut Vec<Range<usize>>,
) -> Result<(), JsonError> {
    match cursor.kind()? {
        Kind::Object | Kind::Array if key == b"logprobs" || key == b"logprobsResult" => {
            let span = cursor.span()?;
            found.push(offset + span.start..offset + span.end);
            Ok(())
        }
        Kind::Object => cursor.object(|cursor, key| probabilities(cursor, &key.bytes(), offset, found)),
        Kind::Array => cursor.array(|cursor| probabilities(cursor, b"", offset, found)),
        Kind::String | Kind::Number | Kind::Bool | Kind::Null => cursor.skip(),
    }
}

/// Takes the probabilities out of what changes.
pub(super) fn take_out(probabilities: Vec<Range<usize>>, changes: &mut Vec<Change>) {
    if changes.is_empty() {
        return;
    }
    changes.retain(|(span, _)| !probabilities.iter().any(|outer| outer.contains(&span.start)));
    changes.extend(probabilities.into_iter().map(|span| (span, "null".to_owned())));
}

/// A text as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The body with its changes made.
pub(super) fn write(body: &[u8], mut changes: Vec<Change>) -> Vec<u8> {
    changes.sort_by_key(|(span, _)| span.start);
    let added: usize = changes.iter().map(|(_, text)| text.len()).sum();
    let mut written = Vec::with_capacity(body.len() + added);
    let mut at = 0;
    for (span, text) in changes {
        written.extend_from_slice(body.get(at..span.start).unwrap_or_default());
        written.extend_from_slice(text.as_bytes());
        at = span.end;
    }
    written.extend_from_slice(body.get(at..).unwrap_or_default());
    written
}
