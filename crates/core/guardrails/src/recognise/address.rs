//! Postal addresses: a house number and a street whose name says that it is one, in the orders
//! used in English, German, Dutch, French, Spanish, Italian and Portuguese. A town with its
//! postcode behind it belongs to it.

use super::{Found, Span};
use crate::window::{More, Window, Word, class, class_of};

/// What English streets end in.
const ENGLISH: [&str; 34] = [
    "street",
    "st",
    "avenue",
    "ave",
    "road",
    "rd",
    "boulevard",
    "blvd",
    "lane",
    "ln",
    "drive",
    "dr",
    "court",
    "ct",
    "place",
    "pl",
    "square",
    "sq",
    "terrace",
    "ter",
    "parkway",
    "pkwy",
    "highway",
    "hwy",
    "way",
    "close",
    "crescent",
    "circle",
    "cir",
    "row",
    "gardens",
    "grove",
    "mews",
    "trail",
];
/// What German and Dutch streets end in, as part of the word.
const GERMANIC: [&str; 15] = [
    "straße", "strasse", "str", "weg", "platz", "allee", "gasse", "ring", "damm", "ufer", "straat", "laan",
    "plein", "gracht", "kade",
];
/// What Romance streets begin with.
const ROMANCE: [&str; 17] = [
    "rue",
    "avenue",
    "boulevard",
    "bd",
    "place",
    "chemin",
    "impasse",
    "quai",
    "allée",
    "calle",
    "avenida",
    "paseo",
    "plaza",
    "via",
    "viale",
    "piazza",
    "rua",
];
const JOINING: [&str; 12] = ["de", "la", "du", "des", "le", "les", "del", "della", "di", "do", "da", "dos"];

/// The address that begins with `word`.
pub(crate) fn at(w: &Window<'_>, word: Word) -> Found {
    let end = if word.has(class::DIGIT) {
        match english(w, word)? {
            Some(end) => Some(end),
            None => french(w, word)?,
        }
    } else if !w.at(word.start)?.is_some_and(|byte| byte.is_ascii_uppercase() || byte >= 0x80) {
        None
    } else {
        match germanic(w, word.start)? {
            Some(end) => Some(end),
            None => romance(w, word.start)?,
        }
    };
    match end {
        Some(end) => Ok(Some(Span::new(word.start, town(w, end)?))),
        None => Ok(None),
    }
}

/// `221B Baker Street`, `1600 Amphitheatre Pkwy`, `12 N 5th Ave, Apt 4`.
fn english(w: &Window<'_>, number: Word) -> Result<Option<usize>, More> {
    let counted = w
        .before(number.start)
        .is_some_and(|byte| matches!(byte, b'.' | b',' | b'/' | b':' | b'-' | b'#' | b'$' | b'+' | b'='));
    if counted
        || number.len() > 6
        || number.next != Some(b' ')
        || !is_house_number(w.slice(number.start, number.end))
    {
        return Ok(None);
    }
    let (mut at, mut end) = (number.end + 1, None);
    for place in 0..5 {
        let stop = letters(w, at)?;
        let text = w.slice(at, stop);
        let Some(first) = text.first() else { break };
        let dot = w.run(stop, 1, |byte| byte == b'.')?;
        if place > 0 && is_one_of(text, &ENGLISH) {
            end = Some(if dot > stop && text.len() <= 4 { dot } else { stop });
        } else if !first.is_ascii_uppercase() && !first.is_ascii_digit() && class_of(*first) != class::WIDE {
            break;
        }
        if w.at(dot)? != Some(b' ') {
            break;
        }
        at = dot + 1;
    }
    end.map(|end| unit(w, end)).transpose()
}

/// `, Apt 4B` behind a street.
fn unit(w: &Window<'_>, end: usize) -> Result<usize, More> {
    let at = w.run(end, 2, |byte| byte == b',' || byte == b' ')?;
    let word = letters(w, at)?;
    let known = ["apt", "apartment", "suite", "ste", "unit", "flat", "floor"];
    if at == end || !is_one_of(w.slice(at, word), &known) {
        return Ok(end);
    }
    let number = w.run(word, 2, |byte| matches!(byte, b' ' | b'.' | b'#'))?;
    let over = w.run(number, 6, |byte| byte.is_ascii_alphanumeric())?;
    let filled = w.slice(number, over).iter().any(u8::is_ascii_digit) || over - number == 1;
    Ok(if filled { over } else { end })
}

/// `12 rue de la Paix`, `5 bis, avenue Foch`.
fn french(w: &Window<'_>, number: Word) -> Result<Option<usize>, More> {
    if number.len() > 4 || !is_house_number(w.slice(number.start, number.end)) {
        return Ok(None);
    }
    let mut at = w.run(number.end, 2, |byte| byte == b',' || byte == b' ')?;
    for word in [&b"bis"[..], b"ter"] {
        if w.starts_with(at, word)? {
            at = w.run(at + word.len(), 2, |byte| byte == b',' || byte == b' ')?;
        }
    }
    if at == number.end {
        return Ok(None);
    }
    named(w, at)
}

/// `Calle Mayor 12`, `Via Roma, 5`.
fn romance(w: &Window<'_>, start: usize) -> Result<Option<usize>, More> {
    let Some(end) = named(w, start)? else { return Ok(None) };
    house_number(w, end)
}

/// A street type and the name behind it.
fn named(w: &Window<'_>, start: usize) -> Result<Option<usize>, More> {
    let begins = |byte: u8| matches!(byte | 0x20, b'r' | b'a' | b'b' | b'p' | b'c' | b'i' | b'q' | b'v');
    if !w.at(start)?.is_some_and(begins) {
        return Ok(None);
    }
    let first = letters(w, start)?;
    if !is_one_of(w.slice(start, first), &ROMANCE) || w.at(first)? != Some(b' ') {
        return Ok(None);
    }
    let (mut at, mut end) = (first + 1, None);
    for _ in 0..5 {
        let stop = letters(w, at)?;
        let text = w.slice(at, stop);
        let capital =
            text.first().is_some_and(|byte| byte.is_ascii_uppercase() || class_of(*byte) == class::WIDE);
        if capital && text.len() > 1 {
            end = Some(stop);
        } else if !is_one_of(text, &JOINING) && text != b"l" && text != b"d" {
            break;
        }
        if !matches!(w.at(stop)?, Some(b' ' | b'\'' | b'-')) {
            break;
        }
        at = stop + 1;
    }
    Ok(end)
}

/// `Hauptstraße 12a`, `Unter den Linden` is not one, `Berliner Str. 5`.
fn germanic(w: &Window<'_>, start: usize) -> Result<Option<usize>, More> {
    let end = letters(w, start)?;
    let text = w.slice(start, end);
    if text.len() < 4 || !text.first().is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0x80) {
        return Ok(None);
    }
    match (w.at(end)?, w.at(end + 1)?) {
        (Some(b' ' | b',' | b'.'), Some(b' ' | b'0'..=b'9')) => {
            let Some(end) = street_word(w, text, end)? else { return Ok(None) };
            return house_number(w, end);
        }
        (Some(b' ' | b'-'), Some(b'A'..=b'Z')) => {}
        _ => return Ok(None),
    }
    let second = letters(w, end + 1)?;
    let text = w.slice(end + 1, second);
    let capital = text.first().is_some_and(u8::is_ascii_uppercase);
    match street_word(w, text, second)? {
        Some(end) if capital => house_number(w, end),
        _ => Ok(None),
    }
}

fn street_word(w: &Window<'_>, text: &[u8], end: usize) -> Result<Option<usize>, More> {
    let end_is = |ending: &str| {
        let cut = text.len().checked_sub(ending.len());
        cut.and_then(|cut| text.get(cut..)).is_some_and(|found| found.eq_ignore_ascii_case(ending.as_bytes()))
    };
    let is_one = text.len() >= 3 && GERMANIC.iter().any(|ending| end_is(ending));
    if is_one && end_is("str") {
        w.run(end, 1, |byte| byte == b'.').map(Some)
    } else {
        Ok(is_one.then_some(end))
    }
}

/// Where a house number behind a street ends.
fn house_number(w: &Window<'_>, end: usize) -> Result<Option<usize>, More> {
    let at = w.run(end, 2, |byte| byte == b',' || byte == b' ')?;
    let digits = w.run(at, 5, |byte| byte.is_ascii_digit())?;
    if at == end || digits == at || digits - at > 4 {
        return Ok(None);
    }
    let letter = w.run(digits, 1, |byte| byte.is_ascii_lowercase() || matches!(byte, b'A'..=b'D'))?;
    if w.ends(letter)? { Ok(Some(letter)) } else { Ok(None) }
}

/// A town with its postcode behind a street: `, 10115 Berlin`, `, Springfield, IL 62704`.
fn town(w: &Window<'_>, end: usize) -> Result<usize, More> {
    let at = w.run(end, 2, |byte| matches!(byte, b',' | b' ' | b'\n'))?;
    if at - end < 2 || w.before(end + 1) != Some(b',') {
        return Ok(end);
    }
    let code = w.run(at, 6, |byte| byte.is_ascii_digit())?;
    if (4..=5).contains(&(code - at)) && w.at(code)? == Some(b' ') {
        let name = letters(w, code + 1)?;
        let capital =
            w.slice(code + 1, name).first().is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0x80);
        return Ok(if capital { name } else { code });
    }
    american(w, at, end)
}

/// `Springfield, IL 62704`.
fn american(w: &Window<'_>, start: usize, end: usize) -> Result<usize, More> {
    let mut at = start;
    for _ in 0..3 {
        let word = letters(w, at)?;
        if !w.slice(at, word).first().is_some_and(u8::is_ascii_uppercase) {
            return Ok(end);
        }
        match w.at(word)? {
            Some(b' ') => at = word + 1,
            Some(b',') => {
                let state = w.run(word, 2, |byte| byte == b',' || byte == b' ')?;
                let over = w.run(state, 3, |byte| byte.is_ascii_uppercase())?;
                let zip = w.run(over, 1, |byte| byte == b' ')?;
                let digits = w.run(zip, 6, |byte| byte.is_ascii_digit())?;
                return Ok(if over - state == 2 && digits - zip == 5 { digits } else { end });
            }
            _ => return Ok(end),
        }
    }
    Ok(end)
}

fn is_house_number(text: &[u8]) -> bool {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (1..=5).contains(&digits) && text.len() - digits <= 1
}

fn letters(w: &Window<'_>, start: usize) -> Result<usize, More> {
    let mut end = w.run(start, 24, |byte| byte.is_ascii_alphanumeric() || byte >= 0x80)?;
    while end > start && w.before(end).is_some_and(|byte| byte >= 0x80) && is_continuation(w.at(end)?) {
        end -= 1; // a word that is cut is cut between two characters
    }
    Ok(end)
}

fn is_continuation(byte: Option<u8>) -> bool {
    byte.is_some_and(|byte| byte & 0xc0 == 0x80)
}

fn is_one_of(text: &[u8], words: &[&str]) -> bool {
    words.iter().any(|word| word.as_bytes().eq_ignore_ascii_case(text))
}
