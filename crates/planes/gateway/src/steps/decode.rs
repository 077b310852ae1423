//! Decode: takes in the request's body, whole and bounded. Fails closed.

use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use bytes::Bytes;
use domain::Refusal;
use http_body_util::BodyExt;

use super::pieces::Pieces;

/// How long a caller may pause in the middle of its body.
const PAUSE: Duration = Duration::from_secs(30);

/// Reads the body. One piece that is the whole body is not copied.
pub(super) async fn body(headers: &HeaderMap, mut body: Body, limit: u64) -> Result<Bytes, Refusal> {
    let too_large = Refusal::BodyTooLarge { limit_bytes: limit };
    if let Some(encoding) = headers.get(CONTENT_ENCODING).filter(|value| *value != "identity") {
        return Err(Refusal::BodyEncoded(String::from_utf8_lossy(encoding.as_bytes()).into_owned()));
    }
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large);
    }
    let mut pieces = Pieces::default();
    loop {
        let frame = match tokio::time::timeout(PAUSE, body.frame()).await {
            Ok(Some(Ok(frame))) => frame,
            Ok(Some(Err(_))) => return Err(Refusal::BodyIncomplete("the connection broke".into())),
            Ok(None) => break,
            Err(_) => {
                return Err(Refusal::BodyIncomplete(format!("nothing came for {} s", PAUSE.as_secs())));
            }
        };
        let Ok(piece) = frame.into_data() else { continue };
        let length = pieces.len() + piece.len();
        if u64::try_from(length).unwrap_or(u64::MAX) > limit {
            return Err(too_large);
        }
        pieces.push(piece);
    }
    Ok(pieces.join())
}
