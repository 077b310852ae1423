//! How a "no" and a broken part read over HTTP. The one place where either becomes a status.
//!
//! A refusal is public: its text, its code, the page about the code. A fault is not: its causes are
//! logged once, here, and the caller gets a reference that finds them in the log.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use control::{Error, Fault};
use domain::Refusal;
use domain::refusal::Retry;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// What the use cases say.
    Control(Error),
    /// A body that is longer than this API reads: a wrong argument, under the status that HTTP has
    /// for it (RFC 9110, section 15.5.14).
    BodyTooLong(Refusal),
}

impl<E: Into<Error>> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self::Control(error.into())
    }
}

/// What every answer that is no success looks like.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// What went wrong.
    pub(crate) error: ErrorDetail,
}

/// What went wrong.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ErrorDetail {
    /// The stable code: `CS-0504`; `CS-0511` while the database is away, `CS-0512` where something broke.
    pub(crate) code: String,
    /// What is wrong, where, and what to do next.
    pub(crate) message: String,
    /// The page about the code, on this server: `/errors/CS-0504`.
    pub(crate) docs: Option<String>,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match self {
            Self::Control(Error::Refused(refusal)) => refused(&refusal),
            Self::Control(Error::Fault(fault)) => broken(&fault),
            Self::BodyTooLong(refusal) => {
                let mut response = refused(&refusal);
                *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
                response
            }
        }
    }
}

fn refused(refusal: &Refusal) -> Response {
    let code = refusal.code().to_string();
    let docs = Some(format!("/errors/{code}"));
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let detail = ErrorDetail { code, message: refusal.to_string(), docs };
    let mut response = (status, Json(ErrorBody { error: detail })).into_response();
    if let Retry::After(seconds) = refusal.retry() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Refusal::MethodNotAllowed { allowed, .. } = refusal {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
    }
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

fn broken(fault: &Fault) -> Response {
    let reference = logged(fault);
    let passing = fault.passing;
    refused(&if passing { Refusal::DatabaseAway { reference } } else { Refusal::Broken { reference } })
}

/// Logs a fault with its causes and returns the reference that was logged.
fn logged(fault: &Fault) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let reference = format!("api-{:04x}-{number:04x}", std::process::id() & 0xffff);
    tracing::error!(reference, "an answer of the API failed: {}", fault.chain());
    reference
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;
    use serde_json::Value;

    use super::*;

    async fn read(error: Error) -> (u16, axum::http::HeaderMap, Value) {
        let response = ApiError::from(error).into_response();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, headers, serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn a_no_has_its_status_its_code_and_its_page() {
        let table = [
            (Refusal::NotSignedIn, 401, "CS-0502"),
            (Refusal::NotFound { noun: "run", name: "x".into(), hint: String::new() }, 404, "CS-0504"),
            (Refusal::BadArgument { what: "limit".into(), problem: "no".into() }, 400, "CS-0505"),
            (Refusal::ForgedForm, 403, "CS-0508"),
            (Refusal::TooManyAttempts { retry_s: 7 }, 429, "CS-0509"),
            (Refusal::NoDrill { scope: domain::switch::Scope::All, why: "it is off".into() }, 409, "CS-0510"),
        ];
        for (refusal, status, code) in table {
            let text = refusal.to_string();
            let (got, headers, body) = read(refusal.into()).await;
            assert_eq!((got, body["error"]["code"].as_str()), (status, Some(code)));
            assert_eq!(body["error"]["message"], text);
            assert_eq!(body["error"]["docs"], format!("/errors/{code}"));
            assert_eq!(headers.contains_key(header::RETRY_AFTER), status == 429);
            assert_eq!(headers.contains_key(header::WWW_AUTHENTICATE), status == 401);
        }
    }

    #[tokio::test]
    async fn a_fault_says_nothing_but_its_reference() {
        for (passing, status, code) in [(false, 500, "CS-0512"), (true, 503, "CS-0511")] {
            let fault = Fault { passing, ..Fault::new("reading runs", "the disk /dev/x is on fire") };
            let (got, _, body) = read(fault.into()).await;
            let text = body.to_string();
            assert_eq!((got, body["error"]["code"].as_str()), (status, Some(code)));
            assert_eq!(body["error"]["docs"], format!("/errors/{code}"));
            assert!(
                text.contains("reference api-") && !text.contains("fire") && !text.contains("reading"),
                "{text}"
            );
        }
    }
}
