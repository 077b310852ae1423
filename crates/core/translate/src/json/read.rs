//! Bytes to a tree.

use std::borrow::Cow;

use protocols::json::{Cursor, JsonError, Kind};

use super::tree::{Json, Object};

/// Reads a text that is one value.
///
/// # Errors
/// What is wrong with it, with line and column and without any of it.
pub fn parse(bytes: &[u8]) -> Result<Json, String> {
    let mut cursor = Cursor::new(bytes);
    let read = value(&mut cursor).and_then(|json| cursor.end().map(|()| json));
    read.map_err(|error| error.describe(bytes))
}

/// The object that `text` is; `None` where it is anything else, or broken.
#[must_use]
pub fn complete_object(text: &str) -> Option<Object> {
    match parse(text.as_bytes()) {
        Ok(Json::Object(object)) => Some(object),
        Ok(_) | Err(_) => None,
    }
}

fn value(cursor: &mut Cursor<'_>) -> Result<Json, JsonError> {
    Ok(match cursor.kind()? {
        Kind::Object => {
            let mut object = Object::new();
            cursor.object(|cursor, key| {
                let key = key.to_text().into_owned();
                object.put(key, value(cursor)?);
                Ok::<(), JsonError>(())
            })?;
            Json::Object(object)
        }
        Kind::Array => {
            let mut list = Vec::new();
            cursor.array(|cursor| {
                list.push(value(cursor)?);
                Ok::<(), JsonError>(())
            })?;
            Json::List(list)
        }
        Kind::String => Json::Text(cursor.string()?.to_text().into_owned()),
        Kind::Number => {
            let written = String::from_utf8_lossy(cursor.number()?).into_owned();
            Json::Number(Cow::Owned(written))
        }
        Kind::Bool => Json::Bool(cursor.boolean()?),
        Kind::Null => cursor.null().map(|()| Json::Null)?,
    })
}
