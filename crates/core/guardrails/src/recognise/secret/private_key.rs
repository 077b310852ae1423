//! Private keys in their textual form, RFC 7468 and its ancestors (OpenSSH, PGP, PuTTY).
//!
//! A key is longer than what may be held back, so it is recognised by its first line and what
//! follows is left out up to its last.

use super::super::{Found, Span, Tail};
use crate::window::{More, Window};

/// The key whose first line begins at `start`.
pub(crate) fn at(w: &Window<'_>, start: usize) -> Found {
    if !w.starts_with(start, b"-----BEGIN ")? {
        return Ok(None);
    }
    let label = w.run(start + 11, 48, |byte| byte.is_ascii_uppercase() || byte == b' ')?;
    let name = w.slice(start + 11, label);
    let private = name.ends_with(b"PRIVATE KEY") || name.ends_with(b"PRIVATE KEY BLOCK");
    if !private || !w.starts_with(label, b"-----")? {
        return Ok(None);
    }
    let body = newline(w, label + 5)?;
    let filled = w.run(body, 12, is_body)? - body == 12;
    Ok((body > label + 5 && filled).then_some(Span { start, end: body, tail: Tail::Key }))
}

/// A line end, also one that is written as an escape.
fn newline(w: &Window<'_>, start: usize) -> Result<usize, More> {
    w.run(start, 4, |byte| matches!(byte, b'\n' | b'\r' | b' ' | b'\\' | b'n' | b'r'))
}

const fn is_body(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b':')
}

/// How the inside of a key goes on at `start`.
pub(crate) enum Inside {
    /// With a byte of it.
    Goes,
    /// With its last line, which ends here.
    EndsAt(usize),
    /// Not at all.
    Over,
}

/// Reads on inside a key.
pub(crate) fn inside(w: &Window<'_>, start: usize) -> Result<Inside, More> {
    let Some(byte) = w.at(start)? else { return Ok(Inside::Over) };
    if byte == b'-' && w.starts_with(start, b"-----END ")? {
        let label = w.run(start + 9, 48, |byte| byte.is_ascii_uppercase() || byte == b' ')?;
        return Ok(if w.starts_with(label, b"-----")? { Inside::EndsAt(label + 5) } else { Inside::Over });
    }
    let goes = is_body(byte) || matches!(byte, b'\n' | b'\r' | b' ' | b'\t' | b'\\' | b',' | b'.');
    Ok(if goes { Inside::Goes } else { Inside::Over })
}
