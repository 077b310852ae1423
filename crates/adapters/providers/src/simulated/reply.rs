//! What is answered: a text, an instance of a schema, or a tool call.

use domain::Timestamp;
use domain::inference::Endpoint;
use serde_json::Value;

use super::ask::Ask;
use super::pace::Manner;
use super::schema::instance;
use super::{Simulated, chat, embeddings, errors, messages, responses};

const SENTENCES: [&str; 8] = [
    "The order has left the warehouse and should arrive within two working days.",
    "A refund to the original payment method takes three to five working days.",
    "The setting is under Account, then Notifications, and takes effect at once.",
    "Two of the three checks passed; the third needs a person to look at it.",
    "The query reads one table and changes nothing.",
    "Nothing in the text suggests that the customer is about to leave.",
    "The contract renews in March unless either side gives notice in January.",
    "If the error comes back, the reference number in the message helps us to find it.",
];

/// The answer of the simulation to a request.
#[must_use]
pub fn answer(endpoint: Endpoint, body: &[u8], now: Timestamp) -> Simulated {
    let Some(ask) = Ask::read(endpoint, body) else {
        return whole(Manner::Small, 400, &errors::body(endpoint.dialect(), 400));
    };
    let manner = Manner::of(&ask.model);
    if let Manner::Error(status) = manner {
        return whole(manner, status, &errors::body(endpoint.dialect(), status));
    }
    let reply = Reply::to(&ask, manner, now);
    let (events, body) = match endpoint {
        Endpoint::Chat if ask.stream => (chat::events(&ask, &reply), Value::Null),
        Endpoint::Responses if ask.stream => (responses::events(&ask, &reply), Value::Null),
        Endpoint::Messages if ask.stream => (messages::events(&ask, &reply), Value::Null),
        Endpoint::Chat => (Vec::new(), chat::body(&ask, &reply)),
        Endpoint::Responses => (Vec::new(), responses::body(&ask, &reply)),
        Endpoint::Messages => (Vec::new(), messages::body(&ask, &reply)),
        Endpoint::Embeddings => (Vec::new(), embeddings::body(&ask)),
        Endpoint::CountTokens => (Vec::new(), serde_json::json!({"input_tokens": ask.input_tokens})),
        // Asked in the chat dialect, by translation.
        Endpoint::Gemini | Endpoint::GeminiCount => (Vec::new(), errors::body(endpoint.dialect(), 400)),
    };
    if events.is_empty() { whole(manner, 200, &body) } else { manner.stream(events, errors::event(endpoint)) }
}

fn whole(manner: Manner, status: u16, body: &Value) -> Simulated {
    manner.whole(status, body.to_string().into_bytes())
}

/// What is answered, before it is put into a dialect.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) said: Said,
    /// Whether the bound on the output cut it short.
    pub(super) cut_short: bool,
    /// Tokens of what is said: a quarter of its bytes.
    pub(super) output_tokens: u64,
    /// How much of the input the simulation says it had cached: half of a long one.
    pub(super) cached_tokens: u64,
    /// Sixteen hexadecimal digits for ids.
    pub(super) id: String,
    /// Seconds since the epoch.
    pub(super) created: i64,
}

/// Text, or a tool call.
#[derive(Debug)]
pub(super) enum Said {
    Text(String),
    Call { name: String, arguments: Value },
}

impl Reply {
    fn to(ask: &Ask, manner: Manner, now: Timestamp) -> Self {
        let mut said = match ask.tool() {
            Some(tool) => Said::Call { name: tool.name.clone(), arguments: arguments(&tool.schema) },
            None => Said::Text(text(ask, manner)),
        };
        let cut_short = match (&mut said, ask.max_output) {
            (Said::Text(text), Some(tokens)) => cut(text, tokens),
            _ => false,
        };
        let bytes = match &said {
            Said::Text(text) => text.len(),
            Said::Call { name, arguments } => name.len() + arguments.to_string().len(),
        };
        Self {
            said,
            cut_short,
            output_tokens: (bytes as u64).div_ceil(4),
            cached_tokens: if ask.input_tokens >= 2_048 { ask.input_tokens / 2 / 128 * 128 } else { 0 },
            id: format!("{:016x}", ask.seed),
            created: now.ms().div_euclid(1_000),
        }
    }
}

fn arguments(schema: &Value) -> Value {
    match instance(schema) {
        Value::Object(arguments) if schema.get("properties").is_some() => Value::Object(arguments),
        _ => Value::Object(serde_json::Map::new()),
    }
}

fn text(ask: &Ask, manner: Manner) -> String {
    if let Some(schema) = &ask.schema {
        return instance(schema).to_string();
    }
    let about = match (&ask.result, ask.text.trim()) {
        (Some(result), _) => format!("The tool returned: {}", start_of(result)),
        (None, "") => "There was no text to answer.".to_owned(),
        (None, text) => format!("You wrote: {}", start_of(text)),
    };
    let more = match manner {
        Manner::Large => 4 + ask.seed % 5,
        Manner::Small | Manner::Slow | Manner::Error(_) | Manner::StreamError | Manner::Cut => {
            1 + ask.seed % 2
        }
    };
    let mut text = format!("This answer is simulated; no model was called. {about}");
    let mut sentences = SENTENCES.iter().cycle().skip(usize::try_from(ask.seed % 8).unwrap_or(0));
    for _ in 0..more {
        text.push(' ');
        text.push_str(sentences.next().copied().unwrap_or_default());
    }
    text
}

fn start_of(text: &str) -> String {
    let start: String = text.trim().chars().take(160).collect();
    if start.len() < text.trim().len() { format!("{start}…") } else { start }
}

/// Shortens a text to about this many tokens. Returns whether it had to.
fn cut(text: &mut String, tokens: u64) -> bool {
    let most = usize::try_from(tokens.saturating_mul(4)).unwrap_or(usize::MAX);
    if text.len() <= most {
        return false;
    }
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.truncate(end);
    true
}
