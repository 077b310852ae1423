//! Values behind a word that says they are secret: `password = "…"`, `api_key: …`, `Bearer …`.
//!
//! A password may be anything but a placeholder or a word of the language; a key or a token must
//! look random as well. The word stays, the value goes.

use std::sync::LazyLock;

use super::super::{Found, Span};
use super::entropy::centibits;
use crate::window::{More, Window, Word, class};

/// How a word announces a secret.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Announced {
    /// Something a person chose.
    Password,
    /// Something a machine made.
    Key,
    /// A token behind `Bearer`, with nothing but a space between.
    Bearer,
}

const LONGEST: usize = 256;

/// The value that `word` announces.
pub(crate) fn at(w: &Window<'_>, word: Word) -> Found {
    let quick = matches!(word.next, Some(b'=' | b':' | b'"' | b'\'' | b' ' | b'`' | b']'));
    if !quick || word.len() < 3 {
        return Ok(None);
    }
    let bearer = matches!(w.slice(word.start, word.end), b"Bearer" | b"bearer" | b"BEARER");
    if word.next == Some(b' ')
        && !bearer
        && !matches!(w.at(word.end + 1)?, Some(b'=' | b':' | b'i' | b' ' | b'"'))
    {
        return Ok(None); // nearly always
    }
    let Some(kind) = announces(w.slice(word.start, word.end)) else { return Ok(None) };
    let Some((start, quote)) = value_start(w, word, kind)? else { return Ok(None) };
    let end = match quote {
        Some(quote) => w.run(start, LONGEST, |byte| byte != quote && byte >= b' ')?,
        None => {
            w.run(start, LONGEST, |byte| byte.is_ascii_graphic() && !b"\"'`,;<>(){}[]".contains(&byte))?
        }
    };
    let mut end = end;
    while quote.is_none() && end > start && matches!(w.before(end), Some(b'.' | b'!' | b'?' | b':')) {
        end -= 1;
    }
    let value = w.slice(start, end);
    Ok(is_secret(value, kind).then(|| Span::new(start, end)))
}

/// How words end behind which a password stands.
const PASSWORDS: [&str; 8] =
    ["password", "passwd", "pwd", "passphrase", "passcode", "passwort", "contraseña", "pass"];
/// How words end behind which a key stands.
const KEYS: [&str; 13] = [
    "secret",
    "token",
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
    "authkey",
    "signingkey",
    "encryptionkey",
    "accountkey",
    "credential",
    "clientsecret",
    "key",
];

/// For the last letter of a word which letters may stand before it: nearly every word ends here.
static LAST_TWO: LazyLock<[u32; 256]> = LazyLock::new(|| {
    let mut table = [0; 256];
    for word in PASSWORDS.iter().chain(&KEYS).chain(&["bearer"]) {
        if let [.., before, last] = word.as_bytes() {
            table[usize::from(*last)] |= 1 << (before & 31);
        }
    }
    table
});

/// Whether a word may end as one that announces something.
fn may_announce(word: &[u8]) -> bool {
    let mut letters = word.iter().rev().filter(|byte| **byte != b'_').map(u8::to_ascii_lowercase);
    let (Some(last), Some(before)) = (letters.next(), letters.next()) else { return false };
    LAST_TWO[usize::from(last)] & 1 << (before & 31) != 0
}

fn announces(word: &[u8]) -> Option<Announced> {
    if !may_announce(word) {
        return None;
    }
    let mut plain = [0_u8; 32];
    let mut length = 0;
    for byte in word.iter().rev().filter(|byte| **byte != b'_').take(plain.len()) {
        plain[length] = byte.to_ascii_lowercase();
        length += 1;
    }
    let plain = &mut plain[..length];
    plain.reverse();
    let ends = |words: &[&str]| words.iter().any(|end| plain.ends_with(end.as_bytes()));
    if plain == b"bearer" {
        Some(Announced::Bearer)
    } else if plain == b"monkey" || plain == b"keyboard" || plain == b"bypass" || plain == b"compass" {
        None
    } else if ends(&PASSWORDS) {
        Some(Announced::Password)
    } else {
        ends(&KEYS).then_some(Announced::Key)
    }
}

/// Where the value begins, and the quote it stands in.
fn value_start(w: &Window<'_>, word: Word, kind: Announced) -> Result<Option<(usize, Option<u8>)>, More> {
    let mut at = w.run(word.end, 2, |byte| matches!(byte, b'"' | b'\'' | b'`' | b']'))?;
    at = w.run(at, 3, |byte| byte == b' ')?;
    if kind == Announced::Bearer {
        return Ok((at == word.end + 1).then_some((at, None)));
    }
    let mut between = w.run(at, 2, |byte| matches!(byte, b'=' | b':' | b'>'))?;
    if between == at && w.starts_with(at, b"is ")? {
        between = at + 2;
    }
    if between == at {
        return Ok(None);
    }
    at = w.run(between, 3, |byte| byte == b' ')?;
    let quote = w.at(at)?.filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    Ok(Some((at + usize::from(quote.is_some()), quote)))
}

fn is_secret(value: &[u8], kind: Announced) -> bool {
    let has = value.iter().fold(0, |has, byte| has | crate::window::class_of(*byte));
    let symbol =
        value.iter().any(|byte| byte.is_ascii_punctuation() && !matches!(byte, b'_' | b'-' | b'.' | b'/'));
    let placeholder = is_placeholder(value);
    match kind {
        Announced::Password => {
            let mixed =
                has & class::DIGIT != 0 || symbol || (has & class::LOWER != 0 && has & class::UPPER != 0);
            let spaced = value.contains(&b' ');
            value.len() >= 5 && mixed && !placeholder && !spaced && centibits(value) >= 180
        }
        Announced::Key | Announced::Bearer => {
            let token = value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=_-.~:".contains(byte));
            let mixed = has & class::DIGIT != 0 && has & (class::LOWER | class::UPPER) != 0;
            value.len() >= 16 && token && mixed && !placeholder && centibits(value) >= 300
        }
    }
}

/// Whether the value stands for one: a variable, a call, a row of the same sign.
fn is_placeholder(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    let said = [
        &b"example"[..],
        b"your",
        b"changeme",
        b"placeholder",
        b"redacted",
        b"xxxx",
        b"****",
        b"....",
        b"env.",
    ];
    let opened = matches!(lower.first(), Some(b'$' | b'<' | b'{' | b'%' | b'*' | b'['));
    let call = lower.ends_with(b"()") || lower.contains(&b'(');
    opened || call || said.iter().any(|word| lower.windows(word.len()).any(|found| found == *word))
}
