//! Chunks of Google's streams: each an answer of its own, whose texts go on from chunk to chunk.
//!
//! Calls come whole, so what is in them is judged and redacted where it stands.

use super::super::gemini;
use super::super::leaves::{self, Leaf, Zone};
use super::{Ends, Key, Part, Place, Reading};
use crate::json::{Cursor, JsonError, Kind};

/// Reads the data of one event.
pub(super) fn read(data: &[u8], reading: &mut Reading) -> Result<(), JsonError> {
    Cursor::new(data).object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"candidates", Kind::Array) => cursor.array(|cursor| {
            cursor.kind()?;
            let start = cursor.at();
            let span = cursor.span()?;
            candidate(&data[span], start, reading)
        }),
        (b"error", _) => {
            reading.ends.push(Ends::All);
            cursor.skip()
        }
        _ => cursor.skip(),
    })
}

/// Reads one candidate; its index may stand behind its text, so it is looked for first.
fn candidate(text: &[u8], offset: usize, reading: &mut Reading) -> Result<(), JsonError> {
    let mut cursor = Cursor::new(text);
    if cursor.kind()? != Kind::Object {
        return cursor.skip();
    }
    let (mut place, mut over) = (Place::default(), false);
    Cursor::new(text).object(|cursor, key| match &*key.bytes() {
        b"finishReason" => {
            over = cursor.kind()? != Kind::Null;
            cursor.skip()
        }
        key => place.member(key, cursor),
    })?;
    cursor.object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"content", Kind::Object) => content(cursor, place.index, offset, reading),
        (b"logprobsResult", Kind::Object) => {
            let span = cursor.span()?;
            reading.nulls.push(offset + span.start..offset + span.end);
            Ok(())
        }
        (key, _) => other(cursor, key, offset, reading),
    })?;
    if over {
        reading.ends.push(Ends::Outer(place.index));
    }
    Ok(())
}

fn content(
    cursor: &mut Cursor<'_>,
    outer: u64,
    offset: usize,
    reading: &mut Reading,
) -> Result<(), JsonError> {
    cursor.object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"parts", Kind::Array) => cursor.array(|cursor| part(cursor, outer, offset, reading)),
        (key, _) => other(cursor, key, offset, reading),
    })
}

/// One part: a text or a thought, whose kind may stand behind its words, or something whole.
fn part(cursor: &mut Cursor<'_>, outer: u64, offset: usize, reading: &mut Reading) -> Result<(), JsonError> {
    if cursor.kind()? != Kind::Object {
        return cursor.skip();
    }
    cursor.ahead(|cursor| gemini::part(cursor, &mut |name| reading.calls.push(name.to_owned())))?;
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
    let key = Key { outer, part: if thought { Part::Reasoning } else { Part::Content }, inner: 0 };
    cursor.object(|cursor, name| match (&*name.bytes(), cursor.kind()?) {
        (b"text", Kind::String) => {
            let start = cursor.at();
            let text = cursor.string()?.to_text().into_owned();
            if !text.is_empty() {
                reading.ends.push(Ends::OthersOf(key));
                reading.fragments.push((key, offset + start..offset + cursor.at(), Leaf::Text, text));
            }
            Ok(())
        }
        (name, _) => other(cursor, name, offset, reading),
    })
}

/// Anything else: what is text in it stands there whole.
fn other(cursor: &mut Cursor<'_>, key: &[u8], offset: usize, reading: &mut Reading) -> Result<(), JsonError> {
    leaves::value(cursor, key, Zone::Protocol, &mut |leaf, span, text| {
        reading.wholes.push((offset + span.start..offset + span.end, leaf, text.to_owned()));
    })
}
