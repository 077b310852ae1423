//! Credentials in a URL, RFC 3986 section 3.2.1: `scheme://user:password@host`. The password is
//! the secret; the rest stays, so that the text still makes sense.

use super::super::{Found, Span};
use crate::window::{Window, Word};

/// The password behind the user name `word`.
pub(crate) fn at(w: &Window<'_>, word: Word) -> Found {
    if w.before(word.start) != Some(b'/') || w.before(word.start - 1) != Some(b'/') {
        return Ok(None);
    }
    let user = w.run(word.start, 64, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'%' | b'+')
    })?;
    if w.at(user)? != Some(b':') {
        return Ok(None);
    }
    let password = user + 1;
    let end = w.run(password, 128, |byte| {
        byte.is_ascii_graphic() && !matches!(byte, b'@' | b'/' | b'"' | b'\'' | b'<' | b'>')
    })?;
    let text = w.slice(password, end);
    let placeholder = matches!(text.first(), Some(b'$' | b'{' | b'*' | b'['));
    let port = text.iter().all(u8::is_ascii_digit) && text.len() <= 5;
    let real = text.len() >= 3 && !placeholder && !port && w.at(end)? == Some(b'@');
    Ok(real.then(|| Span::new(password, end)))
}
