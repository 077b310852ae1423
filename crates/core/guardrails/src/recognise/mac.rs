//! Hardware addresses: six bytes in hexadecimal, IEEE 802, with colons or hyphens, or in three
//! groups with dots.

use super::{Found, Span};
use crate::window::Window;

/// The address that begins at `start`.
pub(crate) fn at(w: &Window<'_>, start: usize) -> Found {
    let group = w.run(start, 5, |byte| byte.is_ascii_hexdigit())? - start;
    let (groups, separators): (usize, &[u8]) = match group {
        2 => (6, b":-"),
        4 => (3, b"."),
        _ => return Ok(None),
    };
    let Some(separator) = w.at(start + group)?.filter(|byte| separators.contains(byte)) else {
        return Ok(None);
    };
    let mut at = start;
    for number in 0..groups {
        let end = w.run(at, group + 1, |byte| byte.is_ascii_hexdigit())?;
        if end - at != group || (number + 1 < groups && w.at(end)? != Some(separator)) {
            return Ok(None);
        }
        at = if number + 1 < groups { end + 1 } else { end };
    }
    let text = w.slice(start, at);
    let over = w.ends(at)? && w.at(at)? != Some(separator) && w.before(start) != Some(separator);
    let letters = text.iter().any(u8::is_ascii_alphabetic);
    let said = w.says(start, &["mac", "hardware", "ethernet", "wifi", "bssid", "interface"]);
    let one_of_none = text.iter().all(|byte| matches!(byte, b'0' | b':' | b'-' | b'.'));
    Ok((over && !one_of_none && (letters || said || separator == b':')).then(|| Span::new(start, at)))
}
