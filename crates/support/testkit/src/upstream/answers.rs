//! What is asked and what is said, and which dialect puts it into words, plain and as events.
//!
//! Written from the providers' API references. Small, but whole enough that the official SDKs
//! read every one of them.

use serde_json::{Value, json};

use super::{Recorded, chat, gemini, messages, responses};

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
    /// Whether the stream is to end with what was used.
    pub(super) usage_event: bool,
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
    pub(super) fn halves(&self) -> [&str; 2] {
        let (first, second) = self.arguments.split_at(self.arguments.len().min(9));
        [first, second]
    }

    /// Its text as a whole.
    pub(super) fn joined(&self) -> String {
        self.pieces.concat()
    }
}

const ARGUMENTS: &str = "{\"query\":\"open tickets\"}";

/// The body of a plain answer.
pub(super) fn plain(call: &Call, said: &Said) -> String {
    let mut body = match call.kind {
        Kind::Responses => responses::body(call, said),
        Kind::Messages => messages::body(call, said),
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
        Kind::Chat | Kind::Unknown => chat::body(call, said),
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
        Kind::Responses => responses::events(call, said),
        Kind::Messages => messages::events(call, said),
        Kind::Gemini => gemini::chunks(call, said).iter().map(data).collect(),
        _ => chat::events(call, said),
    }
}

fn usage_of(call: &Call, used: (u64, u64, u64)) -> Value {
    match call.kind {
        Kind::Responses => responses::usage(used),
        Kind::Messages => messages::usage(used),
        _ => chat::usage(used),
    }
}

/// Arguments as the object they are.
pub(super) fn parsed(arguments: &str) -> Value {
    serde_json::from_str(arguments).unwrap_or_default()
}

/// An event without a name.
pub(super) fn data(body: &Value) -> String {
    format!("data: {body}\n\n")
}

/// An event with a name.
pub(super) fn event(name: &str, body: &Value) -> String {
    format!("event: {name}\ndata: {body}\n\n")
}
