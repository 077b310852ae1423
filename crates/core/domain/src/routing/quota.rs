//! What a provider says is left of its rate limits, read from the headers of its answers.
//!
//! OpenAI and those who speak like it: `x-ratelimit-{limit,remaining,reset}-{requests,tokens}`, the
//! reset as a duration (`6m0s`, `20ms`, or bare seconds). Anthropic:
//! `anthropic-ratelimit-{requests,tokens,input-tokens,output-tokens}-{limit,remaining,reset}`, the
//! reset in RFC 3339. Both: `retry-after` in seconds or as an HTTP date (RFC 9110 §10.2.3), and
//! `retry-after-ms`. What can't be read counts for nothing.

use super::breaker::believable;
use crate::money::Tokens;
use crate::time::Timestamp;

/// What is left of one limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Left {
    /// The limit itself, where the provider says.
    pub limit: Option<u64>,
    /// What is left of it.
    pub remaining: Option<u64>,
    /// When it is full again.
    pub resets: Option<Timestamp>,
}

/// Which limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Allowance {
    /// Requests.
    Requests,
    /// Tokens, whichever.
    Tokens,
    /// Input tokens.
    InputTokens,
    /// Output tokens.
    OutputTokens,
}

impl Allowance {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Requests, Self::Tokens, Self::InputTokens, Self::OutputTokens];

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Tokens => "tokens",
            Self::InputTokens => "input tokens",
            Self::OutputTokens => "output tokens",
        }
    }

    const fn index(self) -> usize {
        match self {
            Self::Requests => 0,
            Self::Tokens => 1,
            Self::InputTokens => 2,
            Self::OutputTokens => 3,
        }
    }

    fn of(word: &str) -> Option<Self> {
        match word {
            "requests" => Some(Self::Requests),
            "tokens" => Some(Self::Tokens),
            "input-tokens" => Some(Self::InputTokens),
            "output-tokens" => Some(Self::OutputTokens),
            _ => None,
        }
    }

    /// What a call of so many input tokens takes of it.
    const fn need(self, input: Tokens) -> u64 {
        match self {
            Self::Tokens | Self::InputTokens if input > 1 => input,
            Self::Requests | Self::Tokens | Self::InputTokens | Self::OutputTokens => 1,
        }
    }
}

/// What is left of all limits of a lane.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Quota([Left; 4]);

/// What the headers of one answer said.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Reading {
    /// What is left, where it said so.
    pub quota: Quota,
    /// When to come back, where it said so.
    pub retry_at: Option<Timestamp>,
}

impl Quota {
    /// What is left of one limit.
    #[must_use]
    pub const fn left(&self, of: Allowance) -> Left {
        self.0[of.index()]
    }

    /// Takes over what a newer answer said, and keeps what it did not mention.
    pub fn learn(&mut self, newer: &Self) {
        for (known, said) in self.0.iter_mut().zip(newer.0) {
            known.limit = said.limit.or(known.limit);
            if said.remaining.is_some() {
                (known.remaining, known.resets) = (said.remaining, said.resets);
            }
        }
    }

    /// The limit that a call of so many input tokens does not fit into now, and until when. A call
    /// larger than a whole limit is let through: the provider may count otherwise.
    #[must_use]
    pub fn empty(&self, input: Tokens, now: Timestamp) -> Option<(Allowance, Timestamp)> {
        Allowance::ALL
            .into_iter()
            .filter_map(|of| {
                let Left { limit, remaining, resets } = self.left(of);
                let resets = resets.filter(|resets| *resets > now)?;
                let need = of.need(input);
                let fits = remaining? >= need || limit.is_some_and(|limit| limit > 0 && limit < need);
                (!fits).then(|| (of, believable(resets, now)))
            })
            .max_by_key(|(_, resets)| *resets)
    }
}

impl Reading {
    /// Takes in one header; its name in lower case.
    pub fn header(&mut self, name: &str, value: &str, now: Timestamp) {
        if let Some(name) = name.strip_prefix("x-ratelimit-") {
            if let Some((field, of)) = name.split_once('-') {
                self.field(Allowance::of(of), field, value, now);
            }
        } else if let Some(name) = name.strip_prefix("anthropic-ratelimit-") {
            if let Some((of, field)) = name.rsplit_once('-') {
                self.field(Allowance::of(of), field, value, now);
            }
        } else if name == "retry-after" {
            self.retry_at = self.retry_at.or_else(|| moment(value, now));
        } else if name == "retry-after-ms" {
            // The finer figure wins.
            let ms = value.trim().parse::<i64>().ok().filter(|ms| *ms >= 0);
            self.retry_at = ms.map(|ms| now.plus_ms(ms)).or(self.retry_at);
        }
    }

    fn field(&mut self, of: Option<Allowance>, field: &str, value: &str, now: Timestamp) {
        let Some(of) = of else { return };
        let left = &mut self.quota.0[of.index()];
        match field {
            "limit" => left.limit = value.trim().parse().ok(),
            "remaining" => left.remaining = value.trim().parse().ok(),
            "reset" => left.resets = moment(value, now),
            _ => {}
        }
    }
}

/// A time as providers write it: bare seconds, a duration such as `1h2m3.5s`, RFC 3339, or an HTTP
/// date.
fn moment(text: &str, now: Timestamp) -> Option<Timestamp> {
    let text = text.trim();
    if let Some(ms) = duration_ms(text) {
        return Some(now.plus_ms(ms));
    }
    Timestamp::parse(text).or_else(|| http_date(text))
}

/// `1h2m3.5s`, `20ms`, `2`: milliseconds.
fn duration_ms(text: &str) -> Option<i64> {
    let mut rest = text;
    let mut total: i64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let unit = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at(unit);
        let thousandths = thousandths(number)?;
        let ms = match unit {
            "ms" => thousandths / 1_000,
            "s" => thousandths,
            "m" => thousandths.checked_mul(60)?,
            "h" => thousandths.checked_mul(3_600)?,
            "" if number.len() == text.len() => thousandths,
            _ => return None,
        };
        total = total.checked_add(ms)?;
        rest = after;
    }
    (!text.is_empty()).then_some(total)
}

/// A decimal number in thousandths, rounded down.
fn thousandths(number: &str) -> Option<i64> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let whole: i64 = whole.parse().ok()?;
    let digits: String = part.chars().chain("000".chars()).take(3).collect();
    whole.checked_mul(1_000)?.checked_add(digits.parse().ok()?)
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
fn http_date(text: &str) -> Option<Timestamp> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = text.split_once(", ")?.1.split(' ');
    let (day, month, year, time) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    Timestamp::parse(&format!("{year}-{month:02}-{day}T{time}Z"))
}
