//! Anthropic's messages.

use serde_json::{Value, json};

use super::ask::Ask;
use super::pace::{event, pieces};
use super::reply::{Reply, Said};

/// The whole answer.
pub(super) fn body(ask: &Ask, reply: &Reply) -> Value {
    let block = match &reply.said {
        Said::Text(text) => json!({"type": "text", "text": text}),
        Said::Call { name, arguments } => {
            json!({"type": "tool_use", "id": call_id(reply), "name": name, "input": arguments})
        }
    };
    let mut message = message(ask, reply, reply.output_tokens);
    message["content"] = json!([block]);
    message["stop_reason"] = json!(stop_reason(reply));
    message
}

/// The events of a stream.
pub(super) fn events(ask: &Ask, reply: &Reply) -> Vec<Vec<u8>> {
    let mut events = Vec::new();
    let mut push = |name: &str, mut data: Value| {
        data["type"] = json!(name);
        events.push(event(Some(name), &data));
    };
    push("message_start", json!({"message": message(ask, reply, 1)}));
    let (block, deltas) = match &reply.said {
        Said::Text(text) => {
            let deltas = pieces(text).into_iter().map(|piece| json!({"type": "text_delta", "text": piece}));
            (json!({"type": "text", "text": ""}), deltas.collect::<Vec<_>>())
        }
        Said::Call { name, arguments } => {
            let arguments = arguments.to_string();
            let deltas = pieces(&arguments)
                .into_iter()
                .map(|piece| json!({"type": "input_json_delta", "partial_json": piece}));
            (json!({"type": "tool_use", "id": call_id(reply), "name": name, "input": {}}), deltas.collect())
        }
    };
    push("content_block_start", json!({"index": 0, "content_block": block}));
    push("ping", json!({}));
    for delta in deltas {
        push("content_block_delta", json!({"index": 0, "delta": delta}));
    }
    push("content_block_stop", json!({"index": 0}));
    let delta = json!({"stop_reason": stop_reason(reply), "stop_sequence": null});
    push("message_delta", json!({"delta": delta, "usage": {"output_tokens": reply.output_tokens}}));
    push("message_stop", json!({}));
    events
}

fn message(ask: &Ask, reply: &Reply, output_tokens: u64) -> Value {
    json!({
        "id": format!("msg_sim{}", reply.id), "type": "message", "role": "assistant", "model": ask.model,
        "content": [], "stop_reason": null, "stop_sequence": null,
        "usage": {
            "input_tokens": ask.input_tokens - reply.cached_tokens,
            "cache_creation_input_tokens": 0, "cache_read_input_tokens": reply.cached_tokens,
            "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
            "output_tokens": output_tokens, "service_tier": "standard",
        },
    })
}

fn call_id(reply: &Reply) -> String {
    format!("toolu_sim{}", reply.id)
}

const fn stop_reason(reply: &Reply) -> &'static str {
    match (&reply.said, reply.cut_short) {
        (Said::Call { .. }, _) => "tool_use",
        (Said::Text(_), true) => "max_tokens",
        (Said::Text(_), false) => "end_turn",
    }
}
