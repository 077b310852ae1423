//! A JSON string where it stands, still escaped.

use std::borrow::Cow;

/// A string of a JSON text.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// With its quotes.
    quoted: &'a [u8],
    /// Length without escapes, in bytes of UTF-8.
    len: usize,
}

impl<'a> Text<'a> {
    /// A string that stands in `quoted`, quotes included, and is `len` bytes long unescaped.
    pub const fn new(quoted: &'a [u8], len: usize) -> Self {
        Self { quoted, len }
    }

    /// Length without escapes, in bytes of UTF-8.
    pub(crate) const fn len(self) -> u64 {
        self.len as u64
    }

    /// What stands between the quotes, escapes and all.
    pub fn raw(self) -> &'a [u8] {
        self.quoted.get(1..self.quoted.len().saturating_sub(1)).unwrap_or_default()
    }

    /// The text as bytes; copied only where it has escapes.
    pub fn bytes(self) -> Cow<'a, [u8]> {
        if self.len + 2 == self.quoted.len() {
            return Cow::Borrowed(self.raw());
        }
        match serde_json::from_slice::<String>(self.quoted) {
            Ok(text) => Cow::Owned(text.into_bytes()),
            Err(_) => Cow::Borrowed(self.raw()), // half a surrogate pair: no text at all
        }
    }

    /// The text; what is not valid is replaced by U+FFFD.
    pub fn to_text(self) -> Cow<'a, str> {
        match self.bytes() {
            // Checked first, because to replace what is not valid is slow even where there is nothing.
            Cow::Borrowed(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Cow::Borrowed(text),
                Err(_) => String::from_utf8_lossy(bytes),
            },
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
        }
    }
}
