//! Bank account numbers: ISO 13616 with its country lengths and the ISO 7064 MOD 97-10 check.

use super::{Found, Span};
use crate::window::Window;

/// Length by country, from the SWIFT IBAN registry.
const LENGTHS: &[(&[u8; 2], usize)] = &[
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BI", 27),
    (b"BR", 29),
    (b"BY", 28),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DJ", 27),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FK", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MN", 20),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"NI", 28),
    (b"NL", 18),
    (b"NO", 15),
    (b"OM", 23),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"RU", 33),
    (b"SA", 24),
    (b"SC", 31),
    (b"SD", 18),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"SO", 23),
    (b"ST", 25),
    (b"SV", 28),
    (b"TL", 23),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
    (b"XK", 20),
    (b"YE", 30),
];

/// The account number that begins at `start`.
pub(crate) fn at(w: &Window<'_>, start: usize) -> Found {
    let Some(country) = country(w, start)? else { return Ok(None) };
    let Some((_, length)) = LENGTHS.iter().find(|(code, _)| **code == country) else { return Ok(None) };
    let (mut at, mut count, mut rest) = (start, 0, Remainder::default());
    while count < *length {
        match w.at(at)? {
            Some(byte) if byte.is_ascii_alphanumeric() => {
                rest.take(count, byte.to_ascii_uppercase());
                count += 1;
            }
            Some(b' ' | b'-')
                if count >= 2 && w.before(at).is_some_and(|byte| byte.is_ascii_alphanumeric()) => {}
            _ => return Ok(None),
        }
        at += 1;
    }
    Ok((w.ends(at)? && rest.is_valid()).then(|| Span::new(start, at)))
}

/// The country code, where two check digits follow it; in capitals or in small letters throughout.
fn country(w: &Window<'_>, start: usize) -> Result<Option<[u8; 2]>, crate::window::More> {
    let mut code = [0; 2];
    for (offset, letter) in code.iter_mut().enumerate() {
        match w.at(start + offset)? {
            Some(byte) if byte.is_ascii_alphabetic() => *letter = byte.to_ascii_uppercase(),
            _ => return Ok(None),
        }
    }
    let digits = if w.at(start + 2)? == Some(b' ') { start + 3 } else { start + 2 };
    for offset in 0..2 {
        if !w.at(digits + offset)?.is_some_and(|byte| byte.is_ascii_digit()) {
            return Ok(None);
        }
    }
    Ok(Some(code))
}

/// The number modulo 97, its first four characters last.
#[derive(Default)]
struct Remainder {
    head: [u8; 4],
    rest: u32,
}

impl Remainder {
    fn take(&mut self, place: usize, byte: u8) {
        match self.head.get_mut(place) {
            Some(head) => *head = byte,
            None => self.rest = step(self.rest, byte),
        }
    }

    fn is_valid(&self) -> bool {
        self.head.iter().fold(self.rest, |rest, byte| step(rest, *byte)) == 1
    }
}

fn step(rest: u32, byte: u8) -> u32 {
    match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    }
}
