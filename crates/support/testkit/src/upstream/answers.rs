//! What answers look like in each dialect, plain and as events.
//!
//! Written from the providers' API references. Small, but whole enough that the official SDKs
//! read every one of them.

use serde_json::{Value, json};

use super::{Recorded, gemini};

/// Input tokens of an ordinary answer.
pub const INPUT_TOKENS: u64 = 11;
/// Output tokens of an ordinary answer: one a piece of its text.
pub const OUTPUT_TOKENS: u64 = 7;

/// Which endpoint was called, by the end of its path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Chat,
    Responses,
    Embeddings,
    Messages,
    CountTokens,
    Gemini,
    GeminiCount,
    Models,
    Unknown,
}

/// What of a request matters to its answer.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) kind: Kind,
    pub(super) model: String,
    pub(super) stream: bool,
    usage_event: bool,
    tier: Option<String>,
    tool: Option<String>,
    pub(super) last: String,
    pub(super) body: Value,
    most: Option<usize>,
}

impl Call {
    pub(super) fn read(request: &Recorded) -> Self {
        let body = request.json();
        let path = request.path.split('?').next().unwrap_or_default();
        let kind = [
            ("/chat/completions", Kind::Chat),
            ("/responses", Kind::Responses),
            ("/embeddings", Kind::Embeddings),
            ("/messages/count_tokens", Kind::CountTokens),
            ("/messages", Kind::Messages),
            ("/models", Kind::Models),
            (":generateContent", Kind::Gemini),
            (":streamGenerateContent", Kind::Gemini),
            (":countTokens", Kind::GeminiCount),
        ]
        .into_iter()
        .find_map(|(end, kind)| path.ends_with(end).then_some(kind))
        .unwrap_or(Kind::Unknown);
        let offered = &body["tools"][0];
        let declared = offered["functionDeclarations"][0]["name"].as_str();
        let tool = offered["function"]["name"].as_str().or_else(|| offered["name"].as_str()).or(declared);
        Self {
            kind,
            model: request.model.clone(),
            stream: body["stream"] == true || path.ends_with(":streamGenerateContent"),
            usage_event: body["stream_options"]["include_usage"] == true,
            tier: body["service_tier"].as_str().map(str::to_owned),
            tool: tool.map(str::to_owned),
            last: request.last_text(),
            most: ["max_tokens", "max_completion_tokens", "max_output_tokens"]
                .iter()
                .find_map(|name| body[*name].as_u64())
                .or_else(|| body["generationConfig"]["maxOutputTokens"].as_u64())
                .and_then(|most| usize::try_from(most).ok()),
            body,
        }
    }

    const fn is_anthropic(&self) -> bool {
        matches!(self.kind, Kind::Messages | Kind::CountTokens)
    }
}

/// What an answer says: text in pieces, or a call of a tool; and what it claims to have used, as
/// all input tokens, how many of them were read from a cache, and output tokens.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) pieces: Vec<String>,
    pub(super) tool: Option<String>,
    /// What the tool is called with.
    pub(super) arguments: String,
    pub(super) usage: Option<(u64, u64, u64)>,
    /// Whether the limit of tokens cut it short.
    pub(super) cut: bool,
}

impl Said {
    pub(super) fn text(pieces: &[&str]) -> Self {
        let output = u64::try_from(pieces.len()).unwrap_or(u64::MAX);
        Self {
            pieces: pieces.iter().map(|piece| (*piece).to_owned()).collect(),
            tool: None,
            arguments: ARGUMENTS.to_owned(),
            usage: Some((INPUT_TOKENS, 0, output)),
            cut: false,
        }
    }

    /// As much of it as the caller lets the model write: one token a piece.
    pub(super) fn limited(mut self, call: &Call) -> Self {
        let most = call.most.unwrap_or(usize::MAX);
        if self.tool.is_none() && self.pieces.len() > most {
            self.pieces.truncate(most);
            self.cut = true;
            let written = u64::try_from(most).unwrap_or(u64::MAX);
            self.usage = self.usage.map(|(input, cached, output)| (input, cached, output.min(written)));
        }
        self
    }

    pub(super) fn counted(count: usize) -> Self {
        let pieces: Vec<String> = (1..=count).map(|number| format!("piece {number} ")).collect();
        Self::text(&pieces.iter().map(String::as_str).collect::<Vec<_>>())
    }

    pub(super) fn tool(call: &Call) -> Self {
        Self { tool: Some(call.tool.clone().unwrap_or_else(|| "no_tool".into())), ..Self::text(&["calling"]) }
    }

    /// The arguments in two pieces.
    fn halves(&self) -> [&str; 2] {
        let (first, second) = self.arguments.split_at(self.arguments.len().min(9));
        [first, second]
    }

    fn joined(&self) -> String {
        self.pieces.concat()
    }
}

const ARGUMENTS: &str = "{\"query\":\"open tickets\"}";

/// The body of a plain answer.
pub(super) fn plain(call: &Call, said: &Said) -> String {
    let mut body = match call.kind {
        Kind::Responses => response(call, said, "completed"),
        Kind::Messages => message(call, said),
        Kind::CountTokens => json!({"input_tokens": INPUT_TOKENS}),
        Kind::Gemini => gemini::body(call, said),
        Kind::GeminiCount => json!({"totalTokens": INPUT_TOKENS}),
        Kind::Embeddings => json!({
            "object": "list", "model": call.model,
            "data": [{"object": "embedding", "index": 0, "embedding": [0.25, -0.5, 0.125]}],
        }),
        Kind::Models => {
            json!({"object": "list", "data": [{"id": "ok", "object": "model", "created": 1, "owned_by": "scripted"}]})
        }
        Kind::Chat | Kind::Unknown => completion(call, said),
    };
    if let (Some(usage), Kind::Chat | Kind::Responses | Kind::Messages) = (said.usage, call.kind) {
        body["usage"] = usage_of(call, usage);
    }
    // A tier is served as it was asked for.
    match (&call.tier, call.kind) {
        (Some(tier), Kind::Chat | Kind::Responses) => body["service_tier"] = json!(tier),
        (Some(tier), Kind::Messages) => body["usage"]["service_tier"] = json!(tier),
        _ => {}
    }
    if call.kind == Kind::Embeddings {
        body["usage"] = json!({"prompt_tokens": INPUT_TOKENS, "total_tokens": INPUT_TOKENS});
    }
    body.to_string()
}

/// An error body of this status.
pub(super) fn error(call: &Call, status: u16) -> String {
    let (kind, text) = match status {
        400 => ("invalid_request_error", "scripted: something about the request"),
        401 => ("authentication_error", "scripted: wrong credential"),
        404 => ("not_found_error", "scripted: nothing here"),
        429 => ("rate_limit_error", "scripted: slow down"),
        _ => ("api_error", "scripted: an internal error"),
    };
    if call.is_anthropic() {
        return json!({"type": "error", "error": {"type": kind, "message": text}}).to_string();
    }
    if matches!(call.kind, Kind::Gemini | Kind::GeminiCount) {
        return gemini::error(status, text);
    }
    json!({"error": {"message": text, "type": kind, "param": null, "code": format!("scripted_{status}")}})
        .to_string()
}

/// An error in the middle of a stream.
pub(super) fn error_event(call: &Call) -> String {
    match call.kind {
        Kind::Messages => event(
            "error",
            &json!({"type": "error", "error": {"type": "overloaded_error", "message": "scripted: overloaded"}}),
        ),
        Kind::Responses => event(
            "error",
            &json!({"type": "error", "code": "server_error", "message": "scripted: it broke", "param": null, "sequence_number": 9}),
        ),
        // Google's are no events.
        Kind::Gemini => gemini::error(503, "scripted: overloaded"),
        _ => data(&json!({"error": {"message": "scripted: it broke", "type": "server_error", "code": null}})),
    }
}

/// How many events at the end of a stream say that it has ended.
pub(super) const fn terminal_events(call: &Call) -> usize {
    match call.kind {
        // finish_reason, usage where asked for, [DONE]
        Kind::Chat => 2 + call.usage_event as usize,
        // message_delta with its stop reason, message_stop
        Kind::Messages => 2,
        _ => 1,
    }
}

/// The events of a streamed answer.
pub(super) fn events(call: &Call, said: &Said) -> Vec<String> {
    match call.kind {
        Kind::Responses => response_events(call, said),
        Kind::Messages => message_events(call, said),
        Kind::Gemini => gemini::chunks(call, said).iter().map(data).collect(),
        _ => completion_events(call, said),
    }
}

fn usage_of(call: &Call, (input, cached, output): (u64, u64, u64)) -> Value {
    match call.kind {
        Kind::Responses => json!({
            "input_tokens": input, "input_tokens_details": {"cached_tokens": cached},
            "output_tokens": output, "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": input + output,
        }),
        // Anthropic's input leaves out what was read from the cache.
        Kind::Messages => json!({
            "input_tokens": input - cached, "cache_read_input_tokens": cached,
            "cache_creation_input_tokens": 0, "output_tokens": output,
        }),
        _ => json!({
            "prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output,
            "prompt_tokens_details": {"cached_tokens": cached},
        }),
    }
}

fn completion(call: &Call, said: &Said) -> Value {
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

fn completion_events(call: &Call, said: &Said) -> Vec<String> {
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
        last["usage"] = usage_of(call, usage);
        events.push(data(&last));
    }
    events.push("data: [DONE]\n\n".to_owned());
    events
}

fn message(call: &Call, said: &Said) -> Value {
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

fn message_events(call: &Call, said: &Said) -> Vec<String> {
    let mut start = json!({
        "id": "msg_scripted", "type": "message", "role": "assistant", "model": call.model,
        "content": [], "stop_reason": null, "stop_sequence": null,
    });
    if let Some((input, cached, _)) = said.usage {
        start["usage"] = usage_of(call, (input, cached, 1));
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

fn response_item(said: &Said) -> Value {
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
        "model": call.model, "output": [response_item(said)], "parallel_tool_calls": true, "tool_choice": "auto",
        "tools": [], "error": null, "incomplete_details": null, "instructions": null, "metadata": {},
        "temperature": 1.0, "top_p": 1.0,
    })
}

fn response_events(call: &Call, said: &Said) -> Vec<String> {
    let mut started = response(call, said, "in_progress");
    started["output"] = json!([]);
    let item = response_item(said);
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
    completed["usage"] = said.usage.map_or(Value::Null, |usage| usage_of(call, usage));
    bodies.push(json!({"type": "response.completed", "response": completed}));
    let numbered = bodies.into_iter().enumerate().map(|(number, mut body)| {
        body["sequence_number"] = json!(number);
        event(body["type"].as_str().unwrap_or_default(), &body)
    });
    numbered.collect()
}

/// Arguments as the object they are.
pub(super) fn parsed(arguments: &str) -> Value {
    serde_json::from_str(arguments).unwrap_or_default()
}

fn data(body: &Value) -> String {
    format!("data: {body}\n\n")
}

fn event(name: &str, body: &Value) -> String {
    format!("event: {name}\ndata: {body}\n\n")
}
