//! What answers look like in Anthropic's dialect.

use serde_json::{Value, json};

use super::answers::{Call, Said, event, parsed};

/// The body of a plain answer.
pub(super) fn body(call: &Call, said: &Said) -> Value {
    let (content, stop) = match &said.tool {
        Some(tool) => (
            json!({"type": "tool_use", "id": "toolu_1", "name": tool, "input": parsed(&said.arguments)}),
            "tool_use",
        ),
        None => (json!({"type": "text", "text": said.joined()}), ended(said)),
    };
    json!({
        "id": "msg_scripted", "type": "message", "role": "assistant", "model": call.model,
        "content": [content], "stop_reason": stop, "stop_sequence": null,
    })
}

const fn ended(said: &Said) -> &'static str {
    if said.cut { "max_tokens" } else { "end_turn" }
}

/// The events of a streamed answer.
pub(super) fn events(call: &Call, said: &Said) -> Vec<String> {
    let mut start = json!({
        "id": "msg_scripted", "type": "message", "role": "assistant", "model": call.model,
        "content": [], "stop_reason": null, "stop_sequence": null,
    });
    if let Some((input, cached, _)) = said.usage {
        start["usage"] = usage((input, cached, 1));
    }
    let (block, deltas, stop) = match &said.tool {
        Some(tool) => (
            json!({"type": "tool_use", "id": "toolu_1", "name": tool, "input": {}}),
            said.halves().map(|part| json!({"type": "input_json_delta", "partial_json": part})).to_vec(),
            "tool_use",
        ),
        None => (
            json!({"type": "text", "text": ""}),
            said.pieces.iter().map(|piece| json!({"type": "text_delta", "text": piece})).collect(),
            ended(said),
        ),
    };
    let mut events = vec![
        event("message_start", &json!({"type": "message_start", "message": start})),
        event(
            "content_block_start",
            &json!({"type": "content_block_start", "index": 0, "content_block": block}),
        ),
        event("ping", &json!({"type": "ping"})),
    ];
    events.extend(deltas.into_iter().map(|delta| {
        event("content_block_delta", &json!({"type": "content_block_delta", "index": 0, "delta": delta}))
    }));
    events.push(event("content_block_stop", &json!({"type": "content_block_stop", "index": 0})));
    let mut last = json!({"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": null}});
    if let Some((_, _, output)) = said.usage {
        last["usage"] = json!({"output_tokens": output});
    }
    events.push(event("message_delta", &last));
    events.push(event("message_stop", &json!({"type": "message_stop"})));
    events
}

/// What was used. Anthropic's input leaves out what was read from the cache.
pub(super) fn usage((input, cached, output): (u64, u64, u64)) -> Value {
    json!({
        "input_tokens": input - cached, "cache_read_input_tokens": cached,
        "cache_creation_input_tokens": 0, "output_tokens": output,
    })
}
