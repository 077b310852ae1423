//! Numbers written in groups: digits with single separators between them.

use crate::window::{More, Window, is_word};

/// Most digits that any number of interest has.
const MOST: usize = 20;
/// Most groups that any number of interest is written in.
const GROUPS: usize = 8;

/// A number at a position, as far as it goes.
#[derive(Debug)]
pub(super) struct Number {
    digits: [u8; MOST],
    len: usize,
    /// For every place where it may end: digits so far, groups so far, and where that is.
    stops: [(usize, usize, usize); GROUPS],
    stop_count: usize,
    /// The separators in use, in order.
    separators: [u8; GROUPS],
    groups: [usize; GROUPS],
}

impl Number {
    /// Reads the number at `start`: at most `most` digits, with single separators from `between`.
    pub(super) fn read(w: &Window<'_>, start: usize, most: usize, between: &[u8]) -> Result<Self, More> {
        let mut number = Self {
            digits: [0; MOST],
            len: 0,
            stops: [(0, 0, 0); GROUPS],
            stop_count: 0,
            separators: [0; GROUPS],
            groups: [0; GROUPS],
        };
        let most = most.min(MOST);
        let mut at = start;
        loop {
            let before = number.len;
            while let Some(digit) = w.at(at)?.filter(u8::is_ascii_digit) {
                if number.len == most {
                    number.len = before;
                    return Ok(number); // more digits in this group than are allowed
                }
                number.digits[number.len] = digit - b'0';
                number.len += 1;
                at += 1;
            }
            if number.len == before {
                return Ok(number);
            }
            number.groups[number.stop_count] = number.len - before;
            let next = w.at(at)?;
            if !next.is_some_and(is_word) {
                number.stops[number.stop_count] = (number.len, number.stop_count + 1, at);
                number.stop_count += 1;
            }
            match next.filter(|byte| between.contains(byte)) {
                Some(separator) if number.stop_count < GROUPS && number.stop_count > 0 => {
                    number.separators[number.stop_count - 1] = separator;
                    at += 1;
                }
                _ => return Ok(number),
            }
        }
    }

    /// Where it may end, the longest first.
    pub(super) fn stops(&self) -> impl Iterator<Item = Stop<'_>> {
        self.stops[..self.stop_count].iter().rev().map(|(digits, groups, end)| Stop {
            digits: &self.digits[..*digits],
            groups: &self.groups[..*groups],
            separators: &self.separators[..groups - 1],
            end: *end,
        })
    }

    /// The longest of them that has this many digits.
    pub(super) fn of(&self, digits: usize) -> Option<Stop<'_>> {
        self.stops().find(|stop| stop.digits.len() == digits)
    }
}

/// A number up to one of the places where it may end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop<'a> {
    /// As numbers, not as text.
    pub(super) digits: &'a [u8],
    /// Digits per group.
    pub(super) groups: &'a [usize],
    pub(super) separators: &'a [u8],
    pub(super) end: usize,
}

impl Stop<'_> {
    /// Whether only one separator is in use, or none.
    pub(super) fn is_even(&self) -> bool {
        self.separators.windows(2).all(|pair| pair[0] == pair[1])
    }

    /// The digits from `start` to `end` as one number.
    pub(super) fn value(&self, start: usize, end: usize) -> u64 {
        self.digits
            .get(start..end)
            .unwrap_or_default()
            .iter()
            .fold(0, |value, digit| value * 10 + u64::from(*digit))
    }
}
