//! What answers look like in Google's dialect.

use serde_json::{Value, json};

use super::answers::{Call, Said, parsed};

/// The body of a plain answer.
pub(super) fn body(call: &Call, said: &Said) -> Value {
    let part = match &said.tool {
        Some(tool) => called(tool, said),
        None => json!({"text": said.pieces.concat()}),
    };
    chunk(call, said, &json!([part]), Some(finish(said)))
}

/// The chunks of a stream. Each says what was used so far; the last has the reason for the end.
pub(super) fn chunks(call: &Call, said: &Said) -> Vec<Value> {
    let mut parts: Vec<Value> = match &said.tool {
        Some(tool) => vec![called(tool, said)],
        None => said.pieces.iter().map(|piece| json!({"text": piece})).collect(),
    };
    let last = parts.pop().unwrap_or_else(|| json!({"text": ""}));
    let mut chunks: Vec<Value> =
        parts.into_iter().map(|part| chunk(call, said, &json!([part]), None)).collect();
    chunks.push(chunk(call, said, &json!([last]), Some(finish(said))));
    chunks
}

/// An error body.
pub(super) fn error(status: u16, text: &str) -> String {
    let word = match status {
        400 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        404 => "NOT_FOUND",
        429 => "RESOURCE_EXHAUSTED",
        503 => "UNAVAILABLE",
        _ => "INTERNAL",
    };
    json!({"error": {"code": status, "message": text, "status": word}}).to_string()
}

fn called(tool: &str, said: &Said) -> Value {
    json!({"functionCall": {"name": tool, "args": parsed(&said.arguments)}, "thoughtSignature": "c2NyaXB0ZWQ="})
}

fn finish(said: &Said) -> &'static str {
    if said.cut { "MAX_TOKENS" } else { "STOP" }
}

fn chunk(call: &Call, said: &Said, parts: &Value, finish: Option<&str>) -> Value {
    let mut candidate = json!({"content": {"role": "model", "parts": parts}, "index": 0});
    if let Some(finish) = finish {
        candidate["finishReason"] = json!(finish);
    }
    let mut chunk = json!({
        "candidates": [candidate], "modelVersion": call.model, "responseId": "scripted",
        "x_unknown_to_all": {"kept": [1, 2.50, "three"]},
    });
    if let Some((input, cached, output)) = said.usage {
        chunk["usageMetadata"] = json!({
            "promptTokenCount": input, "cachedContentTokenCount": cached, "candidatesTokenCount": output,
            "totalTokenCount": input + output,
        });
    }
    chunk
}
