//! What the gateway says itself when the answer is no, in the caller's dialect.
//!
//! The SDKs decide by HTTP status and read `error.message`; agents show that text to people. So
//! the message is the refusal's own text, whole, and the stable code stands beside it. Types are
//! those that OpenAI, Anthropic and Google use for the status; Google's `code` is the status, so there
//! the stable code is the reason in the details (AIP-193). Inside a stream the status is long gone:
//! there the event alone must make the SDK raise, and it is the last thing sent.

use bytes::Bytes;
use domain::Refusal;
use domain::inference::{Dialect, Endpoint};
use domain::refusal::Retry;
use serde::Serialize;

/// The body of a refusal; `request_id` may be empty.
#[must_use]
pub fn body(dialect: Dialect, refusal: &Refusal, request_id: &str) -> Bytes {
    match dialect {
        Dialect::Openai => json(&Openai { error: OpenaiError::of(refusal) }),
        Dialect::Anthropic => json(&Anthropic::of(refusal, request_id)),
        Dialect::Gemini => json(&Google::of(refusal, request_id)),
    }
}

/// Server-sent events that end a running stream with a refusal. They must follow a whole event.
///
/// The responses endpoint gets two: `error`, which the SDKs raise, and `response.failed`, the
/// only one that Codex looks at. Google puts its errors into a stream as they are, and its SDKs
/// overlook one that comes as an event; nothing may follow, not even a blank line, which would end
/// an event.
#[must_use]
pub fn event(endpoint: Endpoint, refusal: &Refusal) -> Bytes {
    match endpoint {
        Endpoint::Chat | Endpoint::Embeddings => frame(None, &body(Dialect::Openai, refusal, "")).into(),
        Endpoint::Messages | Endpoint::CountTokens => {
            frame(Some("error"), &body(Dialect::Anthropic, refusal, "")).into()
        }
        Endpoint::Responses => {
            let mut events = frame(Some("error"), &json(&ResponsesError::of(refusal)));
            events.extend(frame(Some("response.failed"), &json(&ResponsesFailed::of(refusal))));
            events.into()
        }
        Endpoint::Gemini | Endpoint::GeminiCount => body(Dialect::Gemini, refusal, ""),
    }
}

/// The type that OpenAI gives to errors of this status.
#[must_use]
pub const fn openai_type(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        402 => "insufficient_quota",
        403 => "permission_error",
        429 => "rate_limit_exceeded",
        500.. => "server_error",
        _ => "invalid_request_error",
    }
}

/// The type that Anthropic gives to errors of this status.
#[must_use]
pub const fn anthropic_type(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        500.. => "api_error",
        _ => "invalid_request_error",
    }
}

/// The status word that Google gives to errors of this status (`google.rpc.Code`).
#[must_use]
pub const fn google_status(status: u16) -> &'static str {
    match status {
        401 => "UNAUTHENTICATED",
        402 | 429 => "RESOURCE_EXHAUSTED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        409 => "FAILED_PRECONDITION",
        503 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        500.. => "INTERNAL",
        _ => "INVALID_ARGUMENT",
    }
}

#[derive(Serialize)]
struct Openai {
    error: OpenaiError,
}

#[derive(Serialize)]
struct OpenaiError {
    message: String,
    #[serde(rename = "type")]
    kind: &'static str,
    param: Option<String>,
    code: String,
}

impl OpenaiError {
    fn of(refusal: &Refusal) -> Self {
        Self {
            message: refusal.to_string(),
            kind: openai_type(refusal.status()),
            param: param(refusal),
            code: refusal.code().to_string(),
        }
    }
}

#[derive(Serialize)]
struct Anthropic<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    error: AnthropicError,
    #[serde(skip_serializing_if = "str::is_empty")]
    request_id: &'a str,
}

#[derive(Serialize)]
struct AnthropicError {
    #[serde(rename = "type")]
    kind: &'static str,
    message: String,
    code: String,
}

impl<'a> Anthropic<'a> {
    fn of(refusal: &Refusal, request_id: &'a str) -> Self {
        let error = AnthropicError {
            kind: anthropic_type(refusal.status()),
            message: refusal.to_string(),
            code: refusal.code().to_string(),
        };
        Self { kind: "error", error, request_id }
    }
}

#[derive(Serialize)]
struct Google<'a> {
    error: GoogleError<'a>,
}

#[derive(Serialize)]
struct GoogleError<'a> {
    code: u16,
    message: String,
    status: &'static str,
    details: Vec<Detail<'a>>,
}

/// What Google calls a detail: typed by its `@type`.
#[derive(Serialize)]
#[serde(tag = "@type")]
enum Detail<'a> {
    #[serde(rename = "type.googleapis.com/google.rpc.ErrorInfo")]
    Reason { reason: String, domain: &'static str },
    #[serde(rename = "type.googleapis.com/google.rpc.RetryInfo")]
    Retry {
        #[serde(rename = "retryDelay")]
        delay: String,
    },
    #[serde(rename = "type.googleapis.com/google.rpc.RequestInfo")]
    Request {
        #[serde(rename = "requestId")]
        id: &'a str,
    },
}

impl<'a> Google<'a> {
    fn of(refusal: &Refusal, request_id: &'a str) -> Self {
        let status = refusal.status();
        let mut details = vec![Detail::Reason { reason: refusal.code().to_string(), domain: "countersign" }];
        if let Retry::After(seconds) = refusal.retry() {
            details.push(Detail::Retry { delay: format!("{seconds}s") });
        }
        if !request_id.is_empty() {
            details.push(Detail::Request { id: request_id });
        }
        let message = refusal.to_string();
        Self { error: GoogleError { code: status, message, status: google_status(status), details } }
    }
}

/// The `error` event. Its flat fields are the documented form, the object is what servers send
/// and SDKs test for.
#[derive(Serialize)]
struct ResponsesError {
    #[serde(rename = "type")]
    kind: &'static str,
    code: String,
    message: String,
    param: Option<String>,
    error: OpenaiError,
}

impl ResponsesError {
    fn of(refusal: &Refusal) -> Self {
        let error = OpenaiError::of(refusal);
        Self {
            kind: "error",
            code: error.code.clone(),
            message: error.message.clone(),
            param: error.param.clone(),
            error,
        }
    }
}

#[derive(Serialize)]
struct ResponsesFailed {
    #[serde(rename = "type")]
    kind: &'static str,
    response: FailedResponse,
}

#[derive(Serialize)]
struct FailedResponse {
    object: &'static str,
    status: &'static str,
    output: [(); 0],
    error: FailedError,
}

#[derive(Serialize)]
struct FailedError {
    code: &'static str,
    message: String,
}

impl ResponsesFailed {
    fn of(refusal: &Refusal) -> Self {
        let message = format!("{refusal} ({})", refusal.code());
        let error = FailedError { code: openai_type(refusal.status()), message };
        let response = FailedResponse { object: "response", status: "failed", output: [], error };
        Self { kind: "response.failed", response }
    }
}

/// The field that is wrong, as OpenAI names it.
fn param(refusal: &Refusal) -> Option<String> {
    match refusal {
        Refusal::BadField { field, .. } => Some(field.clone()),
        Refusal::ModelNotAllowed { .. } => Some("model".to_owned()),
        Refusal::NoSuchPrompt { .. }
        | Refusal::PromptVersionNotLive { .. }
        | Refusal::PromptVariable { .. } => Some("prompt_ref".to_owned()),
        _ => None,
    }
}

fn json(value: &impl Serialize) -> Bytes {
    serde_json::to_vec(value).unwrap_or_default().into() // texts and names only: it can't fail
}

fn frame(name: Option<&str>, data: &[u8]) -> Vec<u8> {
    let mut event = Vec::with_capacity(data.len() + 32);
    if let Some(name) = name {
        event.extend_from_slice(b"event: ");
        event.extend_from_slice(name.as_bytes());
        event.push(b'\n');
    }
    event.extend_from_slice(b"data: ");
    event.extend_from_slice(data);
    event.extend_from_slice(b"\n\n");
    event
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(actual: &[u8], expected: &Expect) {
        expected.assert_eq(std::str::from_utf8(actual).unwrap());
    }

    fn shut() -> Refusal {
        Refusal::ShuttingDown
    }

    #[test]
    fn a_body_has_the_shape_of_its_dialect() {
        let refusal = Refusal::BadField { field: "model".into(), problem: "expected a \"string\"".into() };
        check(
            &body(Dialect::Openai, &refusal, "inf_1"),
            &expect![[
                r#"{"error":{"message":"model: expected a \"string\"","type":"invalid_request_error","param":"model","code":"CS-0202"}}"#
            ]],
        );
        check(
            &body(Dialect::Anthropic, &refusal, "inf_1"),
            &expect![[
                r#"{"type":"error","error":{"type":"invalid_request_error","message":"model: expected a \"string\"","code":"CS-0202"},"request_id":"inf_1"}"#
            ]],
        );
        check(
            &body(Dialect::Gemini, &refusal, "inf_1"),
            &expect![[
                r#"{"error":{"code":400,"message":"model: expected a \"string\"","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"CS-0202","domain":"countersign"},{"@type":"type.googleapis.com/google.rpc.RequestInfo","requestId":"inf_1"}]}}"#
            ]],
        );
    }

    #[test]
    fn an_event_ends_a_stream_of_each_endpoint() {
        check(
            &event(Endpoint::Chat, &shut()),
            &expect![[r#"
                data: {"error":{"message":"the server is shutting down; try again in a few seconds","type":"server_error","param":null,"code":"CS-0309"}}

            "#]],
        );
        check(
            &event(Endpoint::Messages, &shut()),
            &expect![[r#"
                event: error
                data: {"type":"error","error":{"type":"api_error","message":"the server is shutting down; try again in a few seconds","code":"CS-0309"}}

            "#]],
        );
        check(
            &event(Endpoint::Responses, &shut()),
            &expect![[r#"
                event: error
                data: {"type":"error","code":"CS-0309","message":"the server is shutting down; try again in a few seconds","param":null,"error":{"message":"the server is shutting down; try again in a few seconds","type":"server_error","param":null,"code":"CS-0309"}}

                event: response.failed
                data: {"type":"response.failed","response":{"object":"response","status":"failed","output":[],"error":{"code":"server_error","message":"the server is shutting down; try again in a few seconds (CS-0309)"}}}

            "#]],
        );
        check(
            &event(Endpoint::Gemini, &shut()),
            &expect![[
                r#"{"error":{"code":503,"message":"the server is shutting down; try again in a few seconds","status":"UNAVAILABLE","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"CS-0309","domain":"countersign"},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"5s"}]}}"#
            ]],
        );
    }

    #[test]
    fn our_own_events_are_read_as_errors() {
        for endpoint in Endpoint::ALL.into_iter().filter(|endpoint| endpoint.writes()) {
            let mut reader = crate::answer::StreamReader::new(endpoint);
            reader.push(&event(endpoint, &shut()));
            reader.finish();
            assert!(reader.summary().error.is_some(), "{endpoint:?}");
        }
    }

    #[test]
    fn a_spent_budget_reads_as_one() {
        assert_eq!((openai_type(402), anthropic_type(402)), ("insufficient_quota", "billing_error"));
        assert_eq!((google_status(402), google_status(504)), ("RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED"));
        assert_eq!((openai_type(429), anthropic_type(429)), ("rate_limit_exceeded", "rate_limit_error"));
        assert_eq!((openai_type(504), anthropic_type(504)), ("server_error", "timeout_error"));
    }
}
