//! Names and values of attributes.
//!
//! Values can be compared and hashed, so that they can name a series of a metric. A time is kept in
//! milliseconds and becomes seconds only where it is written for the wire.

use std::borrow::Cow;

/// The longest text that is told, in bytes. Callers can make names of models as long as a request,
/// and what waits for a collector is limited by number.
const LONGEST: usize = 1_024;

/// A text, cut where it is too long to be told.
pub(crate) fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST)]
}

/// What an attribute says.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Value {
    /// A text.
    Text(Cow<'static, str>),
    /// A whole number.
    Int(i64),
    /// So many milliseconds, told in seconds.
    Ms(i64),
    /// Yes or no.
    Flag(bool),
    /// Words.
    Words(Vec<&'static str>),
}

/// One thing that is said of a call.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Attribute {
    /// Its name.
    pub key: &'static str,
    /// What it says.
    pub value: Value,
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        let short = if text.len() > LONGEST { cut(&text).to_owned() } else { text };
        Self::Text(Cow::Owned(short))
    }
}

impl From<u16> for Value {
    fn from(number: u16) -> Self {
        Self::Int(number.into())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

/// A list of attributes that is being made.
#[derive(Debug, Default)]
pub(crate) struct List(pub(crate) Vec<Attribute>);

impl List {
    pub(crate) fn add(&mut self, key: &'static str, value: impl Into<Value>) {
        self.0.push(Attribute { key, value: value.into() });
    }

    pub(crate) fn maybe(&mut self, key: &'static str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.add(key, value);
        }
    }

    /// A number, where it is not zero.
    pub(crate) fn some(&mut self, key: &'static str, number: u64) {
        self.maybe(key, (number > 0).then_some(number));
    }
}
