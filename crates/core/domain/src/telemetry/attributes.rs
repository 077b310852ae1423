//! Attributes of a report, borrowed from its bytes, and how numbers are read from them.
//!
//! Clients send the same count as an integer, a float or a text; all three are read. What is not a
//! number that can be counted (negative, not finite, out of range) is nothing: it never becomes
//! zero tokens that look measured. Nothing here computes with floating point: a float is written
//! as a decimal and read again.

use std::borrow::Cow;

use crate::money::NanoUsd;

/// A value, as far as it can matter. Lists, maps and bytes are not looked at.
#[derive(Clone, PartialEq, Debug)]
pub enum Value<'a> {
    /// A text.
    Text(Cow<'a, str>),
    /// A number.
    Number(Number),
    /// Yes or no.
    Flag(bool),
    /// Anything else.
    Other,
}

/// A number as OTLP has it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Number {
    /// An integer.
    Whole(i64),
    /// A float.
    Real(f64),
}

impl Number {
    /// The number as a count, rounded to the nearest; `None` if it is negative or does not fit.
    #[must_use]
    pub fn count(self) -> Option<u64> {
        self.decimal(0)?.parse().ok()
    }

    /// A thousand times the number, rounded: seconds as milliseconds.
    #[must_use]
    pub fn thousandths(self) -> Option<u64> {
        let text = self.decimal(3)?;
        let (whole, part) = text.split_once('.')?;
        format!("{whole}{part}").parse().ok()
    }

    /// The number as US dollars, rounded to the nano-dollar.
    #[must_use]
    pub fn dollars(self) -> Option<NanoUsd> {
        NanoUsd::parse_decimal(&self.decimal(9)?).ok()
    }

    fn decimal(self, places: usize) -> Option<String> {
        let text = match self {
            Self::Whole(whole) if places == 0 => whole.to_string(),
            Self::Whole(whole) => format!("{whole}.{:0>places$}", ""),
            Self::Real(real) if real.is_finite() => format!("{real:.places$}"),
            Self::Real(_) => return None,
        };
        let unsigned = text.strip_prefix('-');
        let zero = |digits: &str| digits.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        match unsigned {
            None => Some(text),
            Some(digits) if zero(digits) => Some(digits.to_owned()),
            Some(_) => None,
        }
    }
}

/// Names and values. The first of a name counts.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Attributes<'a>(pub Vec<(Cow<'a, str>, Value<'a>)>);

impl Attributes<'_> {
    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value<'_>> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The text of a name, where it has one that is not empty.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Value::Text(text) if !text.is_empty() => Some(text),
            Value::Text(_) | Value::Number(_) | Value::Flag(_) | Value::Other => None,
        }
    }

    /// The text of the first of these names that has one.
    #[must_use]
    pub fn first_text(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.text(name))
    }

    /// The number of a name, also where it was sent as a text.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<Number> {
        match self.get(name)? {
            Value::Number(number) => Some(*number),
            Value::Text(text) => {
                let whole = text.parse().map(Number::Whole).ok();
                whole.or_else(|| text.parse().map(Number::Real).ok())
            }
            Value::Flag(_) | Value::Other => None,
        }
    }

    /// Whether a name says yes; `None` where it says neither.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Value::Flag(flag) => Some(*flag),
            Value::Text(text) => text.parse().ok(),
            Value::Number(_) | Value::Other => None,
        }
    }

    /// The count of a name.
    #[must_use]
    pub fn count(&self, name: &str) -> Option<u64> {
        self.number(name)?.count()
    }

    /// The count of the first of these names that has one.
    #[must_use]
    pub fn first_count(&self, names: &[&str]) -> Option<u64> {
        names.iter().find_map(|name| self.count(name))
    }
}
