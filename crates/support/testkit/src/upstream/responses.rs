//! What answers look like in the dialect of responses.

use serde_json::{Value, json};

use super::answers::{Call, Said, event};

/// The body of a plain answer.
pub(super) fn body(call: &Call, said: &Said) -> Value {
    response(call, said, "completed")
}

fn item(said: &Said) -> Value {
    match &said.tool {
        Some(tool) => json!({"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": tool,
                             "arguments": said.arguments, "status": "completed"}),
        None => json!({"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
                       "content": [{"type": "output_text", "text": said.joined(), "annotations": []}]}),
    }
}

fn response(call: &Call, said: &Said, status: &str) -> Value {
    json!({
        "id": "resp_scripted", "object": "response", "created_at": 1_700_000_000, "status": status,
        "model": call.model, "output": [item(said)], "parallel_tool_calls": true, "tool_choice": "auto",
        "tools": [], "error": null, "incomplete_details": null, "instructions": null, "metadata": {},
        "temperature": 1.0, "top_p": 1.0,
    })
}

/// The events of a streamed answer.
pub(super) fn events(call: &Call, said: &Said) -> Vec<String> {
    let mut started = response(call, said, "in_progress");
    started["output"] = json!([]);
    let item = self::item(said);
    let mut open = item.clone();
    open["status"] = json!("in_progress");
    let mut bodies = vec![json!({"type": "response.created", "response": started})];
    if said.tool.is_some() {
        open["arguments"] = json!("");
        bodies.push(json!({"type": "response.output_item.added", "output_index": 0, "item": open}));
        bodies.push(json!({"type": "response.function_call_arguments.delta", "item_id": "fc_1", "output_index": 0, "delta": said.arguments}));
        bodies.push(json!({"type": "response.function_call_arguments.done", "item_id": "fc_1", "output_index": 0, "name": said.tool, "arguments": said.arguments}));
    } else {
        let at = json!({"item_id": "msg_1", "output_index": 0, "content_index": 0});
        let with = |kind: &str, key: &str, value: Value| {
            let mut body = at.clone();
            body["type"] = json!(kind);
            body[key] = value;
            body
        };
        let part = |text: &str| json!({"type": "output_text", "text": text, "annotations": []});
        open["content"] = json!([]);
        bodies.push(json!({"type": "response.output_item.added", "output_index": 0, "item": open}));
        bodies.push(with("response.content_part.added", "part", part("")));
        bodies.extend(
            said.pieces.iter().map(|piece| with("response.output_text.delta", "delta", json!(piece))),
        );
        bodies.push(with("response.output_text.done", "text", json!(said.joined())));
        bodies.push(with("response.content_part.done", "part", part(&said.joined())));
    }
    bodies.push(json!({"type": "response.output_item.done", "output_index": 0, "item": item}));
    let mut completed = response(call, said, "completed");
    completed["usage"] = said.usage.map_or(Value::Null, usage);
    bodies.push(json!({"type": "response.completed", "response": completed}));
    let numbered = bodies.into_iter().enumerate().map(|(number, mut body)| {
        body["sequence_number"] = json!(number);
        event(body["type"].as_str().unwrap_or_default(), &body)
    });
    numbered.collect()
}

/// What was used: all input, what of it was read from a cache, and output.
pub(super) fn usage((input, cached, output): (u64, u64, u64)) -> Value {
    json!({
        "input_tokens": input, "input_tokens_details": {"cached_tokens": cached},
        "output_tokens": output, "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": input + output,
    })
}
