//! Chunks of a chat completion.

use super::super::leaves::{self, Leaf, Zone};
use super::super::tools::calls;
use super::{Ends, Key, Part, Place, Reading};
use crate::json::{Cursor, JsonError, Kind};

/// Reads the data of one event.
pub(super) fn read(data: &[u8], reading: &mut Reading) -> Result<(), JsonError> {
    if data.trim_ascii() == b"[DONE]" {
        reading.ends.push(Ends::All);
        return Ok(());
    }
    Cursor::new(data).object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"choices", Kind::Array) => cursor.array(|cursor| {
            cursor.kind()?;
            let start = cursor.at();
            let span = cursor.span()?;
            choice(&data[span], start, reading)
        }),
        _ => cursor.skip(),
    })
}

/// Reads one choice; its index may stand behind its text, so it is looked for first.
fn choice(text: &[u8], offset: usize, reading: &mut Reading) -> Result<(), JsonError> {
    let mut cursor = Cursor::new(text);
    if cursor.kind()? != Kind::Object {
        return cursor.skip();
    }
    let (mut place, mut over) = (Place::default(), false);
    Cursor::new(text).object(|cursor, key| match &*key.bytes() {
        b"finish_reason" => {
            over = cursor.kind()? != Kind::Null;
            cursor.skip()
        }
        key => place.member(key, cursor),
    })?;
    calls(&mut Cursor::new(text), &mut |name| reading.calls.push(name.to_owned()))?;
    cursor.object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"delta", Kind::Object) => delta(cursor, place.index, offset, reading),
        (b"logprobs", Kind::Object) => {
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

fn delta(cursor: &mut Cursor<'_>, outer: u64, offset: usize, reading: &mut Reading) -> Result<(), JsonError> {
    cursor.object(|cursor, key| {
        let name = key.bytes();
        let part = match &*name {
            b"content" => Part::Content,
            b"refusal" => Part::Refusal,
            b"reasoning" => Part::Reasoning,
            b"reasoning_content" => Part::ReasoningContent,
            b"tool_calls" if cursor.kind()? == Kind::Array => {
                return cursor.array(|cursor| call(cursor, outer, offset, reading));
            }
            b"function_call" if cursor.kind()? == Kind::Object => {
                return function(cursor, Key { outer, part: Part::Arguments, inner: 0 }, offset, reading);
            }
            _ => return other(cursor, &name, offset, reading),
        };
        if cursor.kind()? != Kind::String {
            return other(cursor, &name, offset, reading);
        }
        fragment(cursor, Key { outer, part, inner: 0 }, Leaf::Text, (offset, reading))
    })
}

/// One call: its index first, then its arguments.
fn call(cursor: &mut Cursor<'_>, outer: u64, offset: usize, reading: &mut Reading) -> Result<(), JsonError> {
    if cursor.kind()? != Kind::Object {
        return cursor.skip();
    }
    let mut place = Place::default();
    cursor.ahead(|cursor| cursor.object(|cursor, key| place.member(&key.bytes(), cursor)))?;
    cursor.object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"function" | b"custom", Kind::Object) => {
            function(cursor, Key { outer, part: Part::Arguments, inner: place.index }, offset, reading)
        }
        (key, _) => other(cursor, key, offset, reading),
    })
}

fn function(
    cursor: &mut Cursor<'_>,
    key: Key,
    offset: usize,
    reading: &mut Reading,
) -> Result<(), JsonError> {
    cursor.object(|cursor, name| match (&*name.bytes(), cursor.kind()?) {
        (b"arguments", Kind::String) => fragment(cursor, key, Leaf::Json, (offset, reading)),
        (b"input", Kind::String) => {
            fragment(cursor, Key { part: Part::Input, ..key }, Leaf::Text, (offset, reading))
        }
        (name, _) => other(cursor, name, offset, reading),
    })
}

/// Takes a fragment. Empty ones are no sign that another text has begun.
fn fragment(
    cursor: &mut Cursor<'_>,
    key: Key,
    leaf: Leaf,
    (offset, reading): (usize, &mut Reading),
) -> Result<(), JsonError> {
    let start = cursor.at();
    let text = cursor.string()?.to_text().into_owned();
    if !text.is_empty() {
        reading.ends.push(Ends::OthersOf(key));
        reading.fragments.push((key, offset + start..offset + cursor.at(), leaf, text));
    }
    Ok(())
}

/// Anything else: what is text in it stands there whole.
fn other(cursor: &mut Cursor<'_>, key: &[u8], offset: usize, reading: &mut Reading) -> Result<(), JsonError> {
    leaves::value(cursor, key, Zone::Protocol, &mut |leaf, span, text| {
        reading.wholes.push((offset + span.start..offset + span.end, leaf, text.to_owned()));
    })
}
