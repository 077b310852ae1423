//! JSON web tokens, RFC 7519: three parts of base64url, the first of which is a JSON object.

use super::super::{Found, Span, Tail};
use crate::window::{AHEAD, Window};

/// The token that begins at `start`.
pub(crate) fn at(w: &Window<'_>, start: usize) -> Found {
    if !w.starts_with(start, b"eyJ")? {
        return Ok(None);
    }
    let most = AHEAD - 60;
    let header = w.run(start, most, is_part)?;
    if header - start < 16 || w.at(header)? != Some(b'.') || !w.starts_with(header + 1, b"eyJ")? {
        return Ok(None);
    }
    let end = w.run(start, most, |byte| is_part(byte) || byte == b'.')?;
    let long = end - start == most;
    let end = if long || w.before(end) != Some(b'.') { end } else { end - 1 };
    if end - header < 12 {
        return Ok(None);
    }
    let tail = if long { Tail::Token } else { Tail::None };
    Ok(Some(Span { start, end, tail }))
}

const fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' || byte == b'='
}
