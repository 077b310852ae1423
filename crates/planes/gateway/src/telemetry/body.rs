//! The body of a post: whole, decompressed, bounded both before and after.
//!
//! The limit is the one that OTLP's specification gives, and it holds for what comes out of a
//! compressed body too, so that a small body can't become a large one.

use std::io::Read as _;
use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use bytes::Bytes;
use domain::Refusal;
use flate2::read::MultiGzDecoder;
use http_body_util::BodyExt as _;

use super::room::Share;
use crate::steps::Pieces;

/// Most bytes of a post (OTLP specification, "OTLP/HTTP Request": 64 MiB).
const MOST: usize = 64 << 20;
/// Bytes that are decompressed at a time.
const PIECE: usize = 256 << 10;
/// How long a client may pause in the middle of its body.
const PAUSE: Duration = Duration::from_secs(30);

/// How a body is compressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Compression {
    None,
    Gzip,
}

/// How the headers say that the body is compressed.
pub(super) fn compression(headers: &HeaderMap) -> Result<Compression, Refusal> {
    let said = headers.get(CONTENT_ENCODING).map(|value| value.to_str().unwrap_or("?").trim());
    match said.map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "identity") => Ok(Compression::None),
        Some("gzip" | "x-gzip") => Ok(Compression::Gzip),
        Some(other) => {
            let other: String = other.chars().take(40).collect();
            Err(Refusal::TelemetryEncoding(format!("{other:?} is not read here")))
        }
    }
}

/// The body as it is sent.
pub(super) async fn whole(
    headers: &HeaderMap,
    mut body: Body,
    mut share: Share,
) -> Result<(Bytes, Share), Refusal> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    bounded(announced.unwrap_or(0))?;
    let mut pieces = Pieces::default();
    loop {
        let frame = match tokio::time::timeout(PAUSE, body.frame()).await {
            Ok(Some(Ok(frame))) => frame,
            Ok(Some(Err(_))) => return Err(Refusal::BodyIncomplete("the connection broke".into())),
            Ok(None) => return Ok((pieces.join(), share)),
            Err(_) => {
                return Err(Refusal::BodyIncomplete(format!("nothing came for {} s", PAUSE.as_secs())));
            }
        };
        let Ok(piece) = frame.into_data() else { continue };
        let length = pieces.len() + piece.len();
        bounded(length)?;
        share.cover(length)?;
        pieces.push(piece);
    }
}

/// The body as it is meant. Blocks: not for an async thread.
pub(super) fn plain(
    compression: Compression,
    body: Bytes,
    mut share: Share,
) -> Result<(Bytes, Share), Refusal> {
    if compression == Compression::None {
        return Ok((body, share));
    }
    let mut decoder = MultiGzDecoder::new(&body[..]);
    let (mut plain, mut piece) = (Vec::new(), vec![0; PIECE]);
    loop {
        let broken = |_| Refusal::TelemetryEncoding("says gzip, and the body is not valid gzip".into());
        let read = decoder.read(&mut piece).map_err(broken)?;
        if read == 0 {
            return Ok((plain.into(), share));
        }
        bounded(plain.len() + read)?;
        share.cover(body.len() + plain.len() + read)?;
        plain.extend_from_slice(&piece[..read]);
    }
}

fn bounded(bytes: usize) -> Result<(), Refusal> {
    let limit_bytes = u64::try_from(MOST).unwrap_or(u64::MAX);
    if bytes > MOST { Err(Refusal::TelemetryTooLarge { limit_bytes }) } else { Ok(()) }
}
