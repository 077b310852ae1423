//! Recognisers: one file per kind.
//!
//! Each answers one question: does a value of its kind begin at this position? It reads the text
//! through a [`Window`], so it can't decide on bytes that have not come yet, and it validates what
//! can be validated (checksums, lengths, ranges) before it says yes. None knows what is done with
//! a hit. Formats are public facts; each file names its source.

pub(crate) mod address;
pub(crate) mod birth_date;
pub(crate) mod card;
pub(crate) mod checksum;
mod date;
pub(crate) mod email;
pub(crate) mod iban;
pub(crate) mod ip;
pub(crate) mod mac;
pub(crate) mod names;
pub(crate) mod national;
mod number;
pub(crate) mod passport;
pub(crate) mod person;
pub(crate) mod phone;
pub(crate) mod secret;
pub(crate) mod ssn;

use crate::window::More;

/// Where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) tail: Tail,
}

/// How a value too long to be held back goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tail {
    /// Not at all: the span is the value.
    None,
    /// As a run of letters, digits, `_`, `-`, `.`, `/`, `+` and `=`.
    Token,
    /// As the lines of a private key, up to its end mark.
    Key,
}

impl Span {
    pub(crate) const fn new(start: usize, end: usize) -> Self {
        Self { start, end, tail: Tail::None }
    }
}

/// What a recogniser says.
pub(crate) type Found = Result<Option<Span>, More>;
