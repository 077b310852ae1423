//! Errors of providers: type and code, never the message.

use crate::json::{Cursor, JsonError, Kind, Text};

/// Longest type or code that is kept.
const LONGEST: usize = 64;

/// What is kept of an error while it is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Failure {
    kind: Option<String>,
    code: Option<String>,
    /// Google's finer word, among the details.
    reason: Option<String>,
    /// When to come back, in milliseconds, where Google's details say so.
    pub(super) retry_ms: Option<u64>,
}

impl Failure {
    /// Reads the value of an `error` field: an object with `type` and `code`, or (Ollama) a bare
    /// text. `null` is no error.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Option<String>, JsonError> {
        Ok(Self::whole(cursor)?.map(Self::named))
    }

    /// Reads the same with what else it says.
    pub(super) fn whole(cursor: &mut Cursor<'_>) -> Result<Option<Self>, JsonError> {
        let mut failure = Self::default();
        match cursor.kind()? {
            Kind::Object => cursor.object(|cursor, key| failure.member(cursor, key))?,
            Kind::Null => return cursor.null().map(|()| None),
            Kind::Array | Kind::String | Kind::Number | Kind::Bool => cursor.skip()?,
        }
        Ok(Some(failure))
    }

    /// Reads one member of an error object.
    pub(super) fn member(&mut self, cursor: &mut Cursor<'_>, key: Text<'_>) -> Result<(), JsonError> {
        match &*key.bytes() {
            b"type" => self.kind = word(cursor)?,
            b"code" => self.code = word(cursor)?,
            b"details" if cursor.kind()? == Kind::Array => cursor.array(|cursor| self.detail(cursor))?,
            b"status" if self.kind.is_none() => self.kind = word(cursor)?, // Google: INVALID_ARGUMENT
            _ => cursor.skip()?,
        }
        Ok(())
    }

    /// Reads one of Google's details (AIP-193): an `ErrorInfo` has a reason, a `RetryInfo` a delay.
    fn detail(&mut self, cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
        if cursor.kind()? != Kind::Object {
            return cursor.skip();
        }
        cursor.object(|cursor, key| {
            match (&*key.bytes(), cursor.kind()?) {
                (b"reason", Kind::String) => self.reason = word(cursor)?,
                (b"retryDelay", Kind::String) => self.retry_ms = milliseconds(cursor.string()?.raw()),
                _ => cursor.skip()?,
            }
            Ok::<(), JsonError>(())
        })
    }

    /// `type/code`, or whichever there is.
    pub(super) fn named(self) -> String {
        match (self.kind, self.reason.or(self.code)) {
            (Some(kind), Some(code)) if kind != code => format!("{kind}/{code}"),
            (Some(one), _) | (None, Some(one)) => one,
            (None, None) => "error".to_owned(),
        }
    }
}

/// A duration as protocol buffers write it, in milliseconds: `34.074s`.
fn milliseconds(text: &[u8]) -> Option<u64> {
    let seconds = std::str::from_utf8(text).ok()?.strip_suffix('s')?;
    let (whole, part) = seconds.split_once('.').unwrap_or((seconds, ""));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    whole.parse::<u64>().ok()?.checked_mul(1_000)?.checked_add(part.parse().ok()?)
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
