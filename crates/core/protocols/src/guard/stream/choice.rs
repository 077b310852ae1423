//! The frame of a choice, as chat completions and Google's candidates share it.
//!
//! Both dialects send a list of choices, each with its index, what it says, and in the end why it
//! ended. A choice is read by itself, twice, because its index may stand behind its text; its spans
//! are those of the event that it stands in.

use super::super::leaves::{self, Leaf, Zone};
use super::{Ends, Key, Place, Reading};
use crate::json::{Cursor, JsonError, Kind};

/// What a dialect calls the members of a choice, and how it reads what one says.
pub(super) struct Frame {
    /// Why it ended; null or absent where it goes on.
    pub(super) reason: &'static [u8],
    /// What it says.
    pub(super) said: &'static [u8],
    /// How likely each token was: it spells the text once more.
    pub(super) odds: &'static [u8],
    /// Reads what it says.
    pub(super) read: fn(&mut Cursor<'_>, Choice, &mut Reading) -> Result<(), JsonError>,
}

/// A choice that is being read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choice {
    /// Its index among the choices.
    pub(super) index: u64,
    /// Where it stands in its event.
    offset: usize,
}

/// Hands out each choice of a list in `data`, with where it stands.
pub(super) fn each(
    cursor: &mut Cursor<'_>,
    data: &[u8],
    mut one: impl FnMut(&[u8], usize) -> Result<(), JsonError>,
) -> Result<(), JsonError> {
    cursor.array(|cursor| {
        cursor.kind()?;
        let start = cursor.at();
        let span = cursor.span()?;
        one(&data[span], start)
    })
}

impl Frame {
    /// Reads the choice `text` that stands at `offset`.
    pub(super) fn choice(&self, text: &[u8], offset: usize, reading: &mut Reading) -> Result<(), JsonError> {
        let mut cursor = Cursor::new(text);
        if cursor.kind()? != Kind::Object {
            return cursor.skip();
        }
        let (mut place, mut over) = (Place::default(), false);
        Cursor::new(text).object(|cursor, key| match &*key.bytes() {
            key if key == self.reason => {
                over = cursor.kind()? != Kind::Null;
                cursor.skip()
            }
            key => place.member(key, cursor),
        })?;
        let choice = Choice { index: place.index, offset };
        cursor.object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
            (key, Kind::Object) if key == self.said => (self.read)(cursor, choice, reading),
            (key, Kind::Object) if key == self.odds => {
                let span = cursor.span()?;
                reading.nulls.push(offset + span.start..offset + span.end);
                Ok(())
            }
            (key, _) => choice.other(cursor, key, reading),
        })?;
        if over {
            reading.ends.push(Ends::Outer(choice.index));
        }
        Ok(())
    }
}

impl Choice {
    /// Takes a fragment. Empty ones are no sign that another text has begun.
    pub(super) fn fragment(
        self,
        cursor: &mut Cursor<'_>,
        (key, leaf): (Key, Leaf),
        reading: &mut Reading,
    ) -> Result<(), JsonError> {
        let start = cursor.at();
        let text = cursor.string()?.to_text().into_owned();
        if !text.is_empty() {
            let span = self.offset + start..self.offset + cursor.at();
            reading.ends.push(Ends::OthersOf(key));
            reading.fragments.push((key, span, leaf, text));
        }
        Ok(())
    }

    /// Anything else: what is text in it stands there whole.
    pub(super) fn other(
        self,
        cursor: &mut Cursor<'_>,
        key: &[u8],
        reading: &mut Reading,
    ) -> Result<(), JsonError> {
        leaves::value(cursor, key, Zone::Protocol, &mut |leaf, span, text| {
            reading.wholes.push((self.offset + span.start..self.offset + span.end, leaf, text.to_owned()));
        })
    }
}
