//! Answers that the gateway itself gives: refusals, in the caller's dialect.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use axum::http::{Response, StatusCode};
use domain::Refusal;
use domain::inference::Dialect;
use domain::refusal::Retry;

use crate::headers;

/// A refusal as a response. `id` is the inference it belongs to, where there is one.
pub(crate) fn refusal(dialect: Dialect, refusal: &Refusal, id: Option<&str>) -> Response<Body> {
    crate::metrics::refused(refusal);
    let body = protocols::error::body(dialect, refusal, id.unwrap_or_default());
    let mut response = Response::new(Body::from(body));
    *response.status_mut() =
        StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    set_retry(headers, refusal.retry());
    if let Some(id) = id {
        headers::set(headers, "x-countersign-inference", id);
        // Where the dialect's own SDK looks for what it calls the id of a request.
        match dialect {
            Dialect::Openai => headers::set(headers, "x-request-id", id),
            Dialect::Anthropic => headers::set(headers, "request-id", id),
            Dialect::Gemini => {}
        }
    }
    match refusal {
        // SDKs do not try this status again by themselves.
        Refusal::BudgetSpent { .. } if refusal.retry() != Retry::Never => {
            headers::set(headers, "x-should-retry", "true");
        }
        Refusal::NoWebsocket => headers::set(headers, "upgrade", "HTTP/1.1"),
        Refusal::MethodNotAllowed { allowed, .. } => headers::set(headers, "allow", allowed),
        _ => {}
    }
    response
}

/// Says whether and when trying again can help.
pub(crate) fn set_retry(headers: &mut HeaderMap, retry: Retry) {
    match retry {
        Retry::Never => headers::set(headers, "x-should-retry", "false"),
        Retry::After(seconds) => {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        Retry::Free => {}
    }
}
