//! Identity numbers made of digits.

use super::super::checksum::{luhn, mod_11_10, verhoeff, weighted};
use super::super::number::{Number, Stop};
use super::super::{Found, Span};
use super::announced;
use crate::window::Window;

/// The number that begins at `start`.
pub(super) fn at(w: &Window<'_>, start: usize) -> Found {
    if w.before(start).is_some_and(|byte| matches!(byte, b'.' | b'+' | b'#' | b'$')) {
        return Ok(None);
    }
    let number = Number::read(w, start, 18, b" -./")?;
    let found = number.stops().find(|stop| has_form(stop) || (is_valid(stop) && announced(w, start)));
    if let Some(stop) = found {
        return Ok(Some(Span::new(start, stop.end)));
    }
    finnish(w, start)
}

/// Numbers whose form tells.
fn has_form(stop: &Stop<'_>) -> bool {
    let (digits, separators) = (stop.digits, stop.separators);
    match stop.groups {
        [3, 3, 3, 2] if separators == b"..-" => brazilian(digits),
        [2, 2, 2, 3, 2] if separators == b"..-." => belgian(digits),
        [1, 2, 2, 2, 3, 3, 2] => french(digits),
        [3, 3, 4] if separators == b"  " => digits[0] >= 4 && nhs(digits),
        [4, 4, 4] if separators == b"  " => digits[0] >= 2 && verhoeff(digits),
        [6, 4] if separators == b"-" => swedish(digits),
        [15] => french(digits),
        [18] => chinese(digits),
        _ => false,
    }
}

/// Numbers that need announcing.
fn is_valid(stop: &Stop<'_>) -> bool {
    let digits = stop.digits;
    match digits.len() {
        8 | 9 => luhn(digits) || dutch(digits) || australian_tfn(digits),
        10 => nhs(digits) || swedish(digits) || danish(digits),
        11 => {
            polish(digits)
                || mod_11_10(digits)
                || belgian(digits)
                || norwegian(digits)
                || turkish(digits)
                || brazilian(digits)
        }
        12 => verhoeff(digits) || swedish(&digits[2..]),
        13 => luhn(digits) || french(digits),
        15 => french(digits),
        18 => chinese(digits),
        _ => false,
    }
}

/// NHS number, England: modulus 11.
fn nhs(digits: &[u8]) -> bool {
    digits.len() == 10 && {
        let sum = weighted(&digits[..9], &[10, 9, 8, 7, 6, 5, 4, 3, 2]);
        (11 - sum % 11) % 11 == u32::from(digits[9])
    }
}

/// BSN, the Netherlands: the eleven test with a negative last weight.
fn dutch(digits: &[u8]) -> bool {
    let (Some((last, rest)), 9) = (digits.split_last(), digits.len()) else { return false };
    let sum = weighted(rest, &[9, 8, 7, 6, 5, 4, 3, 2]);
    sum > 0 && sum % 11 == u32::from(*last) % 11
}

/// TFN, Australia.
fn australian_tfn(digits: &[u8]) -> bool {
    digits.len() == 9 && weighted(digits, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11)
}

/// PESEL, Poland; the century is in the month.
fn polish(digits: &[u8]) -> bool {
    let (month, day) = (digits[2] * 10 + digits[3], digits[4] * 10 + digits[5]);
    let sum = weighted(&digits[..10], &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]);
    (1..=12).contains(&(month % 20))
        && (1..=31).contains(&day)
        && (10 - sum % 10) % 10 == u32::from(digits[10])
}

/// Rijksregisternummer, Belgium: 97 minus the rest; a 2 in front for those born since 2000.
fn belgian(digits: &[u8]) -> bool {
    let value = |from: u64| digits[..9].iter().fold(from, |value, digit| value * 10 + u64::from(*digit));
    let check = u64::from(digits[9]) * 10 + u64::from(digits[10]);
    let month = digits[2] * 10 + digits[3];
    month <= 12 && [0, 2].iter().any(|century| 97 - value(*century) % 97 == check)
}

/// Fødselsnummer, Norway: two check digits modulo 11.
fn norwegian(digits: &[u8]) -> bool {
    weighted(digits, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1, 0]).is_multiple_of(11)
        && weighted(digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// T.C. kimlik numarası, Türkiye.
fn turkish(digits: &[u8]) -> bool {
    let odd = weighted(digits, &[1, 0, 1, 0, 1, 0, 1, 0, 1]);
    let even = weighted(digits, &[0, 1, 0, 1, 0, 1, 0, 1]);
    let ten = weighted(&digits[..10], &[1; 10]);
    digits[0] != 0 && (odd * 7 + 100 - even) % 10 == u32::from(digits[9]) && ten % 10 == u32::from(digits[10])
}

/// CPF, Brazil: two check digits modulo 11.
fn brazilian(digits: &[u8]) -> bool {
    let check = |count: u32| {
        let sum: u32 =
            digits.iter().zip((2..=count + 1).rev()).map(|(digit, weight)| u32::from(*digit) * weight).sum();
        sum * 10 % 11 % 10
    };
    let same = digits.windows(2).all(|pair| pair[0] == pair[1]);
    !same && check(9) == u32::from(digits[9]) && check(10) == u32::from(digits[10])
}

/// NIR, France: 97 minus the rest of thirteen digits; without its key it must only look right.
fn french(digits: &[u8]) -> bool {
    let value = |digits: &[u8]| digits.iter().fold(0_u64, |value, digit| value * 10 + u64::from(*digit));
    let (sex, month) = (digits[0], digits[3] * 10 + digits[4]);
    let shape = (1..=2).contains(&sex) && ((1..=12).contains(&month) || (20..=42).contains(&month));
    match digits.len() {
        15 => shape && 97 - value(&digits[..13]) % 97 == value(&digits[13..]),
        _ => false,
    }
}

/// Personnummer, Sweden: Luhn over a date and four digits; day plus 60 for coordination numbers.
fn swedish(digits: &[u8]) -> bool {
    digits.len() == 10 && {
        let (month, day) = (digits[2] * 10 + digits[3], digits[4] * 10 + digits[5]);
        (1..=12).contains(&month) && ((1..=31).contains(&day) || (61..=91).contains(&day)) && luhn(digits)
    }
}

/// CPR, Denmark: a date first. Its checksum was given up in 2007.
fn danish(digits: &[u8]) -> bool {
    let (day, month) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3]);
    (1..=31).contains(&day) && (1..=12).contains(&month)
}

/// Resident identity number, China, whose check digit is not an X.
fn chinese(digits: &[u8]) -> bool {
    let sum = digits[..17].iter().fold(0_u32, |sum, digit| (sum + u32::from(*digit)) * 2 % 11);
    let month = digits[10] * 10 + digits[11];
    (1..=12).contains(&month) && matches!(digits[6], 1 | 2) && (sum + u32::from(digits[17])) % 11 == 1
}

/// Personal identity code, Finland, with its hyphen: `131052-308T`.
fn finnish(w: &Window<'_>, start: usize) -> Found {
    const LETTERS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let (date, mark) = (w.run(start, 7, |byte| byte.is_ascii_digit())?, start + 6);
    if date != mark || w.at(mark)? != Some(b'-') {
        return Ok(None);
    }
    let serial = w.run(mark + 1, 4, |byte| byte.is_ascii_digit())?;
    let Some(letter) = w.at(mark + 4)? else { return Ok(None) };
    if serial < mark + 4 || !w.ends(mark + 5)? {
        return Ok(None);
    }
    let digits = w.slice(start, mark).iter().chain(w.slice(mark + 1, mark + 4));
    let value = digits.fold(0_usize, |value, byte| value * 10 + usize::from(byte.saturating_sub(b'0')));
    Ok((LETTERS.get(value % 31) == Some(&letter)).then(|| Span::new(start, mark + 5)))
}
