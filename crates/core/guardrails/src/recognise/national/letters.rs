//! Identity numbers with letters in them.

use super::super::{Found, Span};
use crate::window::{Window, Word};

/// The number that is `word`.
pub(super) fn at(w: &Window<'_>, word: Word) -> Found {
    let text = w.slice(word.start, word.end);
    let is_one = match text.len() {
        9 => spanish(text) || nino_of(text) || singapore(text),
        10 => indian_pan(text),
        16 => italian(text),
        18 => chinese(text),
        _ => false,
    };
    if is_one {
        return Ok(Some(Span::new(word.start, word.end)));
    }
    match nino(w, word.start)? {
        Some(span) => Ok(Some(span)),
        None => finnish(w, word),
    }
}

/// DNI and NIE, Spain: eight digits (the first of which a letter may stand for) modulo 23.
fn spanish(text: &[u8]) -> bool {
    let Some((letter, number)) = text.split_last() else { return false };
    let mut value = 0_usize;
    for (place, byte) in number.iter().enumerate() {
        let digit = match (place, byte) {
            (_, b'0'..=b'9') => byte - b'0',
            (0, b'X'..=b'Z') => byte - b'X',
            _ => return false,
        };
        value = value * 10 + usize::from(digit);
    }
    b"TRWAGMYFPDXBNJZSQVHLCKE".get(value % 23) == Some(letter)
}

/// National insurance number, United Kingdom, also in groups: `AB 12 34 56 C`. No checksum, but
/// few prefixes and suffixes (HMRC manual NIM39110).
pub(super) fn nino(w: &Window<'_>, start: usize) -> Found {
    let (mut number, mut at) = ([0; 9], start);
    for (place, slot) in number.iter_mut().enumerate() {
        if place % 2 == 0 && place > 0 && w.at(at)? == Some(b' ') {
            at += 1;
        }
        match w.at(at)? {
            Some(byte) if byte.is_ascii_uppercase() || byte.is_ascii_digit() => *slot = byte,
            _ => return Ok(None),
        }
        at += 1;
    }
    Ok((nino_of(&number) && w.ends(at)?).then(|| Span::new(start, at)))
}

fn nino_of(text: &[u8]) -> bool {
    let [a, b, digits @ .., last] = text else { return false };
    let prefix = [*a, *b];
    let barred = b"DFIQUV";
    a.is_ascii_uppercase()
        && b.is_ascii_uppercase()
        && !barred.contains(a)
        && !barred.contains(b)
        && *b != b'O'
        && ![b"BG", b"GB", b"NK", b"KN", b"TN", b"NT", b"ZZ"].contains(&&prefix)
        && digits.len() == 6
        && digits.iter().all(u8::is_ascii_digit)
        && (b'A'..=b'D').contains(last)
}

/// NRIC and FIN, Singapore.
fn singapore(text: &[u8]) -> bool {
    let [first, digits @ .., last] = text else { return false };
    if !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: usize = digits
        .iter()
        .zip([2, 7, 6, 5, 4, 3, 2])
        .map(|(digit, weight)| usize::from(digit - b'0') * weight)
        .sum();
    let (offset, letters): (usize, &[u8; 11]) = match first {
        b'S' => (0, b"JZIHGFEDCBA"),
        b'T' => (4, b"JZIHGFEDCBA"),
        b'F' => (0, b"XWUTRQPNMLK"),
        b'G' => (4, b"XWUTRQPNMLK"),
        _ => return false,
    };
    letters.get((sum + offset) % 11) == Some(last)
}

/// Permanent account number, India: five letters, the fourth of which is a kind of holder, four
/// digits, a letter.
fn indian_pan(text: &[u8]) -> bool {
    text[..5].iter().all(u8::is_ascii_uppercase)
        && b"ABCFGHJLPT".contains(&text[3])
        && text[5..9].iter().all(u8::is_ascii_digit)
        && text[9].is_ascii_uppercase()
}

/// Codice fiscale, Italy: DM 23/12/1976. Characters at odd places count by a table of their own.
fn italian(text: &[u8]) -> bool {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let shape = text[..6].iter().all(u8::is_ascii_uppercase)
        && text[6..8].iter().all(u8::is_ascii_digit)
        && b"ABCDEHLMPRST".contains(&text[8])
        && text[11].is_ascii_uppercase();
    let sum: u32 = text[..15]
        .iter()
        .enumerate()
        .map(|(place, byte)| {
            let value = if byte.is_ascii_digit() { byte - b'0' } else { byte.wrapping_sub(b'A') };
            match place % 2 {
                0 => ODD.get(usize::from(value)).copied().unwrap_or(0),
                _ => u32::from(value),
            }
        })
        .sum();
    shape && sum % 26 == u32::from(text[15].wrapping_sub(b'A'))
}

/// Resident identity number, China: GB 11643-1999, ISO 7064 MOD 11-2.
fn chinese(text: &[u8]) -> bool {
    let (Some(last), true) = (text.last(), text[..17].iter().all(u8::is_ascii_digit)) else { return false };
    let sum = text[..17].iter().fold(0_u32, |sum, digit| (sum + u32::from(digit - b'0')) * 2 % 11);
    let check = if *last == b'X' { 10 } else { u32::from(last.wrapping_sub(b'0')) };
    (sum + check) % 11 == 1
}

/// Personal identity code, Finland: `131052-308T`, the number modulo 31.
fn finnish(w: &Window<'_>, word: Word) -> Found {
    const LETTERS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    if word.len() != 11 || !matches!(w.at(word.start + 6)?, Some(b'A'..=b'F')) {
        return Ok(None);
    }
    let text = w.slice(word.start, word.end);
    let value = text[..6].iter().chain(&text[7..10]).try_fold(0_usize, |value, byte| {
        byte.is_ascii_digit().then(|| value * 10 + usize::from(byte - b'0'))
    });
    let fits = value.is_some_and(|value| LETTERS.get(value % 31) == text.last());
    Ok(fits.then(|| Span::new(word.start, word.end)))
}
