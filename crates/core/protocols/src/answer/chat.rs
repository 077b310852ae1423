//! Chat completions: one body, or chunks that add up to one.

use super::failure::Failure;
use super::identity::AnswerId;
use super::usage::Report;
use crate::json::{Cursor, JsonError, Kind, Text};

/// What was read of a chat answer so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Chat {
    pub(super) report: Report,
    pub(super) output_bytes: u64,
    pub(super) error: Option<String>,
    pub(super) id: AnswerId,
    /// Whether `[DONE]` came.
    pub(super) done: bool,
    /// Whether the last report stands in or behind the last event that ended a choice.
    report_is_last: bool,
    /// Choices that began and choices that ended, by index.
    begun: u64,
    ended: u64,
}

/// One choice while it is read.
#[derive(Default)]
struct Choice {
    index: u32,
    ended: bool,
}

impl Chat {
    /// Whether every choice that began has ended, or the stream said so.
    pub(super) const fn complete(&self) -> bool {
        self.done || (self.ended != 0 && self.begun == self.ended)
    }

    /// Whether no further report is to be expected.
    pub(super) const fn usage_final(&self) -> bool {
        self.report.seen && (self.done || (self.complete() && self.report_is_last))
    }

    /// Reads the data of one event.
    pub(super) fn event(&mut self, data: &[u8]) {
        if data.trim_ascii() == b"[DONE]" {
            self.done = true;
            return;
        }
        let ended = self.ended;
        let reported = self.object(&mut Cursor::new(data)).unwrap_or(false);
        self.report_is_last = reported || (self.report_is_last && self.ended == ended);
    }

    /// Reads a body, or the object of one event. Returns whether it reported usage.
    pub(super) fn object(&mut self, cursor: &mut Cursor<'_>) -> Result<bool, JsonError> {
        let mut reported = false;
        let read = cursor.object(|cursor, key| {
            match &*key.bytes() {
                b"choices" if cursor.kind()? == Kind::Array => cursor.array(|cursor| self.choice(cursor))?,
                b"usage" => reported |= self.report.read(cursor)?,
                b"id" => self.id.read(cursor)?,
                b"service_tier" => self.report.tier(cursor)?,
                b"x_groq" if cursor.kind()? == Kind::Object => cursor.object(|cursor, key| {
                    if *key.bytes() == *b"usage" {
                        reported |= self.report.read(cursor)?;
                        return Ok(());
                    }
                    cursor.skip()
                })?,
                b"error" => self.error = Failure::read(cursor)?.or(self.error.take()),
                _ => cursor.skip()?,
            }
            Ok::<(), JsonError>(())
        });
        read.map(|()| reported)
    }

    fn choice(&mut self, cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
        if cursor.kind()? != Kind::Object {
            return cursor.skip();
        }
        let mut choice = Choice::default();
        cursor.object(|cursor, key| {
            match (&*key.bytes(), cursor.kind()?) {
                (b"index", Kind::Number) => choice.index = small(cursor.number()?),
                (b"finish_reason", kind) => {
                    choice.ended = kind != Kind::Null;
                    cursor.skip()?;
                }
                (b"delta" | b"message", Kind::Object) => self.output_bytes += written(cursor)?,
                _ => cursor.skip()?,
            }
            Ok::<(), JsonError>(())
        })?;
        let bit = 1_u64 << choice.index.min(63);
        self.begun |= bit;
        if choice.ended {
            self.ended |= bit;
        }
        Ok(())
    }
}

/// Bytes of text in a message or a delta. Some providers send the reasoning under two names.
fn written(cursor: &mut Cursor<'_>) -> Result<u64, JsonError> {
    let (mut bytes, mut reasoning) = (0, 0_u64);
    cursor.object(|cursor, key| {
        match &*key.bytes() {
            b"content" | b"refusal" => bytes += texts(cursor)?,
            b"reasoning" | b"reasoning_content" => reasoning = reasoning.max(texts(cursor)?),
            b"tool_calls" | b"function_call" => bytes += calls(cursor)?,
            _ => cursor.skip()?,
        }
        Ok::<(), JsonError>(())
    })?;
    Ok(bytes + reasoning)
}

/// Bytes of a text, or of the texts of a list of parts.
pub(super) fn texts(cursor: &mut Cursor<'_>) -> Result<u64, JsonError> {
    let mut bytes = 0;
    match cursor.kind()? {
        Kind::String => bytes = cursor.string()?.len(),
        Kind::Array => cursor.array(|cursor| {
            bytes += texts(cursor)?;
            Ok::<(), JsonError>(())
        })?,
        Kind::Object => cursor.object(|cursor, key: Text<'_>| {
            match &*key.bytes() {
                b"text" | b"refusal" | b"thinking" | b"summary" | b"content" => bytes += texts(cursor)?,
                _ => cursor.skip()?,
            }
            Ok::<(), JsonError>(())
        })?,
        Kind::Number | Kind::Bool | Kind::Null => cursor.skip()?,
    }
    Ok(bytes)
}

/// Bytes of names and arguments of tool calls.
fn calls(cursor: &mut Cursor<'_>) -> Result<u64, JsonError> {
    let mut bytes = 0;
    match cursor.kind()? {
        Kind::Array => cursor.array(|cursor| {
            bytes += calls(cursor)?;
            Ok::<(), JsonError>(())
        })?,
        Kind::Object => cursor.object(|cursor, key| {
            match (&*key.bytes(), cursor.kind()?) {
                (b"function" | b"custom", Kind::Object) => bytes += calls(cursor)?,
                (b"name" | b"arguments" | b"input", Kind::String) => bytes += cursor.string()?.len(),
                _ => cursor.skip()?,
            }
            Ok::<(), JsonError>(())
        })?,
        Kind::String | Kind::Number | Kind::Bool | Kind::Null => cursor.skip()?,
    }
    Ok(bytes)
}

/// A small number; zero where it is none.
pub(super) fn small(number: &[u8]) -> u32 {
    std::str::from_utf8(number).ok().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}
