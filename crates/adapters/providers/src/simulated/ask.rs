//! What is asked, in one form for all dialects.

use domain::inference::Endpoint;
use serde_json::Value;

/// A request, as far as the simulation looks at it.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) model: String,
    pub(super) stream: bool,
    /// Whether a chat stream ends with a usage event.
    pub(super) usage_event: bool,
    pub(super) choices: u64,
    pub(super) max_output: Option<u64>,
    /// The last text of the user.
    pub(super) text: String,
    /// The tool result that the request ends with, if it does.
    pub(super) result: Option<String>,
    pub(super) tools: Vec<Tool>,
    pub(super) choice: Choice,
    /// Schema that the answer must follow.
    pub(super) schema: Option<Value>,
    /// The body, for what is special to an endpoint.
    pub(super) body: Value,
    /// Tokens of the request: a quarter of its bytes.
    pub(super) input_tokens: u64,
    /// A number that differs between requests and is the same for the same one.
    pub(super) seed: u64,
}

/// A tool on offer.
#[derive(Debug)]
pub(super) struct Tool {
    pub(super) name: String,
    pub(super) schema: Value,
}

/// What the request says about tools.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Choice {
    Auto,
    None,
    Any,
    Named(String),
}

impl Ask {
    /// Reads a request; `None` where it is not a JSON object with a model.
    pub(super) fn read(endpoint: Endpoint, bytes: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(bytes).ok()?;
        let model = body.get("model")?.as_str()?.to_owned();
        let number = |key: &str| body.get(key).and_then(Value::as_u64);
        let listed = match endpoint {
            Endpoint::Responses | Endpoint::Embeddings => "input",
            Endpoint::Chat | Endpoint::Messages | Endpoint::CountTokens => "messages",
            Endpoint::Gemini | Endpoint::GeminiCount => "contents",
        };
        let (text, result) = last_words(body.get(listed));
        Some(Self {
            model,
            stream: body.get("stream").and_then(Value::as_bool).unwrap_or(false),
            usage_event: body
                .pointer("/stream_options/include_usage")
                .and_then(Value::as_bool)
                .unwrap_or(false),
            choices: number("n").unwrap_or(1).clamp(1, 8),
            max_output: ["max_completion_tokens", "max_output_tokens", "max_tokens"]
                .into_iter()
                .find_map(number),
            text,
            result,
            tools: list(body.get("tools")).iter().filter_map(Tool::read).collect(),
            choice: Choice::read(body.get("tool_choice")),
            schema: schema(&body),
            input_tokens: (bytes.len() as u64).div_ceil(4),
            seed: fnv(bytes),
            body,
        })
    }

    /// The tool to call, if one is to be called.
    pub(super) fn tool(&self) -> Option<&Tool> {
        let asked = self.text.to_lowercase();
        let wanted =
            ["use the tool", "call the tool", "run the tool"].iter().any(|words| asked.contains(words));
        match &self.choice {
            Choice::None => None,
            Choice::Named(name) => self.tools.iter().find(|tool| tool.name == *name),
            Choice::Any => self.tools.first(),
            Choice::Auto if self.result.is_some() => None,
            Choice::Auto => {
                let named = self.tools.iter().find(|tool| asked.contains(&tool.name.to_lowercase()));
                named.or(self.tools.first().filter(|_| wanted))
            }
        }
    }
}

impl Tool {
    fn read(value: &Value) -> Option<Self> {
        let inner = value.get("function").unwrap_or(value);
        let schema = inner.get("parameters").or_else(|| inner.get("input_schema")).cloned();
        let name = inner.get("name")?.as_str()?.to_owned();
        Some(Self { name, schema: schema.unwrap_or_default() })
    }
}

impl Choice {
    fn read(value: Option<&Value>) -> Self {
        let Some(value) = value else { return Self::Auto };
        let word = value.as_str().or_else(|| value.get("type")?.as_str()).unwrap_or_default();
        let name = value.get("name").or_else(|| value.pointer("/function/name")).and_then(Value::as_str);
        match (word, name) {
            ("none", _) => Self::None,
            ("required" | "any", _) => Self::Any,
            ("tool" | "function", Some(name)) => Self::Named(name.to_owned()),
            _ => Self::Auto,
        }
    }
}

/// Where each dialect puts the schema of the answer; an empty schema where any object will do.
fn schema(body: &Value) -> Option<Value> {
    let places = [
        "/response_format/json_schema/schema",
        "/text/format/schema",
        "/output_config/format/schema",
        "/output_format/schema",
    ];
    let given = places.into_iter().find_map(|place| body.pointer(place)).cloned();
    let any =
        ["/response_format/type", "/text/format/type"].into_iter().find_map(|place| body.pointer(place));
    given.or_else(|| any.filter(|kind| *kind == "json_object").map(|_| serde_json::json!({"type": "object"})))
}

/// The last text of the user, and the tool result that follows it, if one does.
fn last_words(input: Option<&Value>) -> (String, Option<String>) {
    if let Some(Value::String(text)) = input {
        return (text.clone(), None);
    }
    let (mut text, mut result) = (String::new(), None);
    for message in list(input) {
        let kind = message.get("type").and_then(Value::as_str).unwrap_or_default();
        let role = message.get("role").and_then(Value::as_str).unwrap_or_default();
        if role == "tool" || kind.ends_with("call_output") {
            let output = message.get("content").or_else(|| message.get("output"));
            result = Some(plain(output));
        } else if let Some(block) = list(message.get("content")).iter().rev().find(|block| is_result(block)) {
            result = Some(plain(block.get("content")));
        } else if role == "user" {
            (text, result) = (plain(message.get("content")), None);
        }
    }
    (text, result)
}

fn is_result(block: &Value) -> bool {
    block.get("type").is_some_and(|kind| kind == "tool_result")
}

/// The texts of a content, joined.
fn plain(content: Option<&Value>) -> String {
    match content {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => {
            let texts: Vec<&str> =
                parts.iter().filter_map(|part| part.get("text").and_then(Value::as_str)).collect();
            texts.join(" ")
        }
        _ => String::new(),
    }
}

pub(super) fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo): spreads well enough to choose words by.
pub(super) fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
