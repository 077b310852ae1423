//! Events of Anthropic's messages: blocks, one after the other.
//!
//! Blocks of text that follow each other are one text for whoever joins them, so a text ends only
//! where a block of another kind begins, and where one block ends and the next begins is a seam.

use super::super::leaves::{Leaf, Piece};
use super::super::tools::calls;
use super::head::Head;
use super::nested::{Nested, Way};
use super::{Ends, Key, Part, Reading};
use crate::json::{Cursor, JsonError, Kind};

/// Blocks of text that follow each other.
#[derive(Debug, Default)]
pub(super) struct Texts {
    last: Option<Text>,
}

#[derive(Debug, Clone, Copy)]
struct Text {
    /// The number of the last block.
    block: u64,
    /// The number of the first, by which the text goes.
    first: u64,
    /// Whether the last block is over.
    over: bool,
}

/// Reads the data of one event called `name`.
pub(super) fn read(
    name: Option<&str>,
    data: &[u8],
    texts: &mut Texts,
    reading: &mut Reading,
) -> Result<(), JsonError> {
    let Head { kind, place, part } = Head::of(name, data, b"content_block")?;
    match &*kind {
        b"content_block_start" => texts.begin(place.index, part == b"text", reading),
        b"content_block_stop" => texts.end(place.index, reading),
        b"message_delta" | b"message_stop" | b"error" => reading.ends.push(Ends::All),
        _ => {}
    }
    let outer = texts.outer(place.index);
    Cursor::new(data).object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
        (b"content_block", Kind::Object) => {
            cursor.ahead(|cursor| calls(cursor, &mut |name| reading.calls.push(name.to_owned())))?;
            block(cursor, &mut Nested { outer, offset: 0, reading }, Comes::Whole)
        }
        (b"delta", Kind::Object) => {
            block(cursor, &mut Nested { outer, offset: 0, reading }, Comes::InFragments)
        }
        (key, _) => reading.member(cursor, key),
    })
}

/// How what the dialect does not name comes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Comes {
    Whole,
    InFragments,
}

/// A block or a delta to one: its texts are fragments of the block's. A citation comes whole.
fn block(cursor: &mut Cursor<'_>, nested: &mut Nested<'_>, comes: Comes) -> Result<(), JsonError> {
    cursor.object(|cursor, key| {
        let name = key.bytes();
        let (part, leaf) = match (&*name, cursor.kind()?) {
            (b"text", Kind::String) => (Part::Content, Leaf::Text),
            (b"thinking", Kind::String) => (Part::Reasoning, Leaf::Text),
            (b"partial_json", Kind::String) => (Part::Arguments, Leaf::Json),
            (b"citation", _) => return nested.whole(cursor, &name),
            _ if comes == Comes::Whole => return nested.whole(cursor, &name),
            _ => return nested.value(cursor, &name, Way::new(&name)),
        };
        let key = Key { outer: nested.outer, part, inner: 0 };
        nested.reading.fragment(key, leaf, Piece::read(cursor)?, 0);
        Ok(())
    })
}

impl Texts {
    fn begin(&mut self, block: u64, is_text: bool, reading: &mut Reading) {
        let before = self.last.take();
        if is_text {
            let first = before.filter(|text| text.over).map_or(block, |text| text.first);
            self.last = Some(Text { block, first, over: false });
            if first != block {
                reading.seams.push(Key { outer: first, part: Part::Content, inner: 0 });
            }
        } else if let Some(text) = before {
            reading.ends.push(Ends::Outer(text.first));
        }
    }

    fn end(&mut self, block: u64, reading: &mut Reading) {
        match &mut self.last {
            Some(text) if text.block == block => {
                text.over = true;
                let key = Key { outer: text.first, part: Part::Content, inner: 0 };
                reading.ends.push(Ends::OthersOf(key));
            }
            _ => reading.ends.push(Ends::Outer(block)),
        }
    }

    /// The number by which the texts of a block go.
    fn outer(&self, block: u64) -> u64 {
        self.last.filter(|text| text.block == block).map_or(block, |text| text.first)
    }
}
