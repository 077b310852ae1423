//! A pull reader for JSON that borrows, knows where it is, and builds nothing.
//!
//! The hot path needs three things that a tree of values can't give cheaply: the byte span of a
//! value (to edit it and leave every other byte alone), duplicate keys (to refuse them), and no
//! allocation per event of a stream. Grammar: RFC 8259, checked in full; texts are byte slices,
//! so whoever needs valid UTF-8 checks the input first. Nesting is limited, so that no input
//! exhausts the stack.

mod cursor;
#[cfg(test)]
mod tests;
mod text;

pub use cursor::{Cursor, Kind};
pub use text::Text;

/// Deepest nesting that is read. The same as serde_json's.
pub const MAX_DEPTH: u8 = 127;

/// What is wrong with a JSON text, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonError {
    /// Offset of the byte at which it was noticed.
    pub at: usize,
    /// What was wrong, without any of the text.
    pub problem: &'static str,
}

impl JsonError {
    /// The error in words, with line and column in `bytes`.
    pub fn describe(self, bytes: &[u8]) -> String {
        let before = &bytes[..self.at.min(bytes.len())];
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        let column = before.len() - memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1) + 1;
        format!("{} at line {line}, column {column}", self.problem)
    }
}
