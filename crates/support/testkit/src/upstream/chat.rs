//! What answers look like in the dialect of chat completions.

use serde_json::{Value, json};

use super::answers::{Call, Said, data};

/// The body of a plain answer.
pub(super) fn body(call: &Call, said: &Said) -> Value {
    let (message, finish) = match &said.tool {
        Some(tool) => (
            json!({"role": "assistant", "content": null, "tool_calls": [
                {"id": "call_1", "type": "function", "function": {"name": tool, "arguments": said.arguments}}]}),
            "tool_calls",
        ),
        None => (
            json!({"role": "assistant", "content": said.joined(), "refusal": null}),
            if said.cut { "length" } else { "stop" },
        ),
    };
    json!({
        "id": "chatcmpl-scripted", "object": "chat.completion", "created": 1_700_000_000, "model": call.model,
        "choices": [{"index": 0, "message": message, "logprobs": null, "finish_reason": finish}],
        "system_fingerprint": "fp_scripted", "x_unknown_to_all": {"kept": [1, 2.50, "three"]},
    })
}

/// The events of a streamed answer.
pub(super) fn events(call: &Call, said: &Said) -> Vec<String> {
    let chunk = |choices: Value| {
        json!({"id": "chatcmpl-scripted", "object": "chat.completion.chunk", "created": 1_700_000_000,
               "model": call.model, "choices": choices})
    };
    let delta = |delta: Value, finish: Option<&str>| {
        data(&chunk(json!([{"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish}])))
    };
    let mut events = vec![delta(json!({"role": "assistant", "content": ""}), None)];
    let finish = if let Some(tool) = &said.tool {
        let head = json!({"index": 0, "id": "call_1", "type": "function", "function": {"name": tool, "arguments": ""}});
        events.push(delta(json!({"tool_calls": [head]}), None));
        for piece in said.halves() {
            events.push(delta(json!({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}), None));
        }
        "tool_calls"
    } else {
        events.extend(said.pieces.iter().map(|piece| delta(json!({"content": piece}), None)));
        if said.cut { "length" } else { "stop" }
    };
    events.push(delta(json!({}), Some(finish)));
    if let (Some(usage), true) = (said.usage, call.usage_event) {
        let mut last = chunk(json!([]));
        last["usage"] = self::usage(usage);
        events.push(data(&last));
    }
    events.push("data: [DONE]\n\n".to_owned());
    events
}

/// What was used: all input, what of it was read from a cache, and output.
pub(super) fn usage((input, cached, output): (u64, u64, u64)) -> Value {
    json!({
        "prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output,
        "prompt_tokens_details": {"cached_tokens": cached},
    })
}
