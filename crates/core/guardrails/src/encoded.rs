//! Values that hide in an encoding: base64 of either alphabet and URL-encoding, one layer deep.
//!
//! A base64 text that holds something is taken as a whole, because a mask in the middle would
//! leave the rest unreadable. It is looked at in pieces of [`PIECE`] characters, each with the end
//! of the one before it. Of a URL-encoded text only the value is taken.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::window::{More, Window};

/// Characters of base64 that are looked at together; a multiple of four.
pub(crate) const PIECE: usize = 1_024;
/// How much of the piece before is looked at again.
const OVERLAP: usize = 128;
/// The shortest text that is decoded: six characters take eight, and no value is that short.
const SHORTEST: usize = 12;
/// The longest URL-encoded run.
const LONGEST_RUN: usize = 1_024;

/// A piece of base64.
pub(crate) struct Piece {
    pub(crate) end: usize,
    pub(crate) text: Vec<u8>,
    /// Whether the run goes on behind it.
    pub(crate) goes_on: bool,
}

/// The piece of base64 that begins at `start`, decoded; `back` characters before it belong to the
/// same run. `None` where there is none, or what it holds is no text.
pub(crate) fn piece(w: &Window<'_>, start: usize, back: usize) -> Result<Option<Piece>, More> {
    let quick = w.run(start, SHORTEST, is_base64)?;
    if back == 0 && quick - start < SHORTEST {
        return Ok(None);
    }
    let from = start - back.min(OVERLAP).min(start) / 4 * 4;
    if back == 0 && !begins_as_text(w.slice(start, quick)) {
        return Ok(None);
    }
    let end = w.run(start, PIECE, is_base64)?;
    let goes_on = end - start == PIECE;
    let padding = if goes_on { end } else { w.run(end, 2, |byte| byte == b'=')? };
    let Some(text) = decode(w.slice(from, end)).filter(|text| is_text(text)) else { return Ok(None) };
    Ok(Some(Piece { end: padding, text, goes_on }))
}

pub(crate) const fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

fn begins_as_text(run: &[u8]) -> bool {
    let mut text = [0_u8; 16];
    let usable = &run[..run.len() / 4 * 4];
    let url_safe = usable.iter().any(|byte| matches!(byte, b'-' | b'_'));
    let engine = if url_safe { &URL_SAFE_ENGINE } else { &ENGINE };
    engine.decode_slice(usable, &mut text).is_ok_and(|length| is_text(&text[..length]))
}

fn decode(run: &[u8]) -> Option<Vec<u8>> {
    let usable = if run.len() % 4 == 1 { &run[..run.len() - 1] } else { run };
    let url_safe = run.iter().any(|byte| matches!(byte, b'-' | b'_'));
    if url_safe { URL_SAFE_ENGINE.decode(usable) } else { ENGINE.decode(usable) }.ok()
}

static ENGINE: GeneralPurpose = GeneralPurpose::new(&STANDARD, CONFIG);
static URL_SAFE_ENGINE: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, CONFIG);
const CONFIG: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::RequireNone);

/// Whether nothing but signs, spaces and line ends of a text is in it.
fn is_text(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, 0x20..=0x7e | b'\n' | b'\r' | b'\t' | 0x80..=0xf4))
        && std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to() + 4 > bytes.len(), |_| true)
}

/// A URL-encoded run, decoded.
pub(crate) struct Unescaped {
    text: Vec<u8>,
    /// For every byte of the text where its encoding begins, and where the last one ends.
    places: Vec<usize>,
}

impl Unescaped {
    /// What it says.
    pub(crate) fn text(&self) -> &[u8] {
        &self.text
    }

    /// Where the run ends, as far as it was read.
    pub(crate) fn end(&self) -> usize {
        self.places.last().copied().unwrap_or(0)
    }

    /// Where the bytes from `start` to `end` of the text stand in the run.
    pub(crate) fn place(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        Some((*self.places.get(start)?, *self.places.get(end)?))
    }
}

/// The URL-encoded run that begins at `start`; `None` where nothing in it is encoded.
pub(crate) fn unescape(w: &Window<'_>, start: usize) -> Result<Option<Unescaped>, More> {
    let (mut text, mut places, mut at, mut escaped) = (Vec::new(), Vec::new(), start, 0);
    while at - start < LONGEST_RUN {
        let Some(byte) = w.at(at)? else { break };
        let (value, length) = match byte {
            b'%' => match (hex(w.at(at + 1)?), hex_of(w, at)?) {
                (Some(high), Some(low)) => {
                    escaped += 1;
                    (high * 16 + low, 3)
                }
                _ => break,
            },
            byte if is_unreserved(byte) => (byte, 1),
            _ => break,
        };
        text.push(value);
        places.push(at);
        at += length;
    }
    places.push(at);
    Ok((escaped > 0).then_some(Unescaped { text, places }))
}

/// Whether a byte may stand inside a URL-encoded run.
pub(crate) const fn is_in_run(byte: u8) -> bool {
    byte == b'%' || is_unreserved(byte)
}

/// Whether nothing ends the run between `until` and `start`, which is not far behind.
pub(crate) fn is_one_run(w: &Window<'_>, until: usize, start: usize) -> bool {
    (until..until + 64).contains(&start) && w.slice(until, start).iter().all(|byte| is_in_run(*byte))
}

fn hex_of(w: &Window<'_>, at: usize) -> Result<Option<u8>, More> {
    if hex(w.at(at + 1)?).is_none() {
        return Ok(None);
    }
    Ok(hex(w.at(at + 2)?))
}

fn hex(byte: Option<u8>) -> Option<u8> {
    match byte? {
        byte @ b'0'..=b'9' => Some(byte - b'0'),
        byte @ b'a'..=b'f' => Some(byte - b'a' + 10),
        byte @ b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'*' | b'!' | b'@' | b':')
}
