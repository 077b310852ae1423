//! Passport numbers: no checksum outside the machine-readable zone, so only where the text says
//! that one follows.

use super::{Found, Span};
use crate::window::{Window, Word, class};

const CONTEXT: [&str; 8] = [
    "passport",
    "passport no",
    "pasaporte",
    "passeport",
    "reisepass",
    "passaporto",
    "paspoort",
    "travel document",
];

/// The number that `word` is.
pub(crate) fn at(w: &Window<'_>, word: Word) -> Found {
    if !word.has(class::DIGIT) || word.has(class::UNDER) || !(6..=10).contains(&word.len()) {
        return Ok(None);
    }
    let text = w.slice(word.start, word.end);
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters_small = text.iter().any(u8::is_ascii_lowercase);
    let fits = digits >= 5 && !letters_small && w.says_within(word.start, 40, &CONTEXT);
    Ok(fits.then(|| Span::new(word.start, word.end)))
}
