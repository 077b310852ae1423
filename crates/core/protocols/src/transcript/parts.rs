//! Parts of turns, from the content of any dialect.

use serde_json::Value;

use super::{Part, PartKind, Turn};

/// Longest text of a value that is shown because nothing better is known.
const LONGEST: usize = 4_000;

/// A turn, unless it is empty.
pub(super) fn turn(role: &str, parts: Vec<Part>) -> Option<Turn> {
    (!parts.is_empty()).then(|| Turn { role: role.to_owned(), parts })
}

/// A part.
pub(super) fn part(kind: PartKind, text: impl Into<String>) -> Part {
    Part { kind, text: text.into() }
}

/// A tool call as text.
pub(super) fn call(name: &str, arguments: &str) -> Part {
    part(PartKind::ToolCall, format!("{name}({arguments})"))
}

/// What stands under `key`, if it is a text.
pub(super) fn text_at<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// What stands under `key`, if it is a list.
pub(super) fn list_at<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The parts of a `content`: a text, or a list of typed parts. Texts are of kind `as_kind`.
pub(super) fn of_content(content: Option<&Value>, as_kind: PartKind) -> Vec<Part> {
    match content {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(text)) if text.is_empty() => Vec::new(),
        Some(Value::String(text)) => vec![part(as_kind, text.as_str())],
        Some(Value::Array(parts)) => parts.iter().flat_map(|value| of_part(value, as_kind)).collect(),
        Some(other) => of_part(other, as_kind),
    }
}

/// One typed part of any dialect.
fn of_part(value: &Value, as_kind: PartKind) -> Vec<Part> {
    let one = |kind, text: &str| vec![part(kind, text)];
    match text_at(value, "type") {
        "" => match value {
            Value::String(text) => one(as_kind, text),
            _ => one(PartKind::Other, &shown(value)),
        },
        "text" | "input_text" | "output_text" | "summary_text" | "reasoning_text" => {
            one(as_kind, text_at(value, "text"))
        }
        "refusal" => one(as_kind, text_at(value, "refusal")),
        "thinking" => one(PartKind::Reasoning, text_at(value, "thinking")),
        "redacted_thinking" => one(PartKind::Reasoning, "(withheld by the provider)"),
        "tool_use" | "server_tool_use" | "mcp_tool_use" => {
            vec![call(text_at(value, "name"), &value.get("input").map(shown).unwrap_or_default())]
        }
        "tool_result" => of_content(value.get("content"), PartKind::ToolResult),
        "image_url" | "input_image" | "image" => one(PartKind::Image, &image(value)),
        kind => vec![part(PartKind::Other, format!("{kind}: {}", shown(value)))],
    }
}

fn image(value: &Value) -> String {
    let source = value.get("source").unwrap_or(value);
    let link = match value.get("image_url") {
        Some(Value::String(link)) => link.as_str(),
        Some(inner) => text_at(inner, "url"),
        None => text_at(source, "url"),
    };
    let (kind, data) = match link.strip_prefix("data:").and_then(|data| data.split_once(";base64,")) {
        Some(inline) => inline,
        None => (text_at(source, "media_type"), text_at(source, "data")),
    };
    match (data, link) {
        ("", "") => format!("image {}", text_at(source, "file_id")).trim_end().to_owned(),
        ("", link) => link.to_owned(),
        (data, _) => format!("{kind}, {} bytes", data.len() / 4 * 3),
    }
}

/// Any value as text: without base64 data, and not longer than a page bears.
pub(super) fn shown(value: &Value) -> String {
    let mut text = match value {
        Value::String(text) => text.clone(),
        other => without_data(other).to_string(),
    };
    if text.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    text
}

fn without_data(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| match (key.as_str(), value) {
                (
                    "data" | "file_data" | "result" | "encrypted_content" | "signature",
                    Value::String(data),
                ) => (key.clone(), Value::String(format!("({} bytes)", data.len()))),
                _ => (key.clone(), without_data(value)),
            })
            .collect(),
        Value::Array(values) => values.iter().map(without_data).collect(),
        other => other.clone(),
    }
}

/// A body that is not of the endpoint's format.
pub(super) fn unreadable(body: &[u8]) -> Vec<Turn> {
    let text = Value::String(String::from_utf8_lossy(body).into_owned());
    let parts = if body.is_empty() { Vec::new() } else { vec![part(PartKind::Other, shown(&text))] };
    turn("unreadable", parts).into_iter().collect()
}

/// A message of the chat endpoint, in a request or in an answer.
pub(super) fn chat_message(message: &Value, default_role: &str) -> Option<Turn> {
    let role = message.get("role").and_then(Value::as_str).unwrap_or(default_role);
    let kind = if matches!(role, "tool" | "function") { PartKind::ToolResult } else { PartKind::Text };
    let mut parts = Vec::new();
    for key in ["reasoning_content", "reasoning"] {
        if parts.is_empty() {
            parts = of_content(message.get(key), PartKind::Reasoning);
        }
    }
    parts.extend(of_content(message.get("content"), kind));
    parts.extend(of_content(message.get("refusal"), PartKind::Text));
    for tool in list_at(message, "tool_calls") {
        let inner = tool.get("function").or_else(|| tool.get("custom")).unwrap_or(tool);
        let arguments = inner.get("arguments").or_else(|| inner.get("input")).map(shown).unwrap_or_default();
        parts.push(call(text_at(inner, "name"), &arguments));
    }
    if let Some(function) = message.get("function_call").filter(|call| call.is_object()) {
        parts.push(call(text_at(function, "name"), text_at(function, "arguments")));
    }
    turn(role, parts)
}

/// An item of the responses endpoint, in a request or in an answer.
pub(super) fn responses_item(item: &Value) -> Option<Turn> {
    let kind = item.get("type").and_then(Value::as_str).unwrap_or("message");
    match kind {
        "message" => {
            let role = item.get("role").and_then(Value::as_str).unwrap_or("assistant");
            turn(role, of_content(item.get("content"), PartKind::Text))
        }
        "reasoning" => {
            let mut parts = of_content(item.get("summary"), PartKind::Reasoning);
            parts.extend(of_content(item.get("content"), PartKind::Reasoning));
            turn("assistant", parts)
        }
        "function_call" | "custom_tool_call" | "mcp_call" => {
            let arguments = item.get("arguments").or_else(|| item.get("input")).map(shown);
            turn("assistant", vec![call(text_at(item, "name"), &arguments.unwrap_or_default())])
        }
        "function_call_output" | "custom_tool_call_output" => {
            turn("tool", of_content(item.get("output"), PartKind::ToolResult))
        }
        other if other.ends_with("_output") => turn("tool", vec![part(PartKind::ToolResult, shown(item))]),
        other => turn("assistant", vec![part(PartKind::Other, format!("{other}: {}", shown(item)))]),
    }
}
