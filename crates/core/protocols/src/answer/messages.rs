//! Anthropic's messages: one body, or events that build it block by block.

use super::failure::Failure;
use super::identity::AnswerId;
use super::usage::Report;
use crate::json::{Cursor, JsonError, Kind, Text};

/// What was read of an answer so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Messages {
    pub(super) report: Report,
    pub(super) output_bytes: u64,
    pub(super) error: Option<String>,
    pub(super) id: AnswerId,
    pub(super) complete: bool,
    /// Whether `message_delta`, which carries the final counts, came.
    pub(super) usage_final: bool,
}

impl Messages {
    /// Reads the data of one event called `name`.
    pub(super) fn event(&mut self, name: Option<&str>, data: &[u8]) {
        let mut stop = name == Some("message_stop");
        let mut last = name == Some("message_delta");
        let mut reported = false;
        let read = Cursor::new(data).object(|cursor, key| {
            match (&*key.bytes(), cursor.kind()?) {
                (b"type", Kind::String) => {
                    let kind = cursor.string()?.bytes();
                    stop = *kind == *b"message_stop";
                    last = *kind == *b"message_delta";
                }
                (b"usage", _) => reported |= self.report.read(cursor)?,
                (b"message", Kind::Object) => self.object(cursor)?,
                (b"delta" | b"content_block", Kind::Object) => self.block(cursor)?,
                (b"error", _) => self.error = Failure::read(cursor)?.or(self.error.take()),
                _ => cursor.skip()?,
            }
            Ok::<(), JsonError>(())
        });
        if read.is_ok() {
            self.complete |= stop;
            self.usage_final |= last && reported;
        }
    }

    /// Reads a message: a body that came in one piece, or the start of a stream.
    pub(super) fn object(&mut self, cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
        cursor.object(|cursor, key| {
            match (&*key.bytes(), cursor.kind()?) {
                (b"usage", _) => {
                    self.report.read(cursor)?;
                }
                (b"id", _) => self.id.read(cursor)?,
                (b"error", _) => self.error = Failure::read(cursor)?,
                (b"content", Kind::Array) => cursor.array(|cursor| {
                    if cursor.kind()? == Kind::Object {
                        return self.block(cursor);
                    }
                    cursor.skip()
                })?,
                _ => cursor.skip()?,
            }
            Ok(())
        })
    }

    /// Counts the text of a content block or of a delta to one. Results of the provider's own
    /// tools are input, and signatures are neither.
    fn block(&mut self, cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
        cursor.object(|cursor, key: Text<'_>| {
            match (&*key.bytes(), cursor.kind()?) {
                (b"text" | b"thinking" | b"partial_json" | b"name", Kind::String) => {
                    self.output_bytes += cursor.string()?.len();
                }
                (b"input", Kind::Object) => {
                    let length = cursor.span()?.len();
                    self.output_bytes += if length > 2 { length as u64 } else { 0 };
                }
                _ => cursor.skip()?,
            }
            Ok(())
        })
    }
}
