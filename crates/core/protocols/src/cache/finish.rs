//! How a model came to the end of its answer.

use domain::cache::Finish;
use domain::inference::Endpoint;
use serde_json::Value;

use crate::sse::Splitter;

/// How an answer ended, streamed or not. Reads all of it: not for the path of every call.
#[must_use]
pub fn finish(endpoint: Endpoint, body: &[u8], streamed: bool) -> Finish {
    let values = if streamed { events(body) } else { serde_json::from_slice(body).into_iter().collect() };
    let whole = match endpoint {
        Endpoint::Chat => chat(&values),
        Endpoint::Responses => responses(&values),
        Endpoint::Messages => messages(&values),
        Endpoint::Embeddings => values.iter().any(|value| value.get("data").is_some_and(Value::is_array)),
        Endpoint::Gemini => ended(&values, ("candidates", "finishReason"), |reason| reason == "STOP"),
        Endpoint::CountTokens | Endpoint::GeminiCount => false,
    };
    let failed = values.iter().any(|value| value.get("error").is_some_and(|error| !error.is_null()));
    if whole && !failed { Finish::Whole } else { Finish::Other }
}

fn events(body: &[u8]) -> Vec<Value> {
    let mut values = Vec::new();
    let mut splitter = Splitter::new();
    let mut take = |data: &[u8]| values.extend(serde_json::from_slice::<Value>(data).ok());
    splitter.push(body, |event| take(&event.data));
    splitter.finish(|event| take(&event.data));
    values
}

/// Every choice that is there says how it ended, and none was refused or cut.
fn chat(values: &[Value]) -> bool {
    let refused = values.iter().flat_map(|value| list(value, "choices")).any(|choice| {
        ["message", "delta"]
            .iter()
            .any(|part| choice.get(part).and_then(|part| text(part, "refusal")).is_some())
    });
    let well = |reason: &str| matches!(reason, "stop" | "tool_calls" | "function_call");
    !refused && ended(values, ("choices", "finish_reason"), well)
}

/// Whether every answer of a list, by its index, says somewhere how it ended, and ended well.
fn ended(values: &[Value], (of, key): (&str, &str), well: impl Fn(&str) -> bool) -> bool {
    let answers = || values.iter().flat_map(|value| list(value, of));
    let index = |answer: &Value| answer.get("index").and_then(Value::as_u64).unwrap_or(0);
    let ended: Vec<(u64, &str)> =
        answers().filter_map(|answer| Some((index(answer), text(answer, key)?))).collect();
    !ended.is_empty()
        && ended.iter().all(|(_, reason)| well(reason))
        && answers().all(|answer| ended.iter().any(|(ended, _)| *ended == index(answer)))
}

fn messages(values: &[Value]) -> bool {
    let mut said = values.iter().filter_map(|value| text(value.get("delta").unwrap_or(value), "stop_reason"));
    said.next_back().is_some_and(|reason| matches!(reason, "end_turn" | "tool_use" | "stop_sequence"))
}

fn responses(values: &[Value]) -> bool {
    let Some(last) = values.last() else { return false };
    let last = last.get("response").unwrap_or(last);
    let refused = list(last, "output")
        .iter()
        .flat_map(|item| list(item, "content"))
        .any(|part| text(part, "type") == Some("refusal"));
    text(last, "status") == Some("completed") && !refused
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
