//! Chunks of Google's streams: each an answer of its own, whose texts go on from chunk to chunk.
//!
//! Calls come whole, so what is in them is judged and redacted where it stands; only arguments that
//! come in pieces (`partialArgs`) are texts that go on, one for each path.

use super::super::gemini;
use super::super::leaves::{Leaf, Piece};
use super::head::choices;
use super::nested::{Nested, Way};
use super::{Ends, Key, Order, Part, Reading};
use crate::json::{Cursor, JsonError, Kind};

/// Reads the data of one event.
pub(super) fn read(data: &[u8], reading: &mut Reading) -> Result<(), JsonError> {
    reading.order = Order::OneAtATime;
    Cursor::new(data).object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"candidates", Kind::Array) => choices(cursor, data, (reading, b"finishReason"), candidate),
        (b"error", _) => {
            reading.ends.push(Ends::All);
            cursor.skip()
        }
        (key, _) => reading.member(cursor, key),
    })
}

fn candidate(cursor: &mut Cursor<'_>, nested: &mut Nested<'_>) -> Result<(), JsonError> {
    cursor.object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"content", Kind::Object) => content(cursor, nested),
        (b"logprobsResult", Kind::Object) => {
            let span = cursor.span()?;
            nested.reading.nulls.push(nested.offset + span.start..nested.offset + span.end);
            Ok(())
        }
        (key, _) => nested.whole(cursor, key),
    })
}

fn content(cursor: &mut Cursor<'_>, nested: &mut Nested<'_>) -> Result<(), JsonError> {
    cursor.object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"parts", Kind::Array) => cursor.array(|cursor| part(cursor, nested)),
        (key, _) => nested.whole(cursor, key),
    })
}

/// One part: a text or a thought, whose kind may stand behind its words, or something else.
fn part(cursor: &mut Cursor<'_>, nested: &mut Nested<'_>) -> Result<(), JsonError> {
    if cursor.kind()? != Kind::Object {
        return cursor.skip();
    }
    cursor.ahead(|cursor| gemini::part(cursor, &mut |name| nested.reading.calls.push(name.to_owned())))?;
    let mut thought = false;
    cursor.ahead(|cursor| {
        cursor.object(|cursor, key| {
            if *key.bytes() == *b"thought" && cursor.kind()? == Kind::Bool {
                thought = cursor.boolean()?;
                return Ok(());
            }
            cursor.skip()
        })
    })?;
    let part = if thought { Part::Reasoning } else { Part::Content };
    cursor.object(|cursor, name| match (&*name.bytes(), cursor.kind()?) {
        (b"text", Kind::String) => fragment(cursor, part, 0, nested),
        (b"executableCode", Kind::Object) => code(cursor, b"code", Part::Code, nested),
        (b"codeExecutionResult", Kind::Object) => code(cursor, b"output", Part::Output, nested),
        (b"functionCall", Kind::Object) => call(cursor, nested),
        (b"functionResponse", _) => nested.whole(cursor, b"functionResponse"),
        (name, _) => nested.value(cursor, name, Way::new(name)),
    })
}

/// A call, or the next pieces of its arguments. One with a name is another call.
fn call(cursor: &mut Cursor<'_>, nested: &mut Nested<'_>) -> Result<(), JsonError> {
    cursor.object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"name", Kind::String) => {
            if !cursor.string()?.bytes().is_empty() {
                nested.reading.begins.push((nested.outer, Part::Arguments));
            }
            Ok(())
        }
        (b"partialArgs", Kind::Array) => cursor.array(|cursor| argument(cursor, nested)),
        (key, _) => nested.whole(cursor, key),
    })
}

/// A piece of one argument: where it belongs may stand behind it.
fn argument(cursor: &mut Cursor<'_>, nested: &mut Nested<'_>) -> Result<(), JsonError> {
    if cursor.kind()? != Kind::Object {
        return nested.whole(cursor, b"partialArgs");
    }
    let mut path = Way::new(b"");
    cursor.ahead(|cursor| {
        cursor.object(|cursor, key| {
            if *key.bytes() == *b"jsonPath" && cursor.kind()? == Kind::String {
                path = Way::new(&cursor.string()?.bytes());
                return Ok(());
            }
            cursor.skip()
        })
    })?;
    cursor.object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"stringValue", Kind::String) => fragment(cursor, Part::Arguments, path.number(), nested),
        (key, _) => nested.reading.free(cursor, key, nested.offset),
    })
}

/// Code that Google runs, or what it printed.
fn code(
    cursor: &mut Cursor<'_>,
    member: &[u8],
    part: Part,
    nested: &mut Nested<'_>,
) -> Result<(), JsonError> {
    cursor.object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (key, Kind::String) if key == member => fragment(cursor, part, 0, nested),
        (key, _) => nested.value(cursor, key, Way::new(member).under(key)),
    })
}

fn fragment(
    cursor: &mut Cursor<'_>,
    part: Part,
    inner: u64,
    nested: &mut Nested<'_>,
) -> Result<(), JsonError> {
    let key = Key { outer: nested.outer, part, inner };
    nested.reading.fragment(key, Leaf::Text, Piece::read(cursor)?, nested.offset);
    Ok(())
}
