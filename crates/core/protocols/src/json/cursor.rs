//! The reader itself: a position in a JSON text, moved by the caller value by value.

use std::ops::Range;

use memchr::memchr2;

use super::{JsonError, MAX_DEPTH, Text};

/// What kind of value comes next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the words are JSON's")]
pub enum Kind {
    Object,
    Array,
    String,
    Number,
    Bool,
    Null,
}

/// A position in a JSON text. Each method that reads a value leaves the position behind it.
#[derive(Debug)]
pub struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: u8,
}

impl<'a> Cursor<'a> {
    /// A cursor before the first byte.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, depth: 0 }
    }

    /// Offset of the next byte.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// The kind of the next value; the position moves to its first byte.
    pub fn kind(&mut self) -> Result<Kind, JsonError> {
        match self.after_space() {
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::Array),
            Some(b'"') => Ok(Kind::String),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b't' | b'f') => Ok(Kind::Bool),
            Some(b'n') => Ok(Kind::Null),
            Some(_) => Err(self.wrong("expected a value")),
            None => Err(self.wrong("the text ends where a value was expected")),
        }
    }

    /// Reads an object; `each` is called behind every key and must read the value.
    pub fn object<E: From<JsonError>>(
        &mut self,
        mut each: impl FnMut(&mut Self, Text<'a>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.open(b'{', "expected an object")?;
        if self.closes(b'}') {
            return Ok(());
        }
        loop {
            if self.after_space() != Some(b'"') {
                return Err(self.wrong("expected a key in double quotes").into());
            }
            let key = self.string()?;
            if self.after_space() != Some(b':') {
                return Err(self.wrong("expected ':' after a key").into());
            }
            self.at += 1;
            each(self, key)?;
            if !self.continues(b'}', "expected ',' or '}'")? {
                return Ok(());
            }
        }
    }

    /// Reads an array; `each` is called before every element and must read it.
    pub fn array<E: From<JsonError>>(
        &mut self,
        mut each: impl FnMut(&mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        self.open(b'[', "expected an array")?;
        if self.closes(b']') {
            return Ok(());
        }
        loop {
            each(self)?;
            if !self.continues(b']', "expected ',' or ']'")? {
                return Ok(());
            }
        }
    }

    /// Reads a string.
    pub fn string(&mut self) -> Result<Text<'a>, JsonError> {
        if self.after_space() != Some(b'"') {
            return Err(self.wrong("expected a string"));
        }
        let start = self.at;
        self.at += 1;
        let mut len = 0;
        loop {
            let rest = &self.bytes[self.at..];
            let Some(plain) = memchr2(b'"', b'\\', rest) else {
                self.at = self.bytes.len();
                return Err(self.wrong("the text ends inside a string"));
            };
            // Over all bytes without an early end, so that many are looked at together.
            if rest[..plain].iter().fold(false, |found, byte| found | (*byte < 0x20)) {
                self.at += rest[..plain].iter().position(|byte| *byte < 0x20).unwrap_or_default();
                return Err(self.wrong("a control character inside a string must be escaped"));
            }
            self.at += plain;
            len += plain;
            if rest[plain] == b'"' {
                self.at += 1;
                return Ok(Text::new(&self.bytes[start..self.at], len));
            }
            len += self.escape()?;
        }
    }

    /// Reads a number and returns how it is written.
    pub fn number(&mut self) -> Result<&'a [u8], JsonError> {
        self.after_space();
        let start = self.at;
        self.accept(b'-');
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return Err(self.wrong("expected a number")),
        }
        if self.accept(b'.') {
            self.some_digits()?;
        }
        if self.accept(b'e') || self.accept(b'E') {
            if !self.accept(b'+') {
                self.accept(b'-');
            }
            self.some_digits()?;
        }
        Ok(&self.bytes[start..self.at])
    }

    /// Reads `true` or `false`.
    pub fn boolean(&mut self) -> Result<bool, JsonError> {
        let value = self.after_space() == Some(b't');
        self.word(if value { "true" } else { "false" }).map(|()| value)
    }

    /// Reads `null`.
    pub fn null(&mut self) -> Result<(), JsonError> {
        self.after_space();
        self.word("null")
    }

    /// Reads any value.
    pub fn skip(&mut self) -> Result<(), JsonError> {
        self.span().map(|_| ())
    }

    /// Reads any value and returns where it stands.
    pub fn span(&mut self) -> Result<Range<usize>, JsonError> {
        let kind = self.kind()?;
        let start = self.at;
        match kind {
            Kind::Object => self.object(|cursor, _| cursor.skip())?,
            Kind::Array => self.array(|cursor| cursor.skip())?,
            Kind::String => {
                self.string()?;
            }
            Kind::Number => {
                self.number()?;
            }
            Kind::Bool => {
                self.boolean()?;
            }
            Kind::Null => self.null()?,
        }
        Ok(start..self.at)
    }

    /// Reads ahead: whatever `look` reads, the position stays.
    pub(crate) fn ahead<T>(&mut self, look: impl FnOnce(&mut Self) -> T) -> T {
        look(&mut Self { bytes: self.bytes, at: self.at, depth: self.depth })
    }

    /// Where the key stands, quotes included, behind which the position is: right behind its colon,
    /// as [`Self::object`] hands it out.
    pub(crate) fn key_span(&self, key: Text<'_>) -> Range<usize> {
        let colon = self.at.saturating_sub(1);
        let before = self.bytes.get(..colon).unwrap_or_default();
        let space = before.iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count();
        let end = colon - space;
        end.saturating_sub(key.raw().len() + 2)..end
    }

    /// Checks that nothing but space follows.
    pub fn end(&mut self) -> Result<(), JsonError> {
        match self.after_space() {
            None => Ok(()),
            Some(_) => Err(self.wrong("more text after the end of the value")),
        }
    }

    /// An error at the current position.
    pub const fn wrong(&self, problem: &'static str) -> JsonError {
        JsonError { at: self.at, problem }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn after_space(&mut self) -> Option<u8> {
        while let Some(byte) = self.peek() {
            if !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
        None
    }

    fn accept(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn open(&mut self, bracket: u8, problem: &'static str) -> Result<(), JsonError> {
        if self.after_space() != Some(bracket) {
            return Err(self.wrong(problem));
        }
        if self.depth >= MAX_DEPTH {
            return Err(self.wrong("nested too deeply (127 levels are read)"));
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    fn closes(&mut self, bracket: u8) -> bool {
        let found = self.after_space() == Some(bracket);
        if found {
            self.at += 1;
            self.depth -= 1;
        }
        found
    }

    fn continues(&mut self, bracket: u8, problem: &'static str) -> Result<bool, JsonError> {
        if self.closes(bracket) {
            return Ok(false);
        }
        if self.accept(b',') { Ok(true) } else { Err(self.wrong(problem)) }
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
    }

    fn some_digits(&mut self) -> Result<(), JsonError> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.wrong("expected a digit"));
        }
        self.digits();
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result<(), JsonError> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(self.wrong("expected a value"));
        }
        self.at += word.len();
        Ok(())
    }

    /// Reads an escape and returns how many bytes of UTF-8 it stands for. Each half of a
    /// surrogate pair counts two of the four.
    fn escape(&mut self) -> Result<usize, JsonError> {
        let rest = &self.bytes[self.at + 1..];
        match rest.first() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 2;
                Ok(1)
            }
            Some(b'u') => {
                let digits = rest.get(1..5).and_then(|digits| std::str::from_utf8(digits).ok());
                let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
                let Some(code) = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok()) else {
                    return Err(self.wrong("\\u needs four hexadecimal digits"));
                };
                self.at += 6;
                Ok(match code {
                    0..=0x7f => 1,
                    0x80..=0x7ff | 0xd800..=0xdfff => 2,
                    _ => 3,
                })
            }
            _ => Err(self.wrong("unknown escape inside a string")),
        }
    }
}
