//! Chunks of a chat completion.

use super::super::leaves::{Leaf, Piece};
use super::head::choices;
use super::names::CallPiece;
use super::nested::{Nested, Seen, Way};
use super::probabilities::Spelled;
use super::{Ends, Key, Order, Part, Reading, number};
use crate::json::{Cursor, JsonError, Kind};

/// The number of the one call of the dialect before it had several.
const ONLY: u64 = u64::MAX;

/// Reads the data of one event.
pub(super) fn read(data: &[u8], reading: &mut Reading) -> Result<(), JsonError> {
    if data.trim_ascii() == b"[DONE]" {
        reading.ends.push(Ends::All);
        return Ok(());
    }
    reading.order = Order::OneAtATime;
    Cursor::new(data).object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"choices", Kind::Array) => choices(cursor, data, (reading, b"finish_reason"), choice),
        (key, _) => reading.member(cursor, key),
    })
}

fn choice(cursor: &mut Cursor<'_>, nested: &mut Nested<'_>) -> Result<(), JsonError> {
    let (before, mut spelled) = (nested.reading.fragments.len(), Vec::new());
    cursor.object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"delta" | b"message", Kind::Object) => delta(cursor, nested),
        (b"logprobs", Kind::Object) => {
            spelled.push(Spelled::read(cursor, nested.offset)?);
            Ok(())
        }
        (key, _) => nested.whole(cursor, key),
    })?;
    if !spelled.is_empty() {
        let own = nested.reading.fragments[before..].iter();
        let words = own.filter(|fragment| matches!(fragment.0.part, Part::Content | Part::Refusal));
        let said: String = words.map(|fragment| fragment.3.as_str()).collect();
        spelled.into_iter().for_each(|spelled| nested.reading.spelled(spelled, &said));
    }
    Ok(())
}

fn delta(cursor: &mut Cursor<'_>, nested: &mut Nested<'_>) -> Result<(), JsonError> {
    cursor.object(|cursor, key| {
        let name = key.bytes();
        let part = match (&*name, cursor.kind()?) {
            (b"content", Kind::String) => Part::Content,
            (b"refusal", Kind::String) => Part::Refusal,
            (b"reasoning", Kind::String) => Part::Reasoning,
            (b"reasoning_content", Kind::String) => Part::ReasoningContent,
            (b"content", Kind::Array) => return content(cursor, nested),
            (b"tool_calls", Kind::Array) => return cursor.array(|cursor| call(cursor, nested)),
            (b"function_call", Kind::Object) => {
                let piece = CallPiece { index: Some(ONLY), ..CallPiece::default() };
                return cursor.ahead(name_of).and_then(|name| {
                    let argues = function(cursor, ONLY, nested)?;
                    nested.reading.pieces.push(CallPiece { outer: nested.outer, name, argues, ..piece });
                    Ok(())
                });
            }
            _ => return nested.value(cursor, &name, Way::new(&name)),
        };
        fragment(cursor, (part, 0), Leaf::Text, nested).map(|_| ())
    })
}

/// A content that comes as a list of parts: texts are the content, others are texts of their own.
fn content(cursor: &mut Cursor<'_>, nested: &mut Nested<'_>) -> Result<(), JsonError> {
    let (way, mut seen) = (Way::new(b"content"), Seen::new());
    cursor.array(|cursor| {
        if !cursor.ahead(is_text)? {
            return nested.element(cursor, b"content", (way, &mut seen));
        }
        cursor.object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
            (b"text", Kind::String) => fragment(cursor, (Part::Content, 0), Leaf::Text, nested).map(|_| ()),
            (key, _) => nested.value(cursor, key, way.under(key)),
        })
    })
}

/// Whether a part is a text.
fn is_text(cursor: &mut Cursor<'_>) -> Result<bool, JsonError> {
    let mut is_text = false;
    if cursor.kind()? == Kind::Object {
        cursor.object(|cursor, key| {
            if *key.bytes() == *b"type" && cursor.kind()? == Kind::String {
                is_text = *cursor.string()?.bytes() == *b"text";
                return Ok(());
            }
            cursor.skip()
        })?;
    }
    Ok(is_text)
}

/// One call: what says which one it is comes first, then its arguments.
fn call(cursor: &mut Cursor<'_>, nested: &mut Nested<'_>) -> Result<(), JsonError> {
    if cursor.kind()? != Kind::Object {
        return cursor.skip();
    }
    let mut piece = CallPiece { outer: nested.outer, ..CallPiece::default() };
    cursor.ahead(|cursor| {
        cursor.object(|cursor, key| {
            match (&*key.bytes(), cursor.kind()?) {
                (b"index", Kind::Number) => piece.index = number(cursor.number()?),
                (b"id", Kind::String) => piece.id = cursor.string()?.to_text().into_owned(),
                (b"name", Kind::String) => piece.name = cursor.string()?.to_text().into_owned(),
                (b"function" | b"custom", Kind::Object) => {
                    let name = name_of(cursor)?;
                    if !name.is_empty() {
                        piece.name = name;
                    }
                }
                _ => cursor.skip()?,
            }
            Ok::<(), JsonError>(())
        })
    })?;
    let inner = piece.index.unwrap_or_default();
    cursor.object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"function" | b"custom", Kind::Object) => {
            piece.argues |= function(cursor, inner, nested)?;
            Ok(())
        }
        (key, _) => nested.value(cursor, key, Way::new(b"tool_calls").under(key).under(&inner.to_be_bytes())),
    })?;
    nested.reading.pieces.push(piece);
    Ok(())
}

/// The name of a function, which may be a part of one.
fn name_of(cursor: &mut Cursor<'_>) -> Result<String, JsonError> {
    let mut name = String::new();
    cursor.object(|cursor, key| {
        if *key.bytes() == *b"name" && cursor.kind()? == Kind::String {
            name = cursor.string()?.to_text().into_owned();
            return Ok(());
        }
        cursor.skip()
    })?;
    Ok(name)
}

/// Reads a function and says whether it brings arguments.
fn function(cursor: &mut Cursor<'_>, inner: u64, nested: &mut Nested<'_>) -> Result<bool, JsonError> {
    let mut argues = false;
    cursor.object(|cursor, key| {
        let key = key.bytes();
        match (&*key, cursor.kind()?) {
            (b"arguments", Kind::String) => {
                argues |= fragment(cursor, (Part::Arguments, inner), Leaf::Json, nested)?;
            }
            (b"input", Kind::String) => {
                argues |= fragment(cursor, (Part::Input, inner), Leaf::Text, nested)?;
            }
            (b"arguments" | b"input", Kind::Object | Kind::Array) => {
                argues = true;
                nested.whole(cursor, &key)?;
            }
            _ => nested.value(cursor, &key, Way::new(b"function").under(&key).under(&inner.to_be_bytes()))?,
        }
        Ok(())
    })?;
    Ok(argues)
}

/// Takes a fragment and says whether there is anything in it.
fn fragment(
    cursor: &mut Cursor<'_>,
    (part, inner): (Part, u64),
    leaf: Leaf,
    nested: &mut Nested<'_>,
) -> Result<bool, JsonError> {
    let piece = Piece::read(cursor)?;
    let says = !piece.text.is_empty();
    nested.reading.fragment(Key { outer: nested.outer, part, inner }, leaf, piece, nested.offset);
    Ok(says)
}
