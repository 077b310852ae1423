//! What clients make of a stream: the answer that they end up with, in their dialect.

use serde_json::{Map, Value, json};
use translate::Caller;

use crate::support::events;

/// The answer that a client of `caller`'s dialect puts together, in the shape of a whole one.
pub(crate) fn fold(caller: Caller, stream: &str) -> Value {
    let events = events(stream);
    match caller {
        Caller::Chat => chat(&events),
        Caller::Responses => responses(&events),
        Caller::Messages => messages(&events),
        Caller::Gemini => gemini(&events),
    }
}

/// A whole answer without what a stream says otherwise.
pub(crate) fn whole(caller: Caller, body: &[u8]) -> Value {
    let mut answer: Value = serde_json::from_slice(body).unwrap();
    if caller == Caller::Chat {
        answer["object"] = "chat.completion.chunk".into();
        answer["choices"][0].as_object_mut().unwrap().remove("logprobs");
        answer["choices"][0]["message"].as_object_mut().unwrap().retain(|_, value| !value.is_null());
    }
    if caller == Caller::Gemini {
        let mut parts = Vec::new(); // texts side by side are one for whoever reads them
        let said = answer["candidates"][0]["content"]["parts"].as_array().unwrap();
        said.iter().for_each(|part| gemini_part(part, &mut parts));
        answer["candidates"][0]["content"]["parts"] = parts.into();
    }
    answer
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// Appends to a text member.
fn append(object: &mut Map<String, Value>, key: &str, more: &str) {
    if !more.is_empty() {
        let before = object.get(key).and_then(Value::as_str).unwrap_or_default();
        object.insert(key.into(), format!("{before}{more}").into());
    }
}

fn chat(events: &[Value]) -> Value {
    let mut message = Map::new();
    let (mut calls, mut details, mut annotations): (Vec<Value>, Vec<Value>, Vec<Value>) = Default::default();
    let (mut stop, mut usage) = (Value::Null, None);
    for event in events {
        usage = event.get("usage").cloned().or(usage);
        let Some(choice) = event["choices"].get(0) else { continue };
        stop = if choice["finish_reason"].is_null() { stop } else { choice["finish_reason"].clone() };
        let delta = &choice["delta"];
        if let Some(role) = delta.get("role") {
            assert!(message.insert("role".into(), role.clone()).is_none(), "the role is said once");
        }
        for key in ["content", "refusal", "reasoning_content"] {
            append(&mut message, key, text(delta, key));
        }
        annotations.extend(delta["annotations"].as_array().cloned().unwrap_or_default());
        for call in delta["tool_calls"].as_array().into_iter().flatten() {
            chat_call(call, &mut calls);
        }
        for detail in delta["reasoning_details"].as_array().into_iter().flatten() {
            chat_detail(detail, &mut details);
        }
    }
    for (key, list) in [("tool_calls", calls), ("reasoning_details", details), ("annotations", annotations)] {
        if !list.is_empty() {
            message.insert(key.into(), list.into());
        }
    }
    let choice = json!({"index": 0, "message": message, "finish_reason": stop});
    let mut answer = json!({"choices": [choice]});
    for key in ["id", "object", "created", "model"] {
        answer[key] = events[0][key].clone();
    }
    if let Some(usage) = usage {
        answer["usage"] = usage;
    }
    answer
}

fn chat_call(call: &Value, calls: &mut Vec<Value>) {
    let index = usize::try_from(call["index"].as_u64().unwrap()).unwrap();
    if index == calls.len() {
        let mut call = call.clone();
        call.as_object_mut().unwrap().remove("index");
        return calls.push(call);
    }
    assert_eq!(index + 1, calls.len(), "one call after the other");
    append(
        calls[index]["function"].as_object_mut().unwrap(),
        "arguments",
        text(&call["function"], "arguments"),
    );
}

fn chat_detail(detail: &Value, details: &mut Vec<Value>) {
    match details.last_mut() {
        Some(last) if last["type"] == detail["type"] && last["index"] == detail["index"] => {
            let last = last.as_object_mut().unwrap();
            append(last, "text", text(detail, "text"));
            for key in ["signature", "id"] {
                detail.get(key).map(|value| last.insert(key.into(), value.clone()));
            }
        }
        _ => details.push(detail.clone()),
    }
}

/// The last event repeats everything; that it repeats what was said is tested with the streams.
fn responses(events: &[Value]) -> Value {
    let last = events.last().unwrap();
    assert!(matches!(text(last, "type"), "response.completed" | "response.incomplete"), "{last}");
    last["response"].clone()
}

fn messages(events: &[Value]) -> Value {
    let mut answer = Value::Null;
    let mut blocks: Vec<Value> = Vec::new();
    let mut inputs: Vec<String> = Vec::new();
    for event in events {
        match text(event, "type") {
            "message_start" => answer = event["message"].clone(),
            "content_block_start" => {
                assert_eq!(event["index"], blocks.len());
                blocks.push(event["content_block"].clone());
                inputs.push(String::new());
            }
            "content_block_delta" => {
                let (block, input) = (blocks.last_mut().unwrap(), inputs.last_mut().unwrap());
                messages_delta(&event["delta"], block, input);
            }
            "message_delta" => {
                for key in ["stop_reason", "stop_sequence"] {
                    answer[key] = event["delta"][key].clone();
                }
                answer["usage"] = event["usage"].clone();
            }
            _ => {}
        }
    }
    for (block, input) in blocks.iter_mut().zip(inputs) {
        if block["type"] == "tool_use" {
            block["input"] = serde_json::from_str(&input).unwrap();
        }
    }
    answer["content"] = blocks.into();
    answer
}

fn messages_delta(delta: &Value, block: &mut Value, input: &mut String) {
    let block = block.as_object_mut().unwrap();
    match text(delta, "type") {
        "text_delta" => append(block, "text", text(delta, "text")),
        "thinking_delta" => append(block, "thinking", text(delta, "thinking")),
        "signature_delta" => append(block, "signature", text(delta, "signature")),
        "input_json_delta" => input.push_str(text(delta, "partial_json")),
        "citations_delta" => {
            let citations = block.entry("citations").or_insert_with(|| json!([]));
            citations.as_array_mut().unwrap().push(delta["citation"].clone());
        }
        other => panic!("an unknown delta: {other}"),
    }
}

fn gemini(events: &[Value]) -> Value {
    let mut parts: Vec<Value> = Vec::new();
    let mut answer = events.last().unwrap().clone();
    for event in events {
        for part in event["candidates"][0]["content"]["parts"].as_array().unwrap() {
            gemini_part(part, &mut parts);
        }
    }
    answer["candidates"][0]["content"]["parts"] = parts.into();
    answer
}

fn gemini_part(part: &Value, parts: &mut Vec<Value>) {
    let joins = |last: &Value| {
        let texts = last.get("text").is_some() && part.get("text").is_some();
        let signs = part.get("thoughtSignature").is_none() || part["thought"] == true;
        texts && signs && last.get("thought") == part.get("thought") && last.get("thoughtSignature").is_none()
    };
    match parts.last_mut() {
        Some(last) if joins(last) => {
            let last = last.as_object_mut().unwrap();
            append(last, "text", text(part, "text"));
            part.get("thoughtSignature").map(|value| last.insert("thoughtSignature".into(), value.clone()));
        }
        Some(last)
            if part["text"] != ""
                && last.get("text").is_some()
                && last.get("thought").is_none()
                && part.get("text").is_some()
                && part.get("thought").is_none()
                && part.get("thoughtSignature").is_none() =>
        {
            append(last.as_object_mut().unwrap(), "text", text(part, "text"));
        }
        _ => parts.push(part.clone()),
    }
}
