//! How a provider cuts its stream: server-sent events, binary frames, or a JSON list. A body that
//! is no stream at all (an error, or the whole answer) is collected and read at the end.

use protocols::sse::Splitter;

use super::list::Elements;
use crate::bedrock::eventstream::{Broken, Decoder};
use crate::wire::Wire;

/// The largest body that is collected because it is no stream.
const MOST: usize = 16 << 20;

/// Why a stream can't be read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unread {
    /// A frame that is broken.
    #[error(transparent)]
    Frame(#[from] Broken),
    /// More than is held of one event, or of a body. To leave it out would be to answer with less
    /// than the model said.
    #[error("the provider sent more than 16 MiB in one piece")]
    TooLong,
}

/// One piece of a stream.
#[derive(Debug)]
pub(super) enum Piece {
    /// The data of an event.
    Data(Vec<u8>),
    /// A frame of the type, and its payload.
    Frame(String, Vec<u8>),
}

/// Cuts a stream.
#[derive(Debug)]
pub(super) enum Source {
    /// Nothing but space has come.
    Unknown(Wire),
    /// Server-sent events.
    Events(Box<Splitter>),
    /// AWS's frames.
    Frames(Decoder),
    /// A list.
    List(Elements),
    /// No stream.
    Body(Vec<u8>),
}

impl Source {
    /// A source of `wire`, before the first byte.
    pub(super) fn new(wire: Wire) -> Self {
        match wire {
            Wire::Bedrock => Self::Frames(Decoder::default()),
            Wire::Chat | Wire::Responses | Wire::Messages | Wire::Gemini => Self::Unknown(wire),
        }
    }

    /// Takes the next chunk.
    ///
    /// # Errors
    /// A frame that is broken, or a piece that is too long.
    pub(super) fn push(&mut self, mut chunk: &[u8], pieces: &mut Vec<Piece>) -> Result<(), Unread> {
        if let Self::Unknown(wire) = self {
            // Passed over whichever chunk it came with, or the chunks would matter.
            chunk = chunk.trim_ascii_start();
            let Some(first) = chunk.first() else { return Ok(()) };
            *self = match (first, wire) {
                (b'[', Wire::Gemini) => Self::List(Elements::default()),
                (b'{' | b'[', _) => Self::Body(Vec::new()),
                _ => Self::Events(Box::default()),
            };
        }
        match self {
            Self::Unknown(_) => {}
            Self::Events(splitter) => {
                splitter.push(chunk, |event| pieces.push(Piece::Data(event.data.into_owned())));
                if splitter.is_dropping() {
                    return Err(Unread::TooLong);
                }
            }
            Self::Frames(decoder) => {
                decoder.push(chunk, |frame| {
                    let payload = match frame.error_message {
                        Some(message) if frame.payload.is_empty() => of_message(message),
                        _ => frame.payload,
                    };
                    pieces.push(Piece::Frame(frame.kind, payload));
                })?;
            }
            Self::List(elements) => {
                return elements.push(chunk, |element| pieces.push(Piece::Data(element.to_vec())));
            }
            Self::Body(body) if body.len() + chunk.len() <= MOST => body.extend_from_slice(chunk),
            Self::Body(_) => return Err(Unread::TooLong),
        }
        Ok(())
    }

    /// The end: the piece that is left, and the body that was no stream.
    pub(super) fn finish(&mut self, pieces: &mut Vec<Piece>) -> Option<Vec<u8>> {
        match self {
            Self::Events(splitter) => {
                splitter.finish(|event| pieces.push(Piece::Data(event.data.into_owned())));
                None
            }
            Self::Body(body) => Some(std::mem::take(body)),
            Self::Unknown(_) | Self::Frames(_) | Self::List(_) => None,
        }
    }
}

fn of_message(message: String) -> Vec<u8> {
    crate::json::text(&crate::json::Object::new().with("message", message).into()).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(wire: Wire, bytes: &[u8], length: usize) -> Vec<String> {
        let (mut source, mut pieces) = (Source::new(wire), Vec::new());
        for chunk in bytes.chunks(length) {
            source.push(chunk, &mut pieces).unwrap();
        }
        let body = source.finish(&mut pieces).map(Piece::Data);
        let text = |piece| match piece {
            Piece::Data(data) => String::from_utf8(data).unwrap(),
            Piece::Frame(kind, _) => kind,
        };
        pieces.into_iter().chain(body).map(text).collect()
    }

    #[test]
    fn space_before_the_first_byte_is_passed_over_in_any_chunks() {
        for (wire, bytes, expected) in [
            (Wire::Chat, "\x0c\x0c \x0cdata: {\"choices\":[]}\n\n", "{\"choices\":[]}"),
            (Wire::Messages, "\r\n\r\n  event: x\ndata: {}\n\n", "{}"),
            (Wire::Gemini, " \n [{}]", "{}"),
            (Wire::Responses, "\t {\"error\":1}", "{\"error\":1}"),
        ] {
            for length in 1..=bytes.len() {
                assert_eq!(data(wire, bytes.as_bytes(), length), [expected], "{bytes:?} by {length}");
            }
        }
    }
}
