//! What an event, or a choice in one, says of itself: it may stand behind the text that it is about,
//! so it is looked for first.

use super::nested::Nested;
use super::{Ends, Place, Reading};
use crate::json::{Cursor, JsonError, Kind};

/// The head of an event that has a type.
#[derive(Debug)]
pub(super) struct Head {
    /// Its type, else its name.
    pub(super) kind: Vec<u8>,
    pub(super) place: Place,
    /// The type of the part in it.
    pub(super) part: Vec<u8>,
}

impl Head {
    /// Of an event called `name`, which has its part under `member`.
    pub(super) fn of(name: Option<&str>, data: &[u8], member: &[u8]) -> Result<Self, JsonError> {
        let kind = name.unwrap_or_default().as_bytes().to_vec();
        let mut head = Self { kind, place: Place::default(), part: Vec::new() };
        Cursor::new(data).object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
            (b"type", Kind::String) => type_into(&mut head.kind, cursor),
            (key, Kind::Object) if key == member => {
                cursor.object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
                    (b"type", Kind::String) => type_into(&mut head.part, cursor),
                    _ => cursor.skip(),
                })
            }
            (key, _) => head.place.member(key, cursor),
        })?;
        Ok(head)
    }
}

fn type_into(kind: &mut Vec<u8>, cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
    *kind = cursor.string()?.bytes().into_owned();
    Ok(())
}

/// Reads the choices in the list at the cursor, one by one, with `inside`. One that says a `reason` is
/// over.
pub(super) fn choices(
    cursor: &mut Cursor<'_>,
    data: &[u8],
    (reading, reason): (&mut Reading, &[u8]),
    inside: impl Fn(&mut Cursor<'_>, &mut Nested<'_>) -> Result<(), JsonError>,
) -> Result<(), JsonError> {
    cursor.array(|cursor| {
        if cursor.kind()? != Kind::Object {
            return cursor.skip();
        }
        let offset = cursor.at();
        let text = &data[cursor.span()?];
        let (mut place, mut over) = (Place::default(), false);
        Cursor::new(text).object(|cursor, key| {
            let key = key.bytes();
            over |= *key == *reason && cursor.kind()? != Kind::Null;
            place.member(&key, cursor)
        })?;
        inside(&mut Cursor::new(text), &mut Nested { outer: place.index, offset, reading })?;
        reading.ends.extend(over.then_some(Ends::Outer(place.index)));
        Ok(())
    })
}
