//! Errors, as the providers word them.

use domain::inference::{Dialect, Endpoint};
use serde_json::{Value, json};

/// The body of an error of this status.
pub(super) fn body(dialect: Dialect, status: u16) -> Value {
    let message = format!("simulated error {status}: the model's name asked for it");
    match dialect {
        Dialect::Openai => {
            let (kind, code) = match status {
                401 => ("invalid_request_error", json!("invalid_api_key")),
                404 => ("invalid_request_error", json!("model_not_found")),
                429 => ("requests", json!("rate_limit_exceeded")),
                500.. => ("server_error", Value::Null),
                _ => ("invalid_request_error", Value::Null),
            };
            json!({"error": {"message": message, "type": kind, "param": null, "code": code}})
        }
        Dialect::Gemini => json!({"error": {"code": status, "message": message, "status": "UNKNOWN"}}),
        Dialect::Anthropic => {
            let kind = match status {
                401 => "authentication_error",
                403 => "permission_error",
                404 => "not_found_error",
                413 => "request_too_large",
                429 => "rate_limit_error",
                529 => "overloaded_error",
                500.. => "api_error",
                _ => "invalid_request_error",
            };
            json!({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_simulated"})
        }
    }
}

/// An error inside a stream.
pub(super) fn event(endpoint: Endpoint) -> Vec<u8> {
    let message = "simulated error inside a stream: the model's name asked for it";
    match endpoint {
        Endpoint::Messages | Endpoint::CountTokens => super::pace::event(
            Some("error"),
            &json!({"type": "error", "error": {"type": "overloaded_error", "message": message}}),
        ),
        Endpoint::Responses => super::pace::event(
            Some("error"),
            &json!({"type": "error", "sequence_number": 0, "code": "server_error", "message": message, "param": null,
                "error": {"type": "server_error", "code": "server_error", "message": message, "param": null}}),
        ),
        Endpoint::Chat | Endpoint::Embeddings | Endpoint::Gemini | Endpoint::GeminiCount => {
            super::pace::event(
                None,
                &json!({"error": {"message": message, "type": "server_error", "param": null, "code": "server_error"}}),
            )
        }
    }
}
