//! Requests.

use domain::inference::Endpoint;
use serde_json::Value;

use super::parts::{chat_message, list_at, of_content, part, responses_item, turn, unreadable};
use super::{Part, PartKind, Turn, gemini};

/// The turns of a request.
#[must_use]
pub fn request(endpoint: Endpoint, body: &[u8]) -> Vec<Turn> {
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return unreadable(body) };
    match endpoint {
        Endpoint::Chat => {
            list_at(&value, "messages").iter().filter_map(|message| chat_message(message, "user")).collect()
        }
        Endpoint::Responses => responses(&value),
        Endpoint::Messages | Endpoint::CountTokens => messages(&value),
        Endpoint::Gemini | Endpoint::GeminiCount => gemini::request(&value),
        Endpoint::Embeddings => turn("user", inputs(value.get("input"))).into_iter().collect(),
    }
}

fn responses(value: &Value) -> Vec<Turn> {
    let instructions = of_content(value.get("instructions"), PartKind::Text);
    let mut turns: Vec<Turn> = turn("system", instructions).into_iter().collect();
    match value.get("input") {
        Some(Value::Array(items)) => turns.extend(items.iter().filter_map(responses_item)),
        input => turns.extend(turn("user", of_content(input, PartKind::Text))),
    }
    turns
}

fn messages(value: &Value) -> Vec<Turn> {
    let system = of_content(value.get("system"), PartKind::Text);
    let mut turns: Vec<Turn> = turn("system", system).into_iter().collect();
    turns.extend(list_at(value, "messages").iter().filter_map(|message| {
        let role = message.get("role").and_then(Value::as_str).unwrap_or("user");
        turn(role, of_content(message.get("content"), PartKind::Text))
    }));
    turns
}

fn inputs(input: Option<&Value>) -> Vec<Part> {
    match input {
        Some(Value::Array(items)) if items.iter().all(Value::is_number) => {
            vec![part(PartKind::Other, format!("{} token ids", items.len()))]
        }
        Some(Value::Array(items)) => items.iter().flat_map(|item| inputs(Some(item))).collect(),
        other => of_content(other, PartKind::Text),
    }
}
