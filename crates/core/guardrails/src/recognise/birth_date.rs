//! Dates of birth: a date is one only where the text says so.

use super::{Found, Span, date};
use crate::window::{Window, Word, class};

const CONTEXT: [&str; 26] = [
    "born",
    "dob",
    "d.o.b",
    "date of birth",
    "date-of-birth",
    "dateofbirth",
    "date_of_birth",
    "birth date",
    "birthdate",
    "birth_date",
    "birthday",
    "birth day",
    "birth",
    "geboren",
    "geburtsdatum",
    "geb",
    "né le",
    "née le",
    "date de naissance",
    "nacido",
    "nacida",
    "fecha de nacimiento",
    "nato",
    "nata",
    "data di nascita",
    "geboortedatum",
];

/// The date of birth that begins with `word`.
pub(crate) fn at(w: &Window<'_>, word: Word) -> Found {
    let plausible = if word.has(class::DIGIT) { word.len() <= 4 } else { (3..=9).contains(&word.len()) };
    if !plausible {
        return Ok(None);
    }
    let Some(end) = date::date(w, word.start)? else { return Ok(None) };
    Ok(w.says_within(word.start, 48, &CONTEXT).then(|| Span::new(word.start, end)))
}
