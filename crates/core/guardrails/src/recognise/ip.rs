//! Network addresses: IPv4 in dotted form, IPv6 in the forms of RFC 4291 section 2.2.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Found, Span};
use crate::window::{More, Window, is_word};

/// Words before four dotted numbers that make them a version.
const VERSION: [&str; 6] = ["version", "v", "release", "firmware", "build", "ver"];

/// The IPv4 address that begins at `start`. Addresses that name no machine of anyone's (this one,
/// any, everyone) are not reported.
pub(crate) fn v4(w: &Window<'_>, start: usize) -> Found {
    if w.before(start) == Some(b'.') {
        return Ok(None);
    }
    let mut at = start;
    for part in 0..4 {
        let end = w.run(at, 4, |byte| byte.is_ascii_digit())?;
        let digits = w.slice(at, end);
        let value = digits.iter().fold(0_u32, |value, digit| value * 10 + u32::from(digit - b'0'));
        if digits.is_empty() || digits.len() > 3 || value > 255 || (digits.len() > 1 && digits[0] == b'0') {
            return Ok(None);
        }
        if part == 3 {
            return Ok((is_over(w, end)? && is_of_interest(w, start, end)).then(|| Span::new(start, end)));
        }
        if w.at(end)? != Some(b'.') {
            return Ok(None);
        }
        at = end + 1;
    }
    Ok(None)
}

/// Whether neither a word nor a fifth number follows.
fn is_over(w: &Window<'_>, end: usize) -> Result<bool, More> {
    match w.at(end)? {
        Some(b'.') => Ok(!w.at(end + 1)?.is_some_and(|byte| byte.is_ascii_digit())),
        Some(b'-') => Ok(!w.at(end + 1)?.is_some_and(|byte| byte.is_ascii_alphabetic())),
        next => Ok(!next.is_some_and(is_word)),
    }
}

fn is_of_interest(w: &Window<'_>, start: usize, end: usize) -> bool {
    let text = std::str::from_utf8(w.slice(start, end)).unwrap_or_default();
    let Ok(address) = text.parse::<Ipv4Addr>() else { return false };
    let own = address.is_unspecified() || address.is_broadcast() || address == Ipv4Addr::LOCALHOST;
    !own && !w.says_within(start, 10, &VERSION)
}

/// The IPv6 address that begins at `start`.
pub(crate) fn v6(w: &Window<'_>, start: usize) -> Found {
    if w.before(start).is_some_and(|byte| byte == b':' || byte == b'.') {
        return Ok(None);
    }
    let group = w.run(start, 5, |byte| byte.is_ascii_hexdigit())?;
    if group - start > 4 || w.at(group)? != Some(b':') {
        return Ok(None); // cheap, and nearly always
    }
    let mut end = w.run(start, 46, |byte| byte.is_ascii_hexdigit() || byte == b':' || byte == b'.')?;
    while end > start && matches!(w.before(end), Some(b'.')) || ends_in_one_colon(w, start, end) {
        end -= 1;
    }
    if end - start > 45 || !w.ends(end)? {
        return Ok(None);
    }
    let text = std::str::from_utf8(w.slice(start, end)).unwrap_or_default();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let Ok(address) = text.parse::<Ipv6Addr>() else { return Ok(None) };
    let own = address.is_unspecified() || address.is_loopback();
    Ok((!own && text.len() >= 4 && digits > 0).then(|| Span::new(start, end)))
}

fn ends_in_one_colon(w: &Window<'_>, start: usize, end: usize) -> bool {
    let text = w.slice(start, end);
    text.ends_with(b":") && !text.ends_with(b"::")
}
