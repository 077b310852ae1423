//! Chunks of a chat completion.

use super::super::leaves::Leaf;
use super::super::tools::calls;
use super::choice::{self, Choice, Frame};
use super::{Ends, Key, Part, Place, Reading};
use crate::json::{Cursor, JsonError, Kind};

const FRAME: Frame = Frame { reason: b"finish_reason", said: b"delta", odds: b"logprobs", read: delta };

/// Reads the data of one event.
pub(super) fn read(data: &[u8], reading: &mut Reading) -> Result<(), JsonError> {
    if data.trim_ascii() == b"[DONE]" {
        reading.ends.push(Ends::All);
        return Ok(());
    }
    Cursor::new(data).object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"choices", Kind::Array) => choice::each(cursor, data, |text, offset| {
            calls(&mut Cursor::new(text), &mut |name| reading.calls.push(name.to_owned()))?;
            FRAME.choice(text, offset, reading)
        }),
        _ => cursor.skip(),
    })
}

fn delta(cursor: &mut Cursor<'_>, choice: Choice, reading: &mut Reading) -> Result<(), JsonError> {
    let outer = choice.index;
    cursor.object(|cursor, key| {
        let name = key.bytes();
        let part = match &*name {
            b"content" => Part::Content,
            b"refusal" => Part::Refusal,
            b"reasoning" => Part::Reasoning,
            b"reasoning_content" => Part::ReasoningContent,
            b"tool_calls" if cursor.kind()? == Kind::Array => {
                return cursor.array(|cursor| call(cursor, choice, reading));
            }
            b"function_call" if cursor.kind()? == Kind::Object => {
                return function(cursor, Key { outer, part: Part::Arguments, inner: 0 }, choice, reading);
            }
            _ => return choice.other(cursor, &name, reading),
        };
        if cursor.kind()? != Kind::String {
            return choice.other(cursor, &name, reading);
        }
        choice.fragment(cursor, (Key { outer, part, inner: 0 }, Leaf::Text), reading)
    })
}

/// One call: its index first, then its arguments.
fn call(cursor: &mut Cursor<'_>, choice: Choice, reading: &mut Reading) -> Result<(), JsonError> {
    if cursor.kind()? != Kind::Object {
        return cursor.skip();
    }
    let mut place = Place::default();
    cursor.ahead(|cursor| cursor.object(|cursor, key| place.member(&key.bytes(), cursor)))?;
    let key = Key { outer: choice.index, part: Part::Arguments, inner: place.index };
    cursor.object(|cursor, name| match (&*name.bytes(), cursor.kind()?) {
        (b"function" | b"custom", Kind::Object) => function(cursor, key, choice, reading),
        (name, _) => choice.other(cursor, name, reading),
    })
}

fn function(
    cursor: &mut Cursor<'_>,
    key: Key,
    choice: Choice,
    reading: &mut Reading,
) -> Result<(), JsonError> {
    cursor.object(|cursor, name| match (&*name.bytes(), cursor.kind()?) {
        (b"arguments", Kind::String) => choice.fragment(cursor, (key, Leaf::Json), reading),
        (b"input", Kind::String) => {
            choice.fragment(cursor, (Key { part: Part::Input, ..key }, Leaf::Text), reading)
        }
        (name, _) => choice.other(cursor, name, reading),
    })
}
