//! A streamed answer put together again, in the shape of one that came in one piece.

use std::collections::BTreeMap;

use domain::inference::Endpoint;
use serde_json::{Map, Value, json};

use super::gemini;
use super::parts::{list_at, text_at};
use crate::sse::Splitter;

/// The answer that the events of a stream add up to; `None` where there is no event at all.
pub(super) fn fold(endpoint: Endpoint, body: &[u8]) -> Option<Value> {
    let mut events = Vec::new();
    let mut splitter = Splitter::new();
    let mut take = |data: &[u8]| events.extend(serde_json::from_slice::<Value>(data).ok());
    splitter.push(body, |event| take(&event.data));
    splitter.finish(|event| take(&event.data));
    if events.is_empty() {
        return None;
    }
    let mut whole = match endpoint {
        Endpoint::Responses => responses(&events),
        Endpoint::Messages | Endpoint::CountTokens => messages(&events),
        Endpoint::Chat | Endpoint::Embeddings => chat(&events),
        Endpoint::Gemini | Endpoint::GeminiCount => gemini::fold(&events),
    };
    if let Some(error) = events.iter().find_map(failure) {
        whole.insert("error".to_owned(), error);
    }
    Some(Value::Object(whole))
}

fn failure(event: &Value) -> Option<Value> {
    let inner = event.get("error").or_else(|| event.get("response")?.get("error"));
    match inner {
        Some(error) if !error.is_null() => Some(error.clone()),
        _ if text_at(event, "type") == "error" => Some(event.clone()),
        _ => None,
    }
}

/// A message under construction: its texts, and its tool calls by index.
#[derive(Default)]
struct Message {
    texts: BTreeMap<&'static str, String>,
    calls: BTreeMap<u64, (String, String)>,
}

impl Message {
    fn add(&mut self, delta: &Value) {
        for key in ["content", "refusal", "reasoning", "reasoning_content"] {
            let text = text_at(delta, key);
            if !text.is_empty() {
                self.texts.entry(key).or_default().push_str(text);
            }
        }
        for call in list_at(delta, "tool_calls") {
            let function = call.get("function").unwrap_or(call);
            let (name, arguments) = self.calls.entry(index(call)).or_default();
            name.push_str(text_at(function, "name"));
            arguments.push_str(text_at(function, "arguments"));
        }
    }

    fn build(self) -> Value {
        let calls: Vec<Value> = self
            .calls
            .into_values()
            .map(|(name, arguments)| json!({"function": {"name": name, "arguments": arguments}}))
            .collect();
        let mut message = json!({"role": "assistant", "tool_calls": calls});
        if let Value::Object(members) = &mut message {
            members.extend(self.texts.into_iter().map(|(key, text)| (key.to_owned(), text.into())));
        }
        json!({"message": message})
    }
}

fn chat(events: &[Value]) -> Map<String, Value> {
    let mut messages: BTreeMap<u64, Message> = BTreeMap::new();
    for choice in events.iter().flat_map(|event| list_at(event, "choices")) {
        let message = messages.entry(index(choice)).or_default();
        if let Some(delta) = choice.get("delta") {
            message.add(delta);
        }
    }
    let choices = messages.into_values().map(Message::build).collect();
    Map::from_iter([("choices".to_owned(), Value::Array(choices))])
}

fn messages(events: &[Value]) -> Map<String, Value> {
    let mut blocks: BTreeMap<u64, Value> = BTreeMap::new();
    for event in events {
        match text_at(event, "type") {
            "content_block_start" => {
                let block = event.get("content_block").cloned().unwrap_or_default();
                blocks.insert(index(event), block);
            }
            "content_block_delta" => {
                let block = blocks.entry(index(event)).or_insert_with(|| json!({"type": "text"}));
                if let (Some(block), Some(delta)) = (block.as_object_mut(), event.get("delta")) {
                    block_delta(block, delta);
                }
            }
            _ => {}
        }
    }
    Map::from_iter([("content".to_owned(), blocks.into_values().collect())])
}

fn block_delta(block: &mut Map<String, Value>, delta: &Value) {
    let (from, into) = match text_at(delta, "type") {
        "text_delta" => ("text", "text"),
        "thinking_delta" => ("thinking", "thinking"),
        "input_json_delta" => ("partial_json", "input"),
        _ => return,
    };
    let added = text_at(delta, from);
    match block.get_mut(into) {
        Some(Value::String(text)) => text.push_str(added),
        _ => drop(block.insert(into.to_owned(), added.into())),
    }
}

/// The last event repeats the answer. A stream that was cut before it leaves the items that were
/// finished, and the text of the one that was not.
fn responses(events: &[Value]) -> Map<String, Value> {
    let whole = events.iter().rev().filter_map(|event| event.get("response"));
    if let Some(Value::Object(whole)) = whole.clone().find(|whole| !list_at(whole, "output").is_empty()) {
        return whole.clone();
    }
    let mut items: BTreeMap<u64, Value> = BTreeMap::new();
    for event in events {
        let at = event.get("output_index").and_then(Value::as_u64).unwrap_or(0);
        match text_at(event, "type") {
            "response.output_item.added" | "response.output_item.done" => {
                items.insert(at, event.get("item").cloned().unwrap_or_default());
            }
            kind if kind.ends_with(".delta") => {
                let item = items.entry(at).or_insert_with(|| json!({"type": "message"}));
                item_delta(item, kind, text_at(event, "delta"));
            }
            _ => {}
        }
    }
    Map::from_iter([("output".to_owned(), items.into_values().collect())])
}

fn item_delta(item: &mut Value, kind: &str, added: &str) {
    let key = match kind {
        "response.output_text.delta" | "response.refusal.delta" | "response.reasoning_text.delta" => {
            "content"
        }
        "response.reasoning_summary_text.delta" => "summary",
        "response.function_call_arguments.delta" => "arguments",
        "response.custom_tool_call_input.delta" => "input",
        _ => return,
    };
    let Some(item) = item.as_object_mut() else { return };
    match item.get_mut(key) {
        Some(Value::String(text)) => text.push_str(added),
        _ => drop(item.insert(key.to_owned(), added.into())),
    }
}

fn index(value: &Value) -> u64 {
    value.get("index").and_then(Value::as_u64).unwrap_or(0)
}
