//! Chunks of Google's streams: each an answer of its own, whose texts go on from chunk to chunk.
//!
//! Calls come whole, so what is in them is judged and redacted where it stands.

use super::super::gemini;
use super::super::leaves::Leaf;
use super::choice::{self, Choice, Frame};
use super::{Ends, Key, Part, Reading};
use crate::json::{Cursor, JsonError, Kind};

const FRAME: Frame =
    Frame { reason: b"finishReason", said: b"content", odds: b"logprobsResult", read: content };

/// Reads the data of one event.
pub(super) fn read(data: &[u8], reading: &mut Reading) -> Result<(), JsonError> {
    Cursor::new(data).object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"candidates", Kind::Array) => {
            choice::each(cursor, data, |text, offset| FRAME.choice(text, offset, reading))
        }
        (b"error", _) => {
            reading.ends.push(Ends::All);
            cursor.skip()
        }
        _ => cursor.skip(),
    })
}

fn content(cursor: &mut Cursor<'_>, choice: Choice, reading: &mut Reading) -> Result<(), JsonError> {
    cursor.object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"parts", Kind::Array) => cursor.array(|cursor| part(cursor, choice, reading)),
        (key, _) => choice.other(cursor, key, reading),
    })
}

/// One part: a text or a thought, whose kind may stand behind its words, or something whole.
fn part(cursor: &mut Cursor<'_>, choice: Choice, reading: &mut Reading) -> Result<(), JsonError> {
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
    let part = if thought { Part::Reasoning } else { Part::Content };
    let key = Key { outer: choice.index, part, inner: 0 };
    cursor.object(|cursor, name| match (&*name.bytes(), cursor.kind()?) {
        (b"text", Kind::String) => choice.fragment(cursor, (key, Leaf::Text), reading),
        (name, _) => choice.other(cursor, name, reading),
    })
}
