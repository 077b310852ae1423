//! What callers send: query strings, path segments, bodies. Whatever can't be read is refused in the
//! same form as any other "no".

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use domain::Refusal;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::ApiError;
use crate::{Api, MAX_BODY};

/// The header that makes a write safe to send twice.
pub(crate) const KEY_HEADER: &str = "idempotency-key";

/// A query string.
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Api> for Asked<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let query = Query::<T>::from_request_parts(parts, api).await;
        let Query(value) = query.map_err(|rejection| wrong("the query string", &rejection.body_text()))?;
        Ok(Self(value))
    }
}

/// The one segment of a path that names a thing.
pub(crate) struct Named(pub(crate) String);

impl FromRequestParts<Api> for Named {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let segment = Path::<String>::from_request_parts(parts, api).await;
        let Path(name) = segment.map_err(|rejection| wrong("the path", &rejection.body_text()))?;
        Ok(Self(name))
    }
}

/// A write: its body, and what tells it from another.
pub(crate) struct Order<T> {
    /// The body.
    pub(crate) body: T,
    /// What the caller calls this write, if they want to be able to send it twice.
    pub(crate) key: Option<String>,
    /// Method and path.
    pub(crate) place: String,
    /// Tells bodies apart. Only compared among writes of one caller under one key of theirs.
    pub(crate) digest: u64,
}

/// The body of a write that needs none: empty, or `{}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

impl<T: DeserializeOwned> FromRequest<Api> for Order<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, api: &Api) -> Result<Self, ApiError> {
        let place = format!("{} {}", request.method(), request.uri().path());
        let key = key(&request)?;
        let bytes =
            Bytes::from_request(request, api).await.map_err(|rejection| match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => ApiError::BodyTooLong(bad_argument(
                    "body",
                    &format!("longer than the {MAX_BODY} bytes that are read here"),
                )),
                _ => wrong("body", &rejection.body_text()),
            })?;
        let text: &[u8] = if bytes.trim_ascii().is_empty() { b"{}" } else { &bytes };
        let body = serde_json::from_slice(text).map_err(|error| wrong("body", &error.to_string()))?;
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        Ok(Self { body, key, place, digest: hasher.finish() })
    }
}

fn key(request: &Request) -> Result<Option<String>, ApiError> {
    let Some(value) = request.headers().get(KEY_HEADER) else { return Ok(None) };
    let text = value.to_str().ok().filter(|text| (1..=255).contains(&text.len()));
    match text {
        Some(text) => Ok(Some(text.to_owned())),
        None => Err(wrong("Idempotency-Key", "expected 1 to 255 printable ASCII characters")),
    }
}

fn wrong(what: &str, problem: &str) -> ApiError {
    ApiError::from(bad_argument(what, problem))
}

fn bad_argument(what: &str, problem: &str) -> Refusal {
    Refusal::BadArgument { what: what.to_owned(), problem: problem.to_owned() }
}
