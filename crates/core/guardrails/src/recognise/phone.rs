//! Telephone numbers: E.164 with `+` or `00` and a country code that exists, the North American
//! plan's own form, and national numbers where they are written as such or the text says so.

use super::number::{Number, Stop};
use super::{Found, Span};
use crate::window::{More, Window, is_word};

const CONTEXT: [&str; 31] = [
    "phone",
    "tel",
    "telephone",
    "mobile",
    "cell",
    "cellphone",
    "call",
    "fax",
    "whatsapp",
    "sms",
    "text me",
    "dial",
    "ring",
    "hotline",
    "contact",
    "reach me",
    "reach",
    "telefon",
    "tél",
    "téléphone",
    "teléfono",
    "telefono",
    "handy",
    "mobil",
    "móvil",
    "celular",
    "portable",
    "number is",
    "phone_number",
    "call me",
    "anrufen",
];
/// Words before a number that say it is something else.
const OTHER: [&str; 14] = [
    "order",
    "invoice",
    "tracking",
    "ticket",
    "reference",
    "ref",
    "serial",
    "isbn",
    "sku",
    "part",
    "batch",
    "version",
    "case",
    "build",
];

/// The number that begins at `start`, which is a digit, `+` or `(`.
pub(crate) fn at(w: &Window<'_>, start: usize) -> Found {
    match w.at(start)? {
        Some(b'+') => international(w, start, start + 1),
        Some(b'(') => in_brackets(w, start),
        Some(b'0') if w.starts_with(start, b"00")? && !follows_number(w, start) => {
            match international(w, start, start + 2)? {
                Some(span) => Ok(Some(span)),
                None => national(w, start),
            }
        }
        Some(byte) if byte.is_ascii_digit() => national(w, start),
        _ => Ok(None),
    }
}

/// `+49 (0)30 1234-567`; the digits begin at `digits`.
fn international(w: &Window<'_>, start: usize, digits: usize) -> Found {
    if w.before(start).is_some_and(|byte| is_word(byte) || byte == b'+') {
        return Ok(None);
    }
    let mut best = None;
    let (mut at, mut count, mut code) = (digits, 0_u32, 0_u32);
    loop {
        let group = w.run(at, 16, |byte| byte.is_ascii_digit())?;
        for digit in w.slice(at, group) {
            count += 1;
            if count <= 3 {
                code = code * 10 + u32::from(digit - b'0');
            }
        }
        if group == at || count > 15 {
            break;
        }
        if (8..=15).contains(&count) && w.ends(group)? {
            best = Some(group);
        }
        match separated(w, group)? {
            Some(next) => at = next,
            None => break,
        }
    }
    let plausible = count >= 3 && is_country(code);
    Ok(best.filter(|_| plausible).map(|end| Span::new(start, end)))
}

/// Where the next group begins: behind one or two separators, or behind a bracket pair's bracket.
fn separated(w: &Window<'_>, end: usize) -> Result<Option<usize>, More> {
    let next = w.run(end, 3, |byte| matches!(byte, b' ' | b'-' | b'.' | b'/' | b'(' | b')'))?;
    let between = w.slice(end, next);
    let fits = matches!(between, [_] | [b' ', b'('] | [b')', b' ' | b'-'] | [b' ', b'-'] | [b'-', b' '])
        || between == b" - ";
    Ok((fits && w.at(next)?.is_some_and(|byte| byte.is_ascii_digit())).then_some(next))
}

/// Whether an international number may begin like this: the zones of ITU-T E.164.
const fn is_country(code: u32) -> bool {
    let two = code / 10;
    matches!(code / 100, 1 | 7)
        || matches!(two, 20 | 27 | 30..=34 | 36 | 39 | 40 | 41 | 43..=49 | 51..=58 | 60..=66 | 81 | 82 | 84 | 86)
        || matches!(two, 90..=95 | 98)
        || matches!(code, 210..=269 | 290..=299 | 350..=359 | 370..=389 | 420..=423)
        || matches!(code, 500..=509 | 590..=599 | 670..=692 | 850..=856 | 880 | 886 | 960..=979 | 990..=998)
}

/// `(030) 123 456`, `(415) 555-0132`.
fn in_brackets(w: &Window<'_>, start: usize) -> Found {
    if w.before(start).is_some_and(is_word) {
        return Ok(None);
    }
    if w.at(start + 1)? == Some(b'+') {
        let inner = w.run(start + 2, 5, |byte| byte.is_ascii_digit())?;
        let closed = w.at(inner)? == Some(b')');
        return if closed { international(w, start, start + 2) } else { Ok(None) };
    }
    let area = w.run(start + 1, 7, |byte| byte.is_ascii_digit())?;
    let code = w.slice(start + 1, area);
    if !(2..=6).contains(&code.len()) || w.at(area)? != Some(b')') {
        return Ok(None);
    }
    let at = w.run(area + 1, 1, |byte| matches!(byte, b' ' | b'-'))?;
    let number = Number::read(w, at, 10, b" -./")?;
    let american =
        |stop: &Stop<'_>| code.len() == 3 && code[0] >= b'2' && matches!(stop.groups, [3, 4] | [7]);
    let national = |stop: &Stop<'_>| code[0] == b'0' && (5..=10).contains(&stop.digits.len());
    let said = w.says(start, &CONTEXT);
    let anywhere = |stop: &Stop<'_>| said && (6..=9).contains(&stop.digits.len());
    let stop = number.stops().find(|stop| american(stop) || national(stop) || anywhere(stop));
    Ok(stop.map(|stop| Span::new(start, stop.end)))
}

fn national(w: &Window<'_>, start: usize) -> Found {
    if w.before(start).is_some_and(|byte| matches!(byte, b'+' | b'.' | b'-' | b'/' | b'#' | b'$')) {
        return Ok(None);
    }
    let number = Number::read(w, start, 15, b" -./")?;
    if number.stops().next().is_none() {
        return Ok(None);
    }
    let by_form = |stop: &Stop<'_>| is_american(stop) || is_national(stop);
    let by_words =
        |stop: &Stop<'_>| (7..=13).contains(&stop.digits.len()) && !is_date(stop) && has_form(stop);
    if !number.stops().any(|stop| by_form(&stop) || by_words(&stop)) {
        return Ok(None); // before any words are read
    }
    let said = w.says(start, &CONTEXT);
    let other = follows_number(w, start) || w.says_within(start, 24, &OTHER);
    let found = number.stops().find(|stop| (said && by_words(stop)) || (!other && by_form(stop)));
    Ok(found.map(|stop| Span::new(start, stop.end)))
}

/// Whether a number stands right before this one, which is then one of its groups.
fn follows_number(w: &Window<'_>, start: usize) -> bool {
    w.before(start) == Some(b' ') && w.before(start - 1).is_some_and(|byte| byte.is_ascii_digit())
}

/// `415-555-0132`, `1-415-555-0132`, `415.555.0132`: area and exchange begin with 2 to 9.
fn is_american(stop: &Stop<'_>) -> bool {
    let digits = match (stop.groups, stop.digits) {
        ([3, 3, 4], digits) => digits,
        ([1, 3, 3, 4], [1, digits @ ..]) => digits,
        _ => return false,
    };
    let spaced = stop.separators.contains(&b' ') && stop.separators.contains(&b'.');
    digits.first().is_some_and(|area| *area >= 2)
        && digits.get(3).is_some_and(|office| *office >= 2)
        && !spaced
}

/// `020 7946 0958`, `06 12 34 56 78`, `0171-1234567`: a trunk zero, and groups.
fn is_national(stop: &Stop<'_>) -> bool {
    let zero = stop.digits.first() == Some(&0) && stop.digits.get(1).is_some_and(|digit| *digit != 0);
    let few = (2..=5).contains(&stop.groups.len())
        && stop.groups.first().is_some_and(|first| (2..=5).contains(first));
    let even_groups = stop.groups.iter().skip(1).all(|group| *group >= 2);
    zero && few && even_groups && (9..=12).contains(&stop.digits.len()) && !is_date(stop)
}

fn has_form(stop: &Stop<'_>) -> bool {
    stop.groups.len() <= 6 && stop.groups.iter().all(|group| *group <= 13) && stop.groups.last() != Some(&1)
}

/// Whether it is rather a date: `2026-03-12`, `12/03/2026`.
fn is_date(stop: &Stop<'_>) -> bool {
    match stop.groups {
        [4, 1..=2, 1..=2, ..] => (1900..2100).contains(&stop.value(0, 4)),
        [1..=2, 1..=2, 4, ..] => true,
        _ => false,
    }
}
