//! The binary event stream of AWS (`application/vnd.amazon.eventstream`), read.
//!
//! A frame is: its length, the length of its headers, a checksum of both; headers; payload; a
//! checksum of everything before it. Numbers are big-endian, checksums are CRC-32 (IEEE 802.3).
//! Format: AWS SDK developer guides, "Event stream encoding". A frame that is wrong ends the
//! stream: where the next one begins can't be known.

/// The largest frame that is read: the format's own limit, 24 MiB.
const MOST: usize = 24 << 20;
/// Two lengths and their checksum.
const PRELUDE: usize = 12;
/// The checksum at the end.
const TRAILER: usize = 4;

/// A frame.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frame {
    /// Header `:message-type`: `event`, `exception` or `error`.
    pub message_type: String,
    /// Header `:event-type`, `:exception-type` or `:error-code`.
    pub kind: String,
    /// Header `:error-message`.
    pub error_message: Option<String>,
    /// The payload.
    pub payload: Vec<u8>,
}

/// A frame that can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A length that no frame has.
    #[error("the provider sent a frame of an impossible length")]
    Length,
    /// A checksum that does not fit.
    #[error("the provider sent a frame whose checksum is wrong")]
    Checksum,
    /// Headers that end too early or have an unknown type.
    #[error("the provider sent a frame whose headers can't be read")]
    Headers,
}

/// Puts frames together from chunks.
#[derive(Debug, Default)]
pub struct Decoder {
    held: Vec<u8>,
    broken: bool,
}

impl Decoder {
    /// Takes the next chunk and hands out each frame that it completes. After an error everything
    /// is passed over.
    ///
    /// # Errors
    /// The first frame that is wrong.
    pub fn push(&mut self, chunk: &[u8], mut on_frame: impl FnMut(Frame)) -> Result<(), Broken> {
        if self.broken {
            return Ok(());
        }
        self.held.extend_from_slice(chunk);
        let mut at = 0;
        let end = loop {
            match frame(self.held.get(at..).unwrap_or_default()) {
                Ok(None) => break Ok(()),
                Ok(Some((frame, length))) => {
                    at += length;
                    on_frame(frame);
                }
                Err(broken) => break Err(broken),
            }
        };
        self.held.drain(..at);
        if end.is_err() {
            self.broken = true;
            self.held = Vec::new();
        }
        end
    }

    /// Whether the stream so far ends between two frames.
    #[must_use]
    pub const fn is_at_frame_end(&self) -> bool {
        self.held.is_empty()
    }
}

/// The frame at the start of `bytes` and its length, once it is whole.
fn frame(bytes: &[u8]) -> Result<Option<(Frame, usize)>, Broken> {
    let Some(prelude) = bytes.get(..PRELUDE) else { return Ok(None) };
    let (length, headers) = (number(prelude, 0)?, number(prelude, 4)?);
    if checksum(prelude.get(..8).unwrap_or_default()) != word(prelude, 8) {
        return Err(Broken::Checksum);
    }
    if !(PRELUDE + TRAILER..=MOST).contains(&length) || headers > length - PRELUDE - TRAILER {
        return Err(Broken::Length);
    }
    let Some(whole) = bytes.get(..length) else { return Ok(None) };
    let (body, trailer) = whole.split_at(length - TRAILER);
    if checksum(body) != word(trailer, 0) {
        return Err(Broken::Checksum);
    }
    let (headers, payload) = body.get(PRELUDE..).unwrap_or_default().split_at(headers);
    let mut frame = Frame { payload: payload.to_vec(), ..Frame::default() };
    read_headers(headers, &mut frame)?;
    Ok(Some((frame, length)))
}

fn read_headers(mut rest: &[u8], frame: &mut Frame) -> Result<(), Broken> {
    while let Some((name_length, tail)) = rest.split_first() {
        let (name, tail) = tail.split_at_checked(usize::from(*name_length)).ok_or(Broken::Headers)?;
        let (kind, tail) = tail.split_first().ok_or(Broken::Headers)?;
        let (length, tail) = match kind {
            0 | 1 => (0, tail),
            2 => (1, tail),
            3 => (2, tail),
            4 => (4, tail),
            5 | 8 => (8, tail),
            9 => (16, tail),
            6 | 7 => {
                let (length, tail) = tail.split_first_chunk::<2>().ok_or(Broken::Headers)?;
                (usize::from(u16::from_be_bytes(*length)), tail)
            }
            _ => return Err(Broken::Headers),
        };
        let (value, tail) = tail.split_at_checked(length).ok_or(Broken::Headers)?;
        if *kind == 7 {
            header(name, &String::from_utf8_lossy(value), frame);
        }
        rest = tail;
    }
    Ok(())
}

fn header(name: &[u8], value: &str, frame: &mut Frame) {
    match name {
        b":message-type" => value.clone_into(&mut frame.message_type),
        b":event-type" | b":exception-type" | b":error-code" => value.clone_into(&mut frame.kind),
        b":error-message" => frame.error_message = Some(value.to_owned()),
        _ => {}
    }
}

fn number(bytes: &[u8], at: usize) -> Result<usize, Broken> {
    let word = word(bytes, at).ok_or(Broken::Length)?;
    usize::try_from(word).map_err(|_| Broken::Length)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk::<4>().map(|word| u32::from_be_bytes(*word))
}

fn checksum(bytes: &[u8]) -> Option<u32> {
    Some(crc32fast::hash(bytes))
}
