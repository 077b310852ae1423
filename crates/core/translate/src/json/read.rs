//! Bytes to a tree.
//!
//! A tree takes many times the room of its text where values are small, so how many it may hold
//! is limited before any of it is looked at.

use protocols::json::{Cursor, JsonError, Kind};

use super::number::Number;
use super::tree::{Json, Object};

/// The most values of one text: every list, object, string, number and word counts, keys do not.
/// The widest models read about a million tokens, and a value takes two at least, so no request
/// that a model could read has more.
pub const MOST_VALUES: u32 = 500_000;

/// Why a text is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is not JSON: what is wrong, with line and column and without any of it.
    #[error("{0}")]
    NotJson(String),
    /// It holds more than [`MOST_VALUES`].
    #[error("more than {MOST_VALUES} values")]
    TooMany,
}

/// Reads a text that is one value.
///
/// # Errors
/// A text that is not JSON, or holds more than [`MOST_VALUES`].
pub fn parse(bytes: &[u8]) -> Result<Json, Unreadable> {
    let mut left = MOST_VALUES;
    parse_within(bytes, &mut left)
}

fn parse_within(bytes: &[u8], left: &mut u32) -> Result<Json, Unreadable> {
    let mut cursor = Cursor::new(bytes);
    let read = value(&mut cursor, left).and_then(|json| Ok(cursor.end().map(|()| json)?));
    read.map_err(|stop| match stop {
        Stop::Wrong(error) => Unreadable::NotJson(error.describe(bytes)),
        Stop::TooMany => Unreadable::TooMany,
    })
}

/// The object that `text` is; nothing where it is anything else, or broken. `left` is how many
/// values may still be read, and goes down by those that were.
///
/// # Errors
/// A text that holds more than that.
pub fn complete_object(text: &str, left: &mut u32) -> Result<Option<Object>, Unreadable> {
    match parse_within(text.as_bytes(), left) {
        Ok(Json::Object(object)) => Ok(Some(object)),
        Ok(_) | Err(Unreadable::NotJson(_)) => Ok(None),
        Err(Unreadable::TooMany) => Err(Unreadable::TooMany),
    }
}

/// Why reading stops.
enum Stop {
    Wrong(JsonError),
    TooMany,
}

impl From<JsonError> for Stop {
    fn from(error: JsonError) -> Self {
        Self::Wrong(error)
    }
}

/// Reads a value; `left` is how many more there may be.
fn value(cursor: &mut Cursor<'_>, left: &mut u32) -> Result<Json, Stop> {
    *left = left.checked_sub(1).ok_or(Stop::TooMany)?;
    Ok(match cursor.kind()? {
        Kind::Object => {
            let mut object = Object::new();
            cursor.object(|cursor, key| {
                let key = key.to_text().into_owned();
                object.put(key, value(cursor, left)?);
                Ok::<(), Stop>(())
            })?;
            object.shrink();
            Json::Object(object)
        }
        Kind::Array => {
            let mut list = Vec::new();
            cursor.array(|cursor| {
                list.push(value(cursor, left)?);
                Ok::<(), Stop>(())
            })?;
            list.shrink_to_fit();
            Json::List(list)
        }
        Kind::String => Json::Text(cursor.string()?.to_text().into_owned()),
        Kind::Number => Json::Number(Number::of(&String::from_utf8_lossy(cursor.number()?))),
        Kind::Bool => Json::Bool(cursor.boolean()?),
        Kind::Null => cursor.null().map(|()| Json::Null)?,
    })
}
