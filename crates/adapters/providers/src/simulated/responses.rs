//! The responses endpoint.

use serde_json::{Value, json};

use super::ask::Ask;
use super::pace::{event, pieces};
use super::reply::{Reply, Said};

/// The whole answer.
pub(super) fn body(ask: &Ask, reply: &Reply) -> Value {
    let (status, details) = match reply.cut_short {
        true => ("incomplete", json!({"reason": "max_output_tokens"})),
        false => ("completed", Value::Null),
    };
    let mut response = response(ask, reply, status);
    response["incomplete_details"] = details;
    response["output"] = json!([item(reply, "completed", true)]);
    response["usage"] = usage(ask, reply);
    response
}

/// The events of a stream.
pub(super) fn events(ask: &Ask, reply: &Reply) -> Vec<Vec<u8>> {
    let mut stream = Stream { events: Vec::new() };
    let begun = response(ask, reply, "in_progress");
    stream.push("response.created", json!({"response": begun}));
    stream.push("response.in_progress", json!({"response": begun}));
    let started = json!({"output_index": 0, "item": item(reply, "in_progress", false)});
    stream.push("response.output_item.added", started);
    match &reply.said {
        Said::Text(text) => stream.text(reply, text),
        Said::Call { arguments, .. } => stream.call(reply, &arguments.to_string()),
    }
    let done = json!({"output_index": 0, "item": item(reply, "completed", true)});
    stream.push("response.output_item.done", done);
    let last = if reply.cut_short { "response.incomplete" } else { "response.completed" };
    stream.push(last, json!({"response": body(ask, reply)}));
    stream.events
}

struct Stream {
    events: Vec<Vec<u8>>,
}

impl Stream {
    fn push(&mut self, name: &str, mut data: Value) {
        data["type"] = json!(name);
        data["sequence_number"] = json!(self.events.len());
        self.events.push(event(Some(name), &data));
    }

    fn text(&mut self, reply: &Reply, text: &str) {
        let at = |mut data: Value| {
            data["item_id"] = json!(item_id(reply));
            data["output_index"] = json!(0);
            data["content_index"] = json!(0);
            data
        };
        let part =
            |text: &str| json!({"type": "output_text", "text": text, "annotations": [], "logprobs": []});
        self.push("response.content_part.added", at(json!({"part": part("")})));
        for piece in pieces(text) {
            self.push("response.output_text.delta", at(json!({"delta": piece, "logprobs": []})));
        }
        self.push("response.output_text.done", at(json!({"text": text, "logprobs": []})));
        self.push("response.content_part.done", at(json!({"part": part(text)})));
    }

    fn call(&mut self, reply: &Reply, arguments: &str) {
        let id = item_id(reply);
        for piece in pieces(arguments) {
            let data = json!({"item_id": id, "output_index": 0, "delta": piece});
            self.push("response.function_call_arguments.delta", data);
        }
        let data = json!({"item_id": id, "output_index": 0, "arguments": arguments});
        self.push("response.function_call_arguments.done", data);
    }
}

fn response(ask: &Ask, reply: &Reply, status: &str) -> Value {
    let given = |key: &str, otherwise: Value| ask.body.get(key).cloned().unwrap_or(otherwise);
    json!({
        "id": format!("resp_sim{}", reply.id), "object": "response", "created_at": reply.created,
        "status": status, "background": false, "error": null, "incomplete_details": null,
        "instructions": given("instructions", Value::Null),
        "max_output_tokens": given("max_output_tokens", Value::Null),
        "metadata": given("metadata", json!({})), "model": ask.model, "output": [],
        "parallel_tool_calls": given("parallel_tool_calls", json!(true)),
        "previous_response_id": given("previous_response_id", Value::Null),
        "reasoning": {"effort": null, "summary": null}, "store": given("store", json!(true)),
        "temperature": given("temperature", json!(1.0)), "text": given("text", json!({"format": {"type": "text"}})),
        "tool_choice": given("tool_choice", json!("auto")), "tools": given("tools", json!([])),
        "top_p": given("top_p", json!(1.0)), "truncation": "disabled", "usage": null, "user": null,
    })
}

fn item(reply: &Reply, status: &str, filled: bool) -> Value {
    match &reply.said {
        Said::Text(text) => {
            let part = json!({"type": "output_text", "text": text, "annotations": [], "logprobs": []});
            let content = if filled { json!([part]) } else { json!([]) };
            json!({"type": "message", "id": item_id(reply), "status": status, "role": "assistant",
                "content": content})
        }
        Said::Call { name, arguments } => {
            let arguments = if filled { arguments.to_string() } else { String::new() };
            json!({"type": "function_call", "id": item_id(reply), "status": status,
                "call_id": format!("call_sim{}", reply.id), "name": name, "arguments": arguments})
        }
    }
}

fn usage(ask: &Ask, reply: &Reply) -> Value {
    json!({
        "input_tokens": ask.input_tokens, "input_tokens_details": {"cached_tokens": reply.cached_tokens},
        "output_tokens": reply.output_tokens, "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": ask.input_tokens + reply.output_tokens,
    })
}

fn item_id(reply: &Reply) -> String {
    match &reply.said {
        Said::Text(_) => format!("msg_sim{}", reply.id),
        Said::Call { .. } => format!("fc_sim{}", reply.id),
    }
}
