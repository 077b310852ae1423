//! Errors of providers: type and code, never the message.

use crate::json::{Cursor, JsonError, Kind, Text};

/// Longest type or code that is kept.
const LONGEST: usize = 64;

/// What is kept of an error while it is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Failure {
    kind: Option<String>,
    code: Option<String>,
}

impl Failure {
    /// Reads the value of an `error` field: an object with `type` and `code`, or (Ollama) a bare
    /// text. `null` is no error.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Option<String>, JsonError> {
        let mut failure = Self::default();
        match cursor.kind()? {
            Kind::Object => cursor.object(|cursor, key| failure.member(cursor, key))?,
            Kind::Null => return cursor.null().map(|()| None),
            Kind::Array | Kind::String | Kind::Number | Kind::Bool => cursor.skip()?,
        }
        Ok(Some(failure.named()))
    }

    /// Reads one member of an error object.
    pub(super) fn member(&mut self, cursor: &mut Cursor<'_>, key: Text<'_>) -> Result<(), JsonError> {
        match &*key.bytes() {
            b"type" => self.kind = word(cursor)?,
            b"code" => self.code = word(cursor)?,
            b"status" if self.kind.is_none() => self.kind = word(cursor)?, // Google: INVALID_ARGUMENT
            _ => cursor.skip()?,
        }
        Ok(())
    }

    /// `type/code`, or whichever there is.
    pub(super) fn named(self) -> String {
        match (self.kind, self.code) {
            (Some(kind), Some(code)) if kind != code => format!("{kind}/{code}"),
            (Some(one), _) | (None, Some(one)) => one,
            (None, None) => "error".to_owned(),
        }
    }
}

/// A type or code, if it looks like one: providers have been seen to put sentences there.
fn word(cursor: &mut Cursor<'_>) -> Result<Option<String>, JsonError> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let written = match cursor.kind()? {
        Kind::String => cursor.string()?.raw(),
        Kind::Number => cursor.number()?,
        Kind::Object | Kind::Array | Kind::Bool | Kind::Null => return cursor.skip().map(|_| None),
    };
    let fits = (1..=LONGEST).contains(&written.len()) && written.iter().all(plain);
    Ok(fits.then(|| String::from_utf8_lossy(written).into_owned()))
}
