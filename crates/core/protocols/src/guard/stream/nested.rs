//! Texts at places that the dialect does not name, or names but in passing: the details of a
//! reasoning, the transcript of a voice, the parts of a content that comes as a list.
//!
//! Nobody knows whether such a text comes whole or in fragments, so each place is a text of its own
//! that goes on from event to event. A place is the keys above it; in a list, an element is known
//! by its type and its index, or by its number among those of its type where it has none.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};

use super::super::keys::{Zone, is_free};
use super::super::leaves::{self, Found, Leaf, Piece};
use super::{Key, Part, Reading};
use crate::json::{Cursor, JsonError, Kind};

/// A place, as a hash of the way to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Way(u64);

impl Way {
    /// The place under `step` at the top.
    pub(super) fn new(step: &[u8]) -> Self {
        Self(0).under(step)
    }

    /// The place as a number.
    pub(super) const fn number(self) -> u64 {
        self.0
    }

    /// The place under `step` at this one.
    pub(super) fn under(self, step: &[u8]) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write_u64(self.0);
        hasher.write(step);
        Self(hasher.finish())
    }
}

/// How many elements of each type a list had so far.
pub(super) type Seen = BTreeMap<Way, u64>;

/// Where the texts that are found go.
#[derive(Debug)]
pub(super) struct Nested<'r> {
    /// The choice, the item or the block.
    pub(super) outer: u64,
    /// Where the text that is read begins in the event.
    pub(super) offset: usize,
    pub(super) reading: &'r mut Reading,
}

impl Nested<'_> {
    /// Reads the value under `key`, which is at `way`.
    pub(super) fn value(&mut self, cursor: &mut Cursor<'_>, key: &[u8], way: Way) -> Result<(), JsonError> {
        match cursor.kind()? {
            Kind::Object | Kind::Array if is_free(key) => self.whole(cursor, key),
            Kind::Object => cursor.object(|cursor, key| {
                let key = key.bytes();
                self.value(cursor, &key, way.under(&key))
            }),
            Kind::Array => {
                let mut seen = Seen::new();
                cursor.array(|cursor| self.element(cursor, key, (way, &mut seen)))
            }
            Kind::String | Kind::Number | Kind::Bool | Kind::Null => {
                if let Some((leaf, piece)) = leaves::leaf(cursor, key, Zone::Protocol)? {
                    let key = Key { outer: self.outer, part: Part::Nested(way), inner: 0 };
                    self.reading.fragment(key, leaf, piece, self.offset);
                }
                Ok(())
            }
        }
    }

    /// Reads an element of the list under `key`, which is at `way`.
    pub(super) fn element(
        &mut self,
        cursor: &mut Cursor<'_>,
        key: &[u8],
        (way, seen): (Way, &mut Seen),
    ) -> Result<(), JsonError> {
        let (kind, index) = cursor.ahead(tag)?;
        let way = way.under(&kind);
        let number = seen.entry(way).or_default();
        let own = way.under(&index.unwrap_or(*number).to_be_bytes());
        *number += 1;
        self.value(cursor, key, own)
    }

    /// Reads a value that is known to come whole.
    pub(super) fn whole(&mut self, cursor: &mut Cursor<'_>, key: &[u8]) -> Result<(), JsonError> {
        self.reading.whole(cursor, key, self.offset)
    }
}

/// The type and the index of an element.
fn tag(cursor: &mut Cursor<'_>) -> Result<(Vec<u8>, Option<u64>), JsonError> {
    let (mut kind, mut index) = (Vec::new(), None);
    if cursor.kind()? != Kind::Object {
        return Ok((kind, index));
    }
    cursor.object(|cursor, key| {
        match (&*key.bytes(), cursor.kind()?) {
            (b"type", Kind::String) => kind = cursor.string()?.bytes().into_owned(),
            (b"index", Kind::Number) => index = super::number(cursor.number()?),
            _ => cursor.skip()?,
        }
        Ok::<(), JsonError>(())
    })?;
    Ok((kind, index))
}

impl Reading {
    /// Takes a fragment of a text. Empty ones are no sign that another text has begun.
    pub(super) fn fragment(&mut self, key: Key, leaf: Leaf, piece: Piece<'_>, offset: usize) {
        if !piece.text.is_empty() {
            let span = offset + piece.span.start..offset + piece.span.end;
            self.fragments.push((key, span, leaf, piece.text.into_owned()));
        }
    }

    /// Takes a value whose texts stand there whole.
    pub(super) fn whole(
        &mut self,
        cursor: &mut Cursor<'_>,
        key: &[u8],
        offset: usize,
    ) -> Result<(), JsonError> {
        leaves::value(cursor, key, Zone::Protocol, &mut |found: Found<'_>| {
            self.wholes.push(found.moved(offset));
        })
    }

    /// Takes a value that is filled freely and stands there whole.
    pub(super) fn free(
        &mut self,
        cursor: &mut Cursor<'_>,
        key: &[u8],
        offset: usize,
    ) -> Result<(), JsonError> {
        leaves::value(cursor, key, Zone::Free, &mut |found: Found<'_>| self.wholes.push(found.moved(offset)))
    }

    /// Takes a member of the event itself whose texts stand there whole.
    pub(super) fn member(&mut self, cursor: &mut Cursor<'_>, key: &[u8]) -> Result<(), JsonError> {
        super::super::apply::member(cursor, key, &mut |found: Found<'_>| self.wholes.push(found.moved(0)))
    }
}
