//! Names of persons, without a model and without a network.
//!
//! A name is a row of capitalised words, so the question is which rows. Four rules, in order of
//! trust: a title stands before it (`Dr. …`); the first word is a known given name and another
//! capitalised word follows, or the last is a known family name; the words before announce a name
//! (`my name is …`, `Dear …`); a known given name alone where someone is addressed or acts.
//! Words that are usually no name (months, places, companies, beginnings of sentences) stop a row.
//! How well this does on names that are not on the lists is measured by `cargo xtask bench
//! redaction`, whose corpus holds out part of its names. Texts in scripts without capitals are
//! beyond it.

use super::names::{Known, Names};
use super::{Found, Span};
use crate::window::{More, Window, class, class_of};

/// Longest word of a name, in bytes.
const LONGEST: usize = 28;
/// Words that may stand inside a name in small letters.
const PARTICLES: [&str; 22] = [
    "de", "da", "do", "dos", "das", "del", "della", "di", "la", "le", "van", "von", "der", "den", "ter",
    "ten", "zu", "bin", "binti", "ibn", "al", "el",
];
/// What stands before a name in so many words.
const ANNOUNCE: [&str; 40] = [
    "my name is",
    "name is",
    "full name",
    "full_name",
    "first name",
    "last name",
    "dear",
    "regards",
    "sincerely",
    "cheers",
    "signed by",
    "signed",
    "attn",
    "my wife",
    "my husband",
    "my son",
    "my daughter",
    "my boss",
    "our colleague",
    "assigned to",
    "reported by",
    "written by",
    "author",
    "recipient",
    "beneficiary",
    "applicant",
    "patient",
    "patient name",
    "customer name",
    "employee",
    "account holder",
    "cardholder",
    "ms",
    "herr",
    "frau",
    "met with",
    "spoke with",
    "spoke to",
    "guest",
    "passenger",
];
/// After these a known given name alone is a person.
const ADDRESS: [&str; 32] = [
    "dear",
    "hi",
    "hello",
    "hey",
    "thanks",
    "regards",
    "ask",
    "tell",
    "told",
    "asked",
    "with",
    "from",
    "by",
    "for",
    "to",
    "and",
    "met",
    "call",
    "contact",
    "cheers",
    "hola",
    "bonjour",
    "hallo",
    "lieber",
    "liebe",
    "best",
    "sincerely",
    "that",
    "when",
    "as",
    "customer",
    "i'm",
];

/// One word of a row.
#[derive(Clone, Copy)]
struct Part {
    start: usize,
    end: usize,
    known: Known,
}

impl Part {
    /// The word at `start`; `None` where it is not capitalised.
    fn read(w: &Window<'_>, start: usize, names: &Names) -> Result<Option<Self>, More> {
        let end = word(w, start)?;
        let text = w.slice(start, end);
        Ok(is_capitalised(text).then(|| Self { start, end, known: names.know(text) }))
    }

    const fn len(self) -> usize {
        self.end - self.start
    }
}

/// A row of capitalised words.
struct Row {
    parts: [Part; 5],
    count: usize,
}

impl Row {
    fn parts(&self) -> &[Part] {
        &self.parts[..self.count]
    }
}

/// The name that begins at `start`, at a capital letter.
pub(crate) fn at(w: &Window<'_>, start: usize, names: &Names) -> Found {
    if after_letter(w, start) {
        return Ok(None);
    }
    let Some(first) = Part::read(w, start, names)? else { return Ok(None) };
    if first.known.is_title() {
        return titled(w, first.end, names);
    }
    if first.known.is_stop() && !first.known.is_given() {
        return Ok(None);
    }
    let row = row(w, first, names)?;
    Ok(judge(w, &row, names))
}

/// What the words before a row say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Announced {
    /// A name follows.
    Name,
    /// Somebody may follow.
    Somebody,
}

/// What the row of words that begins at a capital is.
fn judge(w: &Window<'_>, row: &Row, names: &Names) -> Option<Span> {
    let parts = row.parts();
    let (first, last) = (parts.first()?, parts.last()?);
    let span = Span::new(first.start, last.end);
    let (known, clear) = (first.known, first.known.is_clearly_given());
    if parts.len() > 1 {
        let family = parts.iter().skip(1).any(|part| part.known.is_family());
        let by_name = clear || (family && (known.is_given() || !known.is_stop()));
        let by_words = || !known.is_stop() && announced(w, first.start, names) == Some(Announced::Name);
        return (by_name || by_words()).then_some(span);
    }
    let announced = announced(w, first.start, names)?;
    let by_words = announced == Announced::Name && !known.is_stop() && first.len() > 2;
    (clear || by_words).then_some(span)
}

/// The name behind a title.
fn titled(w: &Window<'_>, end: usize, names: &Names) -> Found {
    let mut end = end;
    for _ in 0..3 {
        let dot = w.run(end, 1, |byte| byte == b'.')?;
        if w.at(dot)? != Some(b' ') {
            return Ok(None);
        }
        let Some(first) = Part::read(w, dot + 1, names)? else { return Ok(None) };
        if !first.known.is_title() {
            if first.len() < 2 || (first.known.is_stop() && !first.known.is_given()) {
                return Ok(None);
            }
            let row = row(w, first, names)?;
            return Ok(row.parts().last().map(|last| Span::new(first.start, last.end)));
        }
        end = first.end;
    }
    Ok(None)
}

/// The row of capitalised words that begins with `first`.
fn row(w: &Window<'_>, first: Part, names: &Names) -> Result<Row, More> {
    let mut row = Row { parts: [first; 5], count: 1 };
    let mut at = first.end;
    while row.count < row.parts.len() {
        let initial = row.parts[row.count - 1].len() == 1 && w.at(at)? == Some(b'.');
        let space = at + usize::from(initial);
        if w.at(space)? != Some(b' ') {
            break;
        }
        let start = skip_particles(w, space + 1)?;
        let Some(part) = Part::read(w, start, names)? else { break };
        let possible = !part.known.is_stop() || (part.known.is_family() && first.known.is_given());
        if !possible || part.known.is_title() {
            break;
        }
        row.parts[row.count] = part;
        row.count += 1;
        at = part.end;
    }
    Ok(row)
}

/// Where the next word that is not a particle begins.
fn skip_particles(w: &Window<'_>, start: usize) -> Result<usize, More> {
    let mut at = start;
    for _ in 0..3 {
        if !w.at(at)?.is_some_and(|byte| byte.is_ascii_lowercase()) {
            return Ok(at);
        }
        let end = word(w, at)?;
        let text = w.slice(at, end);
        let joined = text.len() <= 5 && PARTICLES.iter().any(|particle| particle.as_bytes() == text);
        if !joined || w.at(end)? != Some(b' ') {
            return Ok(at);
        }
        at = end + 1;
    }
    Ok(at)
}

/// Where the word at `start` ends: letters, and a hyphen or an apostrophe between letters.
fn word(w: &Window<'_>, start: usize) -> Result<usize, More> {
    let mut at = start;
    while at - start <= LONGEST {
        match w.at(at)? {
            Some(byte) if byte.is_ascii_alphabetic() => at += 1,
            Some(byte) if byte >= 0x80 => match wide_letter(w, at)? {
                0 => break,
                length => at += length,
            },
            Some(b'-' | b'\'') if at > start => {
                let next = w.at(at + 1)?;
                if !next.is_some_and(|byte| byte.is_ascii_uppercase()) {
                    break;
                }
                at += 1;
            }
            Some(0xe2) | None | Some(_) => break,
        }
    }
    Ok(at)
}

/// The length of the letter beyond ASCII at `start`; nothing where it is a sign or a space.
fn wide_letter(w: &Window<'_>, start: usize) -> Result<usize, More> {
    let Some(lead) = w.at(start)? else { return Ok(0) };
    let length = match lead {
        0xc3..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return Ok(0),
    };
    for offset in 1..length {
        w.at(start + offset)?;
    }
    let text = std::str::from_utf8(w.slice(start, start + length)).unwrap_or_default();
    Ok(if text.chars().all(char::is_alphabetic) { length } else { 0 })
}

/// Whether a letter stands before `start`.
fn after_letter(w: &Window<'_>, start: usize) -> bool {
    match w.before(start) {
        Some(byte) if byte.is_ascii() => class_of(byte) & class::WORD != 0 || byte == b'@' || byte == b'#',
        Some(_) => {
            let left = w.left(start);
            let from = left.len().saturating_sub(4);
            let text = String::from_utf8_lossy(&left[from..]);
            text.chars().next_back().is_some_and(char::is_alphabetic)
        }
        None => false,
    }
}

/// `Maria`, `O'Brien`, `McDonald`, `MARIA`, `Łukasz`, or an initial.
fn is_capitalised(text: &[u8]) -> bool {
    let capital = match text.first() {
        Some(byte) if byte.is_ascii() => byte.is_ascii_uppercase(),
        _ => std::str::from_utf8(text).is_ok_and(|text| text.starts_with(char::is_uppercase)),
    };
    capital && text.len() <= LONGEST
}

/// Whether the words before `start` announce a name.
fn announced(w: &Window<'_>, start: usize, names: &Names) -> Option<Announced> {
    let left = w.left(start);
    let bare = left.trim_ascii_end();
    let end = bare
        .iter()
        .rposition(|byte| !matches!(byte, b'"' | b'\'' | b'*' | b'_' | b',' | b':' | b' ' | b'\n'))
        .map_or(0, |last| last + 1);
    let begin = bare[..end].iter().rposition(|byte| !byte.is_ascii_alphabetic()).map_or(0, |last| last + 1);
    if !names.is_hint(&bare[begin..end]) {
        return None; // nearly always
    }
    let text = String::from_utf8_lossy(&bare[end.saturating_sub(24)..end]).to_lowercase();
    if ANNOUNCE.iter().any(|word| ends_in_word(&text, word)) {
        return Some(Announced::Name);
    }
    ADDRESS.iter().any(|word| ends_in_word(&text, word)).then_some(Announced::Somebody)
}

/// The last words of what announces a name.
pub(super) fn hints() -> impl Iterator<Item = &'static str> {
    ANNOUNCE.into_iter().chain(ADDRESS).map(|words| {
        let cut = words.rfind(|c: char| !c.is_ascii_alphabetic()).map_or(0, |cut| cut + 1);
        &words[cut..]
    })
}

fn ends_in_word(text: &str, word: &str) -> bool {
    text.strip_suffix(word).is_some_and(|before| !before.ends_with(|c: char| c.is_alphanumeric()))
}
