//! Dates as people write them.

use super::number::Number;
use crate::window::{More, Window, class, class_of};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// Months of other languages, where they do not begin like the English ones.
const OTHER_MONTHS: [&str; 22] = [
    "januar",
    "februar",
    "märz",
    "mai",
    "juni",
    "juli",
    "oktober",
    "dezember",
    "janvier",
    "février",
    "mars",
    "avril",
    "juin",
    "juillet",
    "août",
    "septembre",
    "décembre",
    "enero",
    "marzo",
    "mayo",
    "agosto",
    "diciembre",
];

/// Where the date that begins at `start` ends, if one does.
pub(super) fn date(w: &Window<'_>, start: usize) -> Result<Option<usize>, More> {
    match w.at(start)? {
        Some(byte) if byte.is_ascii_digit() => match numeric(w, start)? {
            Some(end) => Ok(Some(end)),
            None => day_first(w, start),
        },
        Some(byte) if byte.is_ascii_alphabetic() => month_first(w, start),
        _ => Ok(None),
    }
}

/// `1980-03-12`, `12/03/1980`, `12.3.80`.
fn numeric(w: &Window<'_>, start: usize) -> Result<Option<usize>, More> {
    let number = Number::read(w, start, 8, b"-/.")?;
    let Some(stop) = number.stops().find(|stop| stop.groups.len() == 3) else { return Ok(None) };
    let [a, b, c] = *stop.groups else { return Ok(None) };
    let (first, second, third) = (stop.value(0, a), stop.value(a, a + b), stop.value(a + b, a + b + c));
    let fits = match (a, b, c) {
        (4, 1..=2, 1..=2) => is_year(first) && is_day_month(third, second),
        (1..=2, 1..=2, 4) => is_year(third) && (is_day_month(first, second) || is_day_month(second, first)),
        (1..=2, 1..=2, 2) => is_day_month(first, second) || is_day_month(second, first),
        _ => false,
    };
    Ok((fits && stop.is_even()).then_some(stop.end))
}

/// `12 March 1980`, `12. März 1980`, `12th of March 1980`.
fn day_first(w: &Window<'_>, start: usize) -> Result<Option<usize>, More> {
    let digits = w.run(start, 3, |byte| byte.is_ascii_digit())?;
    let (day, mut at) = (value(w.slice(start, digits)), digits);
    if !(1..=31).contains(&day) {
        return Ok(None);
    }
    for ending in [&b"st"[..], b"nd", b"rd", b"th", b"."] {
        if w.starts_with(at, ending)? {
            at += ending.len();
            break;
        }
    }
    at = spaces(w, at)?;
    for word in [&b"of "[..], b"de "] {
        if w.starts_with(at, word)? {
            at += word.len();
        }
    }
    let Some(end) = month(w, at)? else { return Ok(None) };
    let mut at = spaces(w, w.run(end, 1, |byte| byte == b',' || byte == b'.')?)?;
    if w.starts_with(at, b"de ")? {
        at += 3;
    }
    year(w, at)
}

/// `March 12, 1980`.
fn month_first(w: &Window<'_>, start: usize) -> Result<Option<usize>, More> {
    let Some(end) = month(w, start)? else { return Ok(None) };
    let at = spaces(w, w.run(end, 1, |byte| byte == b'.')?)?;
    let digits = w.run(at, 3, |byte| byte.is_ascii_digit())?;
    if !(1..=31).contains(&value(w.slice(at, digits))) {
        return Ok(None);
    }
    let mut at = digits;
    for ending in [&b"st"[..], b"nd", b"rd", b"th"] {
        if w.starts_with(at, ending)? {
            at += ending.len();
        }
    }
    let at = spaces(w, w.run(at, 1, |byte| byte == b',')?)?;
    year(w, at)
}

fn month(w: &Window<'_>, start: usize) -> Result<Option<usize>, More> {
    let begins =
        |byte: u8| matches!(byte | 0x20, b'j' | b'f' | b'm' | b'a' | b's' | b'o' | b'n' | b'd' | b'e');
    if !w.at(start)?.is_some_and(begins) {
        return Ok(None); // no month begins so
    }
    let end = w.run(start, 12, |byte| class_of(byte) & (class::LOWER | class::UPPER | class::WIDE) != 0)?;
    if !(3..=11).contains(&(end - start)) {
        return Ok(None);
    }
    let text = w.slice(start, end);
    if text.iter().all(u8::is_ascii) && !is_month_prefix(text) {
        return Ok(None);
    }
    let word = String::from_utf8_lossy(text).to_lowercase();
    let short = word.len() >= 3 && MONTHS.iter().any(|month| month.starts_with(word.as_str()));
    let known = short || word == "sept" || OTHER_MONTHS.contains(&word.as_str());
    Ok(known.then_some(end))
}

fn is_month_prefix(text: &[u8]) -> bool {
    const PREFIXES: &[u8; 57] = b"janfebmaraprmayjunjulaugsepoctnovdecmaioktdezavrjuieneago";
    let lower = [0, 1, 2].map(|at| text.get(at).map_or(0, u8::to_ascii_lowercase));
    PREFIXES.chunks(3).any(|prefix| prefix == lower) || lower == *b"dic"
}

fn year(w: &Window<'_>, start: usize) -> Result<Option<usize>, More> {
    let end = w.run(start, 5, |byte| byte.is_ascii_digit())?;
    let is_one = end - start == 4 && is_year(value(w.slice(start, end))) && w.ends(end)?;
    Ok(is_one.then_some(end))
}

fn spaces(w: &Window<'_>, start: usize) -> Result<usize, More> {
    w.run(start, 2, |byte| byte == b' ')
}

fn value(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |value, digit| value * 10 + u64::from(digit.saturating_sub(b'0')))
}

const fn is_year(year: u64) -> bool {
    year >= 1900 && year <= 2039
}

const fn is_day_month(day: u64, month: u64) -> bool {
    day >= 1 && day <= 31 && month >= 1 && month <= 12
}
