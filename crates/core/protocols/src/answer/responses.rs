//! The responses endpoint: one body, or events of which the last repeats it.

use super::chat::texts;
use super::failure::Failure;
use super::identity::AnswerId;
use super::usage::Report;
use crate::json::{Cursor, JsonError, Kind};

/// What was read of an answer so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Responses {
    pub(super) report: Report,
    pub(super) output_bytes: u64,
    pub(super) error: Option<String>,
    pub(super) id: AnswerId,
    pub(super) complete: bool,
}

/// One event while it is read.
#[derive(Default)]
struct Seen {
    /// Whether the event ends the stream.
    terminal: bool,
    /// Whether it adds text.
    text: bool,
    /// Whether it is an error.
    error: bool,
    delta: u64,
    failure: Failure,
    inner: Option<String>,
}

impl Seen {
    fn kind(&mut self, kind: &[u8]) {
        self.terminal = matches!(
            kind,
            b"response.completed" | b"response.incomplete" | b"response.failed" | b"response.cancelled"
        );
        self.text = kind.ends_with(b".delta") && !kind.ends_with(b"audio.delta");
        self.error = kind == b"error";
    }
}

impl Responses {
    /// Reads the data of one event called `name`.
    pub(super) fn event(&mut self, name: Option<&str>, data: &[u8]) {
        let mut seen = Seen::default();
        seen.kind(name.unwrap_or_default().as_bytes());
        if self.read_event(&mut Cursor::new(data), &mut seen).is_err() {
            return;
        }
        self.complete |= seen.terminal;
        if seen.text {
            self.output_bytes += seen.delta;
        }
        if seen.error || seen.inner.is_some() {
            self.error = seen.inner.or_else(|| Some(seen.failure.named()));
        }
    }

    fn read_event(&mut self, cursor: &mut Cursor<'_>, seen: &mut Seen) -> Result<(), JsonError> {
        cursor.object(|cursor, key| {
            match (&*key.bytes(), cursor.kind()?) {
                (b"type", Kind::String) => seen.kind(&cursor.string()?.bytes()),
                (b"delta", Kind::String) => seen.delta = cursor.string()?.len(),
                (b"response", Kind::Object) => self.report_of(cursor)?,
                (b"error", _) => seen.inner = Failure::read(cursor)?,
                (b"code", _) => seen.failure.member(cursor, key)?,
                _ => cursor.skip()?,
            }
            Ok(())
        })
    }

    /// Usage and error of the response object inside an event.
    fn report_of(&mut self, cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
        cursor.object(|cursor, key| {
            match &*key.bytes() {
                b"usage" => {
                    self.report.read(cursor)?;
                }
                b"id" => self.id.read(cursor)?,
                b"service_tier" => self.report.tier(cursor)?,
                b"error" => self.error = Failure::read(cursor)?.or(self.error.take()),
                _ => cursor.skip()?,
            }
            Ok(())
        })
    }

    /// Reads a body that came in one piece.
    pub(super) fn object(&mut self, cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
        cursor.object(|cursor, key| {
            match (&*key.bytes(), cursor.kind()?) {
                (b"usage", _) => {
                    self.report.read(cursor)?;
                }
                (b"id", _) => self.id.read(cursor)?,
                (b"service_tier", _) => self.report.tier(cursor)?,
                (b"error", _) => self.error = Failure::read(cursor)?,
                (b"output", Kind::Array) => cursor.array(|cursor| self.item(cursor))?,
                _ => cursor.skip()?,
            }
            Ok(())
        })
    }

    fn item(&mut self, cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
        if cursor.kind()? != Kind::Object {
            return cursor.skip();
        }
        cursor.object(|cursor, key| {
            match (&*key.bytes(), cursor.kind()?) {
                (b"content" | b"summary", _) => self.output_bytes += texts(cursor)?,
                (b"name" | b"arguments" | b"input" | b"code", Kind::String) => {
                    self.output_bytes += cursor.string()?.len();
                }
                _ => cursor.skip()?,
            }
            Ok(())
        })
    }
}
