//! Where something may begin, and what is passed over at a glance.
//!
//! Whatever is passed over here no recogniser ever sees, so each of these says yes only on bytes
//! that are there: where the text ends too early to tell, the place counts as a beginning.

use crate::window::{More, Window, Word, class, class_of, is_word};

/// Whether `word`, which begins with a digit, is long enough for a number of interest or goes on
/// as one.
pub(crate) fn is_number(w: &Window<'_>, word: Word) -> Result<bool, More> {
    let goes_on = matches!(word.next, Some(b' ' | b'-' | b'.' | b'/'))
        && w.at(word.end + 1)?.is_some_and(|byte| byte.is_ascii_digit() || byte == b'(');
    Ok(goes_on || word.len() >= 7)
}

/// Whether the character at `start`, which is beyond ASCII, is a capital.
pub(crate) fn wide_capital(w: &Window<'_>, start: usize) -> Result<bool, More> {
    let length = match w.at(start)? {
        Some(0xc3..=0xdf) => 2,
        Some(0xe1) => 3, // the only block of three bytes with capitals that names use
        _ => return Ok(false),
    };
    w.at(start + length - 1)?;
    let text = std::str::from_utf8(w.slice(start, start + length)).unwrap_or_default();
    Ok(text.starts_with(char::is_uppercase))
}

/// Whether `word` is as a sentence or a name begins: one capital, few letters, a space or a stop.
pub(crate) fn is_capital_word(w: &Window<'_>, word: Word) -> bool {
    word.has == class::UPPER | class::LOWER
        && (3..12).contains(&word.len())
        && matches!(word.next, Some(b' ' | b',' | b'\n' | b')' | b';' | b'!' | b'?'))
        && w.slice(word.start + 1, word.end).iter().all(u8::is_ascii_lowercase)
}

/// Whether a word of small letters with this byte behind it may begin something.
const fn is_telling(byte: u8) -> bool {
    matches!(byte, b'@' | b'.' | b'+' | b'-' | b'%' | b'\'' | b':' | b'=' | b'"' | b'$' | b' ' | b'`' | b']')
}

/// The next place from `from` to `until` where something may begin. Words of small letters are passed
/// over here, where what follows tells that they are only words.
pub(crate) fn next_start(w: &Window<'_>, from: usize, until: usize) -> Option<usize> {
    let text = w.rest(0);
    let mut at = from;
    let mut in_word = w.before(from).is_some_and(is_word);
    while let Some(byte) = text.get(at).filter(|_| at < until) {
        let class = class_of(*byte);
        if class == 0 {
            in_word = false;
            at += 1;
        } else if in_word && class & class::WORD != 0 {
            at += 1;
        } else if class == class::LOWER {
            let length = text[at..].iter().take_while(|byte| class_of(**byte) == class::LOWER).count();
            if !is_only_a_word(&text[at..at + length], &text[at + length..]) {
                return Some(at);
            }
            at += length;
            in_word = true;
        } else if class != class::WIDE || (*byte >= 0xc3 && !in_word) {
            return Some(at);
        } else {
            in_word = false;
            at += 1;
        }
    }
    None
}

/// Whether `word`, small letters with `rest` behind them, begins nothing. Not where the text ends too
/// early to tell. With only a space behind it a word announces a secret where it is `bearer`, or `is`
/// follows.
fn is_only_a_word(word: &[u8], rest: &[u8]) -> bool {
    match rest {
        [b' ', b'i', next, ..] if *next != b's' => word != b"bearer",
        [b' ', next, ..] => !matches!(next, b'=' | b':' | b'i' | b' ' | b'"') && word != b"bearer",
        [b'.' | b',', b' ' | b'\n', ..] => true,
        [byte, ..] => class_of(*byte) & (class::WORD | class::SPECIAL) == 0 && !is_telling(*byte),
        [] => false,
    }
}
