//! Answers.

use domain::inference::Endpoint;
use serde_json::Value;

use super::fold::fold;
use super::parts::{
    chat_message, list_at, of_content, part, responses_item, shown, text_at, turn, unreadable,
};
use super::{PartKind, Turn, gemini};

/// The turns of an answer. Those of a stream are put together from its events, as far as it came.
#[must_use]
pub fn response(endpoint: Endpoint, body: &[u8], stream: bool) -> Vec<Turn> {
    let value = if stream { fold(endpoint, body) } else { serde_json::from_slice(body).ok() };
    let Some(value) = value else { return unreadable(body) };
    let mut turns = match endpoint {
        Endpoint::Chat => chat(&value),
        Endpoint::Responses => list_at(&value, "output").iter().filter_map(responses_item).collect(),
        Endpoint::Messages => {
            turn("assistant", of_content(value.get("content"), PartKind::Text)).into_iter().collect()
        }
        Endpoint::Embeddings => embeddings(&value),
        Endpoint::CountTokens => counted(&value),
        Endpoint::Gemini => gemini::response(&value),
        Endpoint::GeminiCount => gemini::counted(&value),
    };
    turns.extend(failure(&value));
    turns
}

fn chat(value: &Value) -> Vec<Turn> {
    let messages = list_at(value, "choices").iter().filter_map(|choice| choice.get("message"));
    messages.filter_map(|message| chat_message(message, "assistant")).collect()
}

fn embeddings(value: &Value) -> Vec<Turn> {
    let vectors = list_at(value, "data").len();
    let parts =
        if vectors == 0 { Vec::new() } else { vec![part(PartKind::Other, format!("{vectors} vectors"))] };
    turn("assistant", parts).into_iter().collect()
}

fn counted(value: &Value) -> Vec<Turn> {
    let tokens = value.get("input_tokens").and_then(Value::as_u64);
    let parts = tokens.map(|tokens| part(PartKind::Other, format!("{tokens} input tokens")));
    turn("assistant", parts.into_iter().collect()).into_iter().collect()
}

/// The provider's message, under any of the names that are in use for it.
fn failure(value: &Value) -> Option<Turn> {
    let error =
        ["error", "message", "detail"].into_iter().find_map(|key| value.get(key)).filter(|e| !e.is_null())?;
    let message = match text_at(error, "message") {
        "" => shown(error),
        message => message.to_owned(),
    };
    turn("error", vec![part(PartKind::Other, message)])
}
