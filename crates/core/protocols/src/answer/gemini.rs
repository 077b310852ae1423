//! Google's answers: one body, or chunks that each are one.
//!
//! A stream has no last event of its own. It is over when every candidate that began has a reason
//! for its end, or when the prompt was blocked. Usage stands in every chunk, and counts so far.

use super::failure::Failure;
use super::identity::AnswerId;
use super::usage::Report;
use crate::json::{Cursor, JsonError, Kind, Text};

/// What was read of an answer so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Gemini {
    pub(super) report: Report,
    pub(super) output_bytes: u64,
    pub(super) error: Option<String>,
    pub(super) id: AnswerId,
    /// When to come back after the error, in milliseconds.
    pub(super) retry_ms: Option<u64>,
    /// Whether it is the count of a request's tokens.
    pub(super) counted: bool,
    /// Whether the prompt was not let through to the model.
    blocked: bool,
    /// Whether the last report stands in or behind the last chunk that ended a candidate.
    report_is_last: bool,
    /// Candidates that began and candidates that ended, by index.
    begun: u64,
    ended: u64,
}

impl Gemini {
    /// Whether every candidate that began has ended.
    pub(super) const fn complete(&self) -> bool {
        self.blocked || (self.ended != 0 && self.begun == self.ended)
    }

    /// Whether no further report is to be expected.
    pub(super) const fn usage_final(&self) -> bool {
        self.report.seen && self.complete() && self.report_is_last
    }

    /// Reads the data of one event.
    pub(super) fn event(&mut self, data: &[u8]) {
        let ended = self.ended;
        let reported = self.object(&mut Cursor::new(data)).unwrap_or(false);
        self.report_is_last = reported || (self.report_is_last && self.ended == ended);
    }

    /// Reads a body, or a chunk. Returns whether it reported usage.
    pub(super) fn object(&mut self, cursor: &mut Cursor<'_>) -> Result<bool, JsonError> {
        let mut reported = false;
        let read = cursor.object(|cursor, key| {
            match (&*key.bytes(), cursor.kind()?) {
                (b"candidates", Kind::Array) => cursor.array(|cursor| self.candidate(cursor))?,
                (b"usageMetadata", _) => reported |= self.report.read(cursor)?,
                (b"responseId", _) => self.id.read(cursor)?,
                (b"promptFeedback", Kind::Object) => self.feedback(cursor)?,
                (b"totalTokens", Kind::Number) => {
                    self.counted = true;
                    cursor.skip()?;
                }
                (b"error", _) => self.failed(Failure::whole(cursor)?),
                _ => cursor.skip()?,
            }
            Ok::<(), JsonError>(())
        });
        read.map(|()| reported)
    }

    fn failed(&mut self, failure: Option<Failure>) {
        let Some(failure) = failure else { return };
        self.retry_ms = failure.retry_ms;
        self.error = Some(failure.named());
    }

    fn feedback(&mut self, cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
        cursor.object(|cursor, key| {
            if *key.bytes() == *b"blockReason" {
                self.blocked = true;
            }
            cursor.skip()
        })
    }

    fn candidate(&mut self, cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
        if cursor.kind()? != Kind::Object {
            return cursor.skip();
        }
        let (mut index, mut over) = (0, false);
        cursor.object(|cursor, key| {
            match (&*key.bytes(), cursor.kind()?) {
                (b"index", Kind::Number) => index = super::chat::small(cursor.number()?),
                (b"finishReason", kind) => {
                    over = kind != Kind::Null;
                    cursor.skip()?;
                }
                (b"content", Kind::Object) => self.output_bytes += written(cursor)?,
                _ => cursor.skip()?,
            }
            Ok::<(), JsonError>(())
        })?;
        let bit = 1_u64 << index.min(63);
        self.begun |= bit;
        if over {
            self.ended |= bit;
        }
        Ok(())
    }
}

/// Bytes of text, thoughts and calls in a content.
fn written(cursor: &mut Cursor<'_>) -> Result<u64, JsonError> {
    let mut bytes = 0;
    cursor.object(|cursor, key| {
        if *key.bytes() != *b"parts" || cursor.kind()? != Kind::Array {
            return cursor.skip();
        }
        cursor.array(|cursor| {
            bytes += part(cursor)?;
            Ok::<(), JsonError>(())
        })
    })?;
    Ok(bytes)
}

fn part(cursor: &mut Cursor<'_>) -> Result<u64, JsonError> {
    if cursor.kind()? != Kind::Object {
        return cursor.skip().map(|()| 0);
    }
    let mut bytes = 0;
    cursor.object(|cursor, key: Text<'_>| {
        match (&*key.bytes(), cursor.kind()?) {
            (b"text" | b"code", Kind::String) => bytes += cursor.string()?.len(),
            (b"functionCall" | b"executableCode", Kind::Object) => bytes += part(cursor)?,
            (b"name", Kind::String) => bytes += cursor.string()?.len(),
            (b"args", Kind::Object) => {
                let length = cursor.span()?.len();
                bytes += if length > 2 { length as u64 } else { 0 };
            }
            _ => cursor.skip()?,
        }
        Ok::<(), JsonError>(())
    })?;
    Ok(bytes)
}
