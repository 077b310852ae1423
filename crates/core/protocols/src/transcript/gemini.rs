//! Contents of Google's dialect, which may be spelled in two ways.

use serde_json::{Map, Value, json};

use super::parts::{call, list_at, part, shown, text_at, turn};
use super::{Part, PartKind, Turn};

/// The turns of a request.
pub(super) fn request(value: &Value) -> Vec<Turn> {
    let value = either(value, "generateContentRequest").unwrap_or(value);
    let system = match either(value, "systemInstruction") {
        Some(Value::String(text)) => vec![part(PartKind::Text, text.as_str())],
        Some(content) => parts(content),
        None => Vec::new(),
    };
    let mut turns: Vec<Turn> = turn("system", system).into_iter().collect();
    turns.extend(list_at(value, "contents").iter().filter_map(|content| {
        let role = match text_at(content, "role") {
            "model" => "assistant",
            "" => "user",
            other => other,
        };
        turn(role, parts(content))
    }));
    turns
}

/// The turns of an answer.
pub(super) fn response(value: &Value) -> Vec<Turn> {
    let contents = list_at(value, "candidates").iter().filter_map(|candidate| candidate.get("content"));
    let mut turns: Vec<Turn> = contents.filter_map(|content| turn("assistant", parts(content))).collect();
    let blocked = value.get("promptFeedback").map(|feedback| text_at(feedback, "blockReason"));
    if let Some(reason) = blocked.filter(|reason| !reason.is_empty()) {
        turns.extend(turn(
            "assistant",
            vec![part(PartKind::Other, format!("the prompt was blocked: {reason}"))],
        ));
    }
    turns
}

/// What a request for a count of tokens got.
pub(super) fn counted(value: &Value) -> Vec<Turn> {
    let tokens = value.get("totalTokens").and_then(Value::as_u64);
    let parts = tokens.map(|tokens| part(PartKind::Other, format!("{tokens} input tokens")));
    turn("assistant", parts.into_iter().collect()).into_iter().collect()
}

/// Chunks as one answer: texts of one kind that follow each other are one part.
pub(super) fn fold(chunks: &[Value]) -> Map<String, Value> {
    let mut candidates: std::collections::BTreeMap<u64, Vec<Value>> = std::collections::BTreeMap::new();
    for candidate in chunks.iter().flat_map(|chunk| list_at(chunk, "candidates")) {
        let index = candidate.get("index").and_then(Value::as_u64).unwrap_or(0);
        let whole = candidates.entry(index).or_default();
        let content = candidate.get("content").map_or(&[][..], |content| list_at(content, "parts"));
        content.iter().for_each(|more| join(whole, more));
    }
    let candidates = candidates.into_values().map(|parts| json!({"content": {"parts": parts}})).collect();
    let mut whole = Map::from_iter([("candidates".to_owned(), Value::Array(candidates))]);
    let feedback = chunks.iter().find_map(|chunk| chunk.get("promptFeedback"));
    whole.extend(feedback.map(|feedback| ("promptFeedback".to_owned(), feedback.clone())));
    whole
}

fn join(parts: &mut Vec<Value>, more: &Value) {
    let thought = |part: &Value| part.get("thought").and_then(Value::as_bool).unwrap_or(false);
    if let (Some(Value::String(text)), Some(last)) = (more.get("text"), parts.last_mut())
        && thought(last) == thought(more)
        && let Some(Value::String(so_far)) = last.get_mut("text")
    {
        so_far.push_str(text);
        return;
    }
    parts.push(more.clone());
}

fn parts(content: &Value) -> Vec<Part> {
    list_at(content, "parts").iter().filter_map(one).collect()
}

fn one(value: &Value) -> Option<Part> {
    if let Some(Value::String(text)) = value.get("text") {
        let thought = value.get("thought").and_then(Value::as_bool).unwrap_or(false);
        let kind = if thought { PartKind::Reasoning } else { PartKind::Text };
        return (!text.is_empty()).then(|| part(kind, text.as_str()));
    }
    if let Some(function) = either(value, "functionCall") {
        return Some(call(text_at(function, "name"), &function.get("args").map(shown).unwrap_or_default()));
    }
    if let Some(result) = either(value, "functionResponse") {
        let response = result.get("response").unwrap_or(&Value::Null);
        let text = match response.get("output").or_else(|| response.get("result")) {
            Some(Value::String(text)) => text.clone(),
            _ => shown(response),
        };
        return Some(part(PartKind::ToolResult, text));
    }
    if let Some(data) = either(value, "inlineData") {
        let kind = either(data, "mimeType").and_then(Value::as_str).unwrap_or_default();
        let bytes = text_at(data, "data").len() / 4 * 3;
        let image = if kind.starts_with("image/") { PartKind::Image } else { PartKind::Other };
        return Some(part(image, format!("{kind}, {bytes} bytes")));
    }
    if let Some(file) = either(value, "fileData") {
        let link = either(file, "fileUri").and_then(Value::as_str).unwrap_or_default();
        return Some(part(PartKind::Other, format!("file {link}")));
    }
    Some(part(PartKind::Other, shown(value)))
}

/// What stands under `key`, in either spelling.
fn either<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    value.get(key).or_else(|| value.get(crate::gemini::snake(key)))
}
