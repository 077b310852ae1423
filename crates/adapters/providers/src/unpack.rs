//! Unpacks bodies that come as gzip, though providers are asked not to pack them.
//!
//! Some proxies in front of a provider do it all the same, and then nobody could read what was
//! used, nor translate or guard the answer. Piece by piece, so that a stream stays one: whatever a
//! piece allows to be read is handed on at once. Never grows a piece without limit.

use std::io::Write as _;

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use http::header::{self, HeaderMap, HeaderName};

use crate::failure::Failure;

/// The most that one piece from the network may hold.
const MOST: usize = 64 << 20;
/// How much is unpacked before the length is looked at: at most some thousandfold of it comes out.
const STEP: usize = 1 << 10;

/// What is true of a body only as it came (RFC 9530, RFC 9110 §8.8.3).
const AS_IT_CAME: [HeaderName; 6] = [
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::ETAG,
    HeaderName::from_static("content-digest"),
    HeaderName::from_static("content-md5"),
    HeaderName::from_static("digest"),
];

/// Takes out of an answer's headers what is true of its body only as it came, where that is changed.
pub fn forget_body(headers: &mut HeaderMap) {
    for name in AS_IT_CAME {
        headers.remove(name);
    }
}

/// Unpacks one body.
#[derive(Debug)]
pub(crate) struct Unpack {
    decoder: MultiGzDecoder<Vec<u8>>,
    /// Whether anything came: an answer without a body may claim to be packed too.
    begun: bool,
}

impl Unpack {
    /// For a body with these headers, which afterwards say what is true of it unpacked; `None`
    /// where it is not gzip.
    pub(crate) fn of(headers: &mut HeaderMap) -> Option<Box<Self>> {
        let encoding = headers.get(header::CONTENT_ENCODING)?.as_bytes();
        if !(encoding.eq_ignore_ascii_case(b"gzip") || encoding.eq_ignore_ascii_case(b"x-gzip")) {
            return None;
        }
        forget_body(headers);
        Some(Box::new(Self { decoder: MultiGzDecoder::new(Vec::new()), begun: false }))
    }

    /// What a piece allows to be read.
    pub(crate) fn piece(&mut self, piece: &[u8]) -> Result<Bytes, Failure> {
        self.begun |= !piece.is_empty();
        for step in piece.chunks(STEP) {
            self.decoder.write_all(step).map_err(|_| broken())?;
            if self.decoder.get_ref().len() > MOST {
                return Err(Failure::Broken("a piece of its answer unpacks to more than 64 MiB".into()));
            }
        }
        self.decoder.flush().map_err(|_| broken())?;
        Ok(std::mem::take(self.decoder.get_mut()).into())
    }

    /// The end; an error where the body breaks off.
    pub(crate) fn end(&mut self) -> Result<Bytes, Failure> {
        if !self.begun {
            return Ok(Bytes::new());
        }
        self.decoder.try_finish().map_err(|_| broken())?;
        Ok(std::mem::take(self.decoder.get_mut()).into())
    }
}

fn broken() -> Failure {
    Failure::Broken("its answer claims to be gzip and can't be unpacked".into())
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use http::HeaderValue;

    use super::*;

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn unpack() -> Box<Unpack> {
        let mut headers = HeaderMap::from_iter([
            (header::CONTENT_ENCODING, HeaderValue::from_static("GZIP")),
            (header::ETAG, HeaderValue::from_static("\"1\"")),
            (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        ]);
        let unpack = Unpack::of(&mut headers).expect("gzip");
        assert_eq!(headers.keys().collect::<Vec<_>>(), [header::CONTENT_TYPE]);
        unpack
    }

    #[test]
    fn any_cut_gives_the_same_text_and_two_members_are_one() {
        let body = [packed(b"data: {\"a\":1}\n\n"), packed("data: ä\n\n".as_bytes())].concat();
        for size in [1, 3, 7, body.len()] {
            let (mut unpack, mut text) = (unpack(), Vec::new());
            for piece in body.chunks(size) {
                text.extend_from_slice(&unpack.piece(piece).unwrap());
            }
            text.extend_from_slice(&unpack.end().unwrap());
            assert_eq!(String::from_utf8(text).unwrap(), "data: {\"a\":1}\n\ndata: ä\n\n", "{size}");
        }
    }

    #[test]
    fn an_event_goes_on_as_soon_as_its_bytes_are_there() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        let mut unpack = unpack();
        for event in ["data: 1\n\n", "data: 2\n\n"] {
            encoder.write_all(event.as_bytes()).unwrap();
            encoder.flush().unwrap();
            let piece = std::mem::take(encoder.get_mut());
            assert_eq!(unpack.piece(&piece).unwrap(), event);
        }
    }

    #[test]
    fn an_empty_body_is_empty_whatever_it_claims() {
        assert_eq!(unpack().end().unwrap(), "");
    }

    #[test]
    fn what_is_no_gzip_or_breaks_off_is_an_error() {
        assert!(unpack().piece(b"{\"choices\":[]}, and more of it").is_err());
        let mut half = unpack();
        let body = packed(b"a text that is long enough to be cut");
        half.piece(&body[..body.len() / 2]).unwrap();
        assert!(half.end().is_err());
        let bomb = packed(&vec![0; MOST + (1 << 20)]);
        assert!(unpack().piece(&bomb).is_err(), "{} bytes", bomb.len());
    }

    #[test]
    fn other_bodies_are_left_alone() {
        for encoding in ["br", "identity", "gzip, br"] {
            let value = HeaderValue::from_static(encoding);
            let mut headers = HeaderMap::from_iter([(header::CONTENT_ENCODING, value)]);
            assert!(Unpack::of(&mut headers).is_none() && headers.len() == 1, "{encoding}");
        }
    }
}
