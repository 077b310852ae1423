//! Chat completions.

use serde_json::{Value, json};

use super::ask::Ask;
use super::pace::{event, pieces};
use super::reply::{Reply, Said};

/// The whole answer.
pub(super) fn body(ask: &Ask, reply: &Reply) -> Value {
    let choices: Vec<Value> = (0..ask.choices)
        .map(|index| {
            let message = match &reply.said {
                Said::Text(text) => {
                    json!({"role": "assistant", "content": text, "refusal": null, "annotations": []})
                }
                Said::Call { name, arguments } => {
                    let call = json!({"id": call_id(reply), "type": "function",
                        "function": {"name": name, "arguments": arguments.to_string()}});
                    json!({"role": "assistant", "content": null, "refusal": null, "tool_calls": [call]})
                }
            };
            json!({"index": index, "message": message, "logprobs": null, "finish_reason": finish(reply)})
        })
        .collect();
    json!({
        "id": id(reply), "object": "chat.completion", "created": reply.created, "model": ask.model,
        "choices": choices, "usage": usage(ask, reply),
        "service_tier": "default", "system_fingerprint": "simulated",
    })
}

/// The events of a stream.
pub(super) fn events(ask: &Ask, reply: &Reply) -> Vec<Vec<u8>> {
    let mut events = Vec::new();
    let mut push = |index: u64, delta: Value, finish: Value| {
        let choice = json!({"index": index, "delta": delta, "logprobs": null, "finish_reason": finish});
        events.push(event(None, &chunk(ask, reply, &json!([choice]), Value::Null)));
    };
    for index in 0..ask.choices {
        match &reply.said {
            Said::Text(text) => {
                push(index, json!({"role": "assistant", "content": "", "refusal": null}), Value::Null);
                for piece in pieces(text) {
                    push(index, json!({"content": piece}), Value::Null);
                }
            }
            Said::Call { name, arguments } => {
                let call = json!({"index": 0, "id": call_id(reply), "type": "function",
                    "function": {"name": name, "arguments": ""}});
                push(index, json!({"role": "assistant", "content": null, "tool_calls": [call]}), Value::Null);
                for piece in pieces(&arguments.to_string()) {
                    let call = json!({"index": 0, "function": {"arguments": piece}});
                    push(index, json!({"tool_calls": [call]}), Value::Null);
                }
            }
        }
        push(index, json!({}), json!(finish(reply)));
    }
    if ask.usage_event {
        events.push(event(None, &chunk(ask, reply, &json!([]), usage(ask, reply))));
    }
    events.push(b"data: [DONE]\n\n".to_vec());
    events
}

/// With `include_usage`, every chunk has the field, and all but the last have `null` there.
fn chunk(ask: &Ask, reply: &Reply, choices: &Value, usage: Value) -> Value {
    let mut chunk = json!({
        "id": id(reply), "object": "chat.completion.chunk", "created": reply.created, "model": ask.model,
        "service_tier": "default", "system_fingerprint": "simulated", "choices": choices,
    });
    if ask.usage_event {
        chunk["usage"] = usage;
    }
    chunk
}

fn usage(ask: &Ask, reply: &Reply) -> Value {
    let output = reply.output_tokens * ask.choices;
    json!({
        "prompt_tokens": ask.input_tokens, "completion_tokens": output,
        "total_tokens": ask.input_tokens + output,
        "prompt_tokens_details": {"cached_tokens": reply.cached_tokens, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0,
            "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0},
    })
}

fn id(reply: &Reply) -> String {
    format!("chatcmpl-sim{}", reply.id)
}

fn call_id(reply: &Reply) -> String {
    format!("call_sim{}", reply.id)
}

const fn finish(reply: &Reply) -> &'static str {
    match (&reply.said, reply.cut_short) {
        (Said::Call { .. }, _) => "tool_calls",
        (Said::Text(_), true) => "length",
        (Said::Text(_), false) => "stop",
    }
}
