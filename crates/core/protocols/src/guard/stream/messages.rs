//! Events of Anthropic's messages: blocks, one after the other.

use super::super::leaves::{self, Leaf, Zone};
use super::super::tools::calls;
use super::{Ends, Key, Part, Place, Reading};
use crate::json::{Cursor, JsonError, Kind};

/// Reads the data of one event called `name`.
pub(super) fn read(name: Option<&str>, data: &[u8], reading: &mut Reading) -> Result<(), JsonError> {
    let (mut place, mut kind) = (Place::default(), name.unwrap_or_default().as_bytes().to_vec());
    Cursor::new(data).object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"type", Kind::String) => {
            kind = cursor.string()?.bytes().into_owned();
            Ok(())
        }
        (key, _) => place.member(key, cursor),
    })?;
    match &*kind {
        b"content_block_stop" => reading.ends.push(Ends::Outer(place.index)),
        b"message_delta" | b"message_stop" | b"error" => reading.ends.push(Ends::All),
        _ => {}
    }
    Cursor::new(data).object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"content_block", Kind::Object) => {
            cursor.ahead(|cursor| calls(cursor, &mut |name| reading.calls.push(name.to_owned())))?;
            block(cursor, place.index, reading)
        }
        (b"delta", Kind::Object) => block(cursor, place.index, reading),
        (b"message", Kind::Object) => other(cursor, b"message", reading),
        _ => cursor.skip(),
    })
}

/// A block or a delta to one: its texts are fragments of the block's.
fn block(cursor: &mut Cursor<'_>, outer: u64, reading: &mut Reading) -> Result<(), JsonError> {
    cursor.object(|cursor, key| {
        let name = key.bytes();
        let (part, leaf) = match (&*name, cursor.kind()?) {
            (b"text", Kind::String) => (Part::Content, Leaf::Text),
            (b"thinking", Kind::String) => (Part::Reasoning, Leaf::Text),
            (b"partial_json", Kind::String) => (Part::Arguments, Leaf::Json),
            _ => return other(cursor, &name, reading),
        };
        let start = cursor.at();
        let text = cursor.string()?.to_text().into_owned();
        if !text.is_empty() {
            reading.fragments.push((Key { outer, part, inner: 0 }, start..cursor.at(), leaf, text));
        }
        Ok(())
    })
}

fn other(cursor: &mut Cursor<'_>, key: &[u8], reading: &mut Reading) -> Result<(), JsonError> {
    leaves::value(cursor, key, Zone::Protocol, &mut |leaf, span, text| {
        reading.wholes.push((span, leaf, text.to_owned()));
    })
}
