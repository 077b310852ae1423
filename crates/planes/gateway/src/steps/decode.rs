//! Decode: takes in the request's body, whole and bounded. Fails closed.
//!
//! Whoever sends too much is still writing when the refusal is made, and a connection that is closed
//! under a writer takes the answer along (RFC 9112 §9.6). So what is left is read for a while, and
//! forgotten.

use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, EXPECT};
use bytes::Bytes;
use domain::Refusal;
use http_body_util::BodyExt;

use super::pieces::Pieces;

/// How long a caller may pause in the middle of its body.
const PAUSE: Duration = Duration::from_secs(30);
/// How long what is left of a refused body is read …
const LINGER: Duration = Duration::from_secs(10);
/// … and how much of it: what a client sends before it looks for an answer.
const LINGER_BYTES: usize = 512 << 20;

/// A body that is not taken.
pub(super) struct Refused {
    pub(super) refusal: Refusal,
    /// What is still to come of it, where the caller may not have read an answer before it is sent.
    pub(super) rest: Option<Body>,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, rest: None }
    }
}

/// Reads what is left of a body and forgets it, for so long as that helps its sender.
pub(super) async fn forget(mut rest: Body) {
    let mut left = LINGER_BYTES;
    let reading = async {
        while let Some(Ok(frame)) = rest.frame().await {
            let length = frame.data_ref().map_or(0, Bytes::len);
            match left.checked_sub(length) {
                Some(less) => left = less,
                None => return,
            }
        }
    };
    // Whether it was read to its end changes nothing here.
    let _ended = tokio::time::timeout(LINGER, reading).await;
}

/// Reads the body. One piece that is the whole body is not copied.
pub(super) async fn body(headers: &HeaderMap, mut body: Body, limit: u64) -> Result<Bytes, Refused> {
    // Who waits to be told to go on has sent nothing yet, and reads the answer first.
    let waits = headers.contains_key(EXPECT);
    let too_large = |rest| {
        let refusal = Refusal::BodyTooLarge { limit_bytes: limit };
        Refused { refusal, rest: Some(rest).filter(|_| !waits) }
    };
    if let Some(encoding) = headers.get(CONTENT_ENCODING).filter(|value| *value != "identity") {
        return Err(Refusal::BodyEncoded(String::from_utf8_lossy(encoding.as_bytes()).into_owned()).into());
    }
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large(body));
    }
    let mut pieces = Pieces::default();
    loop {
        let frame = match tokio::time::timeout(PAUSE, body.frame()).await {
            Ok(Some(Ok(frame))) => frame,
            Ok(Some(Err(_))) => return Err(Refusal::BodyIncomplete("the connection broke".into()).into()),
            Ok(None) => break,
            Err(_) => {
                return Err(Refusal::BodyIncomplete(format!("nothing came for {} s", PAUSE.as_secs())).into());
            }
        };
        let Ok(piece) = frame.into_data() else { continue };
        let length = pieces.len() + piece.len();
        if u64::try_from(length).unwrap_or(u64::MAX) > limit {
            return Err(too_large(body));
        }
        pieces.push(piece);
    }
    Ok(pieces.join())
}
