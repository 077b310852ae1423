//! National identity numbers of other countries than the United States.
//!
//! What is written with letters, or in a form of its own, stands for itself where its checksum
//! holds. Bare digits pass a one-digit checksum by chance one time in ten, so they count only where
//! the text says what they are. Rules: the issuing authorities' own descriptions, named at each.

mod digits;
mod letters;

use super::Found;
use crate::window::{Window, Word, class};

/// Words that announce an identity number in any language that is read here.
const CONTEXT: [&str; 52] = [
    "national id",
    "national identity",
    "identity number",
    "id number",
    "id no",
    "personal number",
    "personal code",
    "nhs",
    "nhs number",
    "pesel",
    "nir",
    "insee",
    "sécurité sociale",
    "securite sociale",
    "steuer-id",
    "steuer id",
    "steueridentifikationsnummer",
    "idnr",
    "tax id",
    "tin",
    "bsn",
    "burgerservicenummer",
    "rijksregisternummer",
    "national number",
    "registre national",
    "personnummer",
    "cpr",
    "fødselsnummer",
    "fodselsnummer",
    "hetu",
    "sin",
    "social insurance",
    "cpf",
    "aadhaar",
    "aadhar",
    "uid",
    "tfn",
    "tax file number",
    "medicare",
    "id card",
    "sa id",
    "tckn",
    "tc kimlik",
    "kimlik",
    "t.c.",
    "citizen id",
    "resident id",
    "nric",
    "dni",
    "nie",
    "nif",
    "national-id",
];

/// Whether the text announces an identity number before `start`.
fn announced(w: &Window<'_>, start: usize) -> bool {
    w.says_within(start, 48, &CONTEXT)
}

/// The number that begins with `word`.
pub(crate) fn at(w: &Window<'_>, word: Word) -> Found {
    let first_is_digit = w.at(word.start)?.is_some_and(|byte| byte.is_ascii_digit());
    if word.has(class::UPPER) && word.has(class::DIGIT) && !word.has(class::LOWER | class::UNDER) {
        let found = letters::at(w, word)?;
        if found.is_some() || !first_is_digit {
            return Ok(found);
        }
    }
    if word.has(class::UPPER) && word.len() == 2 && !word.has(class::DIGIT) {
        return letters::nino(w, word.start);
    }
    if first_is_digit { digits::at(w, word.start) } else { Ok(None) }
}
