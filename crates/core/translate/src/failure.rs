//! A provider's error, read from any dialect and written in any other.
//!
//! The status decides what an SDK raises and the message is what a person reads; the rest is the
//! shape. Inside a stream there is no status, so it is inferred from the error's type. The types
//! are those of `protocols::error`, Google's are those of `google.rpc.Code`.

use protocols::error::{anthropic_type, openai_type};

use crate::json::{Json, Object, parse, write};
use crate::wire::Wire;

/// The code of what this crate notices itself: an answer that can't be read (`UpstreamBroken`).
const NOTICED: &str = "CS-0403";

/// What went wrong at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// HTTP status.
    pub status: u16,
    /// The provider's own word for it.
    pub code: Option<String>,
    /// The provider's text.
    pub message: String,
}

impl Failure {
    /// The provider stopped in mid-answer.
    #[must_use]
    pub fn broken_off() -> Self {
        Self::noticed("the provider's stream ended before its answer did")
    }

    /// A failure that this crate noticed itself.
    #[must_use]
    pub fn noticed(message: &str) -> Self {
        Self { status: 502, code: Some(NOTICED.to_owned()), message: message.to_owned() }
    }
}

/// Reads the body of an answer that is an error, in whatever dialect it is.
#[must_use]
pub fn read(status: u16, body: &[u8]) -> Failure {
    let json = parse(body).unwrap_or(Json::Null);
    let mut failure = of(&json).unwrap_or(Failure { status, code: None, message: String::new() });
    failure.status = status;
    if failure.message.is_empty() {
        failure.message = format!("the provider answered {status}");
    }
    failure
}

/// The error that an object is, in a body or in a stream; `None` where it is none.
#[must_use]
pub fn of(json: &Json) -> Option<Failure> {
    let json = match json {
        Json::List(list) => list.first()?, // Google's, where no event stream was asked for
        other => other,
    };
    let body = json.as_object()?;
    let error = match body.get("error") {
        Some(Json::Object(error)) => error,
        Some(Json::Text(message)) => {
            return Some(Failure { status: 500, code: None, message: message.clone() });
        }
        _ if body.get("message").and_then(Json::as_text).is_some() => body, // Bedrock, and OpenAI's flat `error` event
        _ => return None,
    };
    let word = |key: &str| error.get(key).and_then(Json::as_text).filter(|word| *word != "error");
    let code = word("code").or_else(|| word("status")).or_else(|| word("type"));
    let kind = word("type").or_else(|| word("status")).or(code);
    let number = error.get("code").and_then(Json::as_whole).and_then(|code| u16::try_from(code).ok());
    Some(Failure {
        status: number
            .filter(|code| (400..600).contains(code))
            .unwrap_or_else(|| status_of(kind.unwrap_or_default())),
        code: code.map(str::to_owned),
        message: word("message").unwrap_or_default().to_owned(),
    })
}

/// The status for a caller of `wire`: a status that only its provider uses becomes a common one.
#[must_use]
pub const fn status(wire: Wire, failure: &Failure) -> u16 {
    match (wire, failure.status) {
        (Wire::Chat | Wire::Responses | Wire::Gemini | Wire::Bedrock, 529) => 503,
        (_, status @ 400..=599) => status,
        (_, _) => 502,
    }
}

/// The body of an error, in the shape of `wire`.
#[must_use]
pub fn body(wire: Wire, failure: &Failure) -> Vec<u8> {
    let mut out = Vec::with_capacity(128 + failure.message.len());
    write(&Json::Object(shape(wire, failure)), &mut out);
    out
}

/// The error object of `wire`, whole.
#[must_use]
pub fn shape(wire: Wire, failure: &Failure) -> Object {
    let status = status(wire, failure);
    let message = failure.message.as_str();
    match wire {
        Wire::Chat | Wire::Responses => Object::new().with("error", openai(failure)),
        Wire::Messages => {
            let kind = if status == 529 { "overloaded_error" } else { anthropic_type(status) };
            let error = Object::new().with("type", kind).with("message", message);
            Object::new().with("type", "error").with("error", error.maybe("code", own_code(failure)))
        }
        Wire::Gemini => {
            let error = Object::new().with("code", u64::from(status)).with("message", message);
            let error = error.with("status", google_status(status));
            Object::new().with("error", error.maybe("details", own_code(failure).map(details)))
        }
        Wire::Bedrock => Object::new().with("message", message),
    }
}

/// The code of an error that was noticed here. A provider's own has a place in OpenAI's shape only.
fn own_code(failure: &Failure) -> Option<&str> {
    failure.code.as_deref().filter(|code| *code == NOTICED)
}

/// Google's place for a code (AIP-193).
fn details(code: &str) -> Json {
    let info = Object::new()
        .with("@type", "type.googleapis.com/google.rpc.ErrorInfo")
        .with("reason", code)
        .with("domain", "countersign");
    Json::List(vec![info.into()])
}

/// OpenAI's inner object.
#[must_use]
pub fn openai(failure: &Failure) -> Object {
    let code = failure.code.as_deref().map_or(Json::Null, Json::from);
    Object::new()
        .with("message", failure.message.as_str())
        .with("type", openai_type(status(Wire::Chat, failure)))
        .with("param", Json::Null)
        .with("code", code)
}

/// The status that goes with a provider's word for an error.
fn status_of(word: &str) -> u16 {
    match word {
        "authentication_error" | "invalid_api_key" | "UNAUTHENTICATED" => 401,
        "billing_error" | "insufficient_quota" => 402,
        "permission_error" | "PERMISSION_DENIED" | "accessDeniedException" => 403,
        "not_found_error" | "NOT_FOUND" | "model_not_found" => 404,
        "request_too_large" => 413,
        "rate_limit_error" | "rate_limit_exceeded" | "RESOURCE_EXHAUSTED" | "throttlingException" => 429,
        "overloaded_error" => 529,
        "UNAVAILABLE" | "serviceUnavailableException" | "server_overloaded" => 503,
        "timeout_error" | "DEADLINE_EXCEEDED" => 504,
        "invalid_request_error"
        | "INVALID_ARGUMENT"
        | "FAILED_PRECONDITION"
        | "validationException"
        | "invalid_prompt"
        | "context_length_exceeded" => 400,
        _ => 500,
    }
}

const fn google_status(status: u16) -> &'static str {
    match status {
        401 => "UNAUTHENTICATED",
        402 | 429 => "RESOURCE_EXHAUSTED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        503 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        500.. => "INTERNAL",
        _ => "INVALID_ARGUMENT",
    }
}
