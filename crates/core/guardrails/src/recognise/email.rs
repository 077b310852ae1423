//! Mail addresses: `local@domain.tld` as RFC 5322's dot-atom, without quoted forms.

use super::{Found, Span};
use crate::window::{More, Window, Word};

const LONGEST_LOCAL: usize = 64;
const LONGEST_DOMAIN: usize = 253;

/// Whether a word may begin an address, by the byte behind it.
pub(crate) const fn may_begin(word: Word) -> bool {
    matches!(word.next, None | Some(b'@' | b'.' | b'+' | b'-' | b'%' | b'\''))
}

/// The address that begins at `start`.
pub(crate) fn at(w: &Window<'_>, start: usize) -> Found {
    let local = w.run(start, LONGEST_LOCAL + 1, is_local)?;
    if local - start > LONGEST_LOCAL || w.at(local)? != Some(b'@') || w.before(local) == Some(b'.') {
        return Ok(None);
    }
    if w.slice(start, local).windows(2).any(|pair| pair == b"..") {
        return Ok(None);
    }
    Ok(domain(w, local + 1)?.map(|end| Span::new(start, end)))
}

/// Whether something in the run at `start` is URL-encoded.
pub(crate) fn is_escaped(w: &Window<'_>, start: usize) -> Result<bool, More> {
    let end = w.run(start, LONGEST_LOCAL, is_local)?;
    Ok(w.slice(start, end).contains(&b'%'))
}

/// Where the domain that begins at `start` ends: two labels or more, the last one of letters.
fn domain(w: &Window<'_>, start: usize) -> Result<Option<usize>, More> {
    let (mut at, mut end, mut labels) = (start, None, 0);
    while at - start < LONGEST_DOMAIN {
        let label = w.run(at, 64, |byte| byte.is_ascii_alphanumeric() || byte == b'-')?;
        let text = w.slice(at, label);
        if text.is_empty() || text.len() > 63 || text[0] == b'-' || text[text.len() - 1] == b'-' {
            break;
        }
        labels += 1;
        let top = text.len() >= 2 && (text.iter().all(u8::is_ascii_alphabetic) || text.starts_with(b"xn--"));
        if labels > 1 && top {
            end = Some(label);
        }
        if w.at(label)? != Some(b'.') {
            break;
        }
        at = label + 1;
    }
    Ok(end)
}

const fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'+' | b'-' | b'%' | b'\'')
}
