//! The simulation, read back by the same readers that read real providers.

use domain::Timestamp;
use domain::inference::Endpoint;
use protocols::answer::{StreamReader, StreamSummary, read};
use protocols::transcript::{PartKind, response};
use serde_json::{Value, json};

use super::*;

const NOW: Timestamp = Timestamp::from_ms(1_790_000_000_000);
const GENERATING: [Endpoint; 3] = [Endpoint::Chat, Endpoint::Responses, Endpoint::Messages];

fn ask(endpoint: Endpoint, model: &str, text: &str, more: &Value) -> Value {
    let mut body = match endpoint {
        Endpoint::Responses | Endpoint::Embeddings => json!({"model": model, "input": text}),
        Endpoint::Gemini | Endpoint::GeminiCount => json!({}),
        Endpoint::Chat | Endpoint::Messages | Endpoint::CountTokens => {
            json!({"model": model, "messages": [{"role": "user", "content": text}]})
        }
    };
    for (key, value) in more.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    body
}

fn answered(endpoint: Endpoint, body: &Value) -> (Simulated, Vec<u8>) {
    let simulated = answer(endpoint, body.to_string().as_bytes(), NOW);
    let bytes = simulated.chunks.iter().flat_map(|(_, chunk)| chunk.to_vec()).collect();
    (simulated, bytes)
}

fn said(endpoint: Endpoint, body: &Value) -> Vec<(PartKind, String)> {
    let stream = body.get("stream").is_some_and(|stream| *stream == true);
    let (_, bytes) = answered(endpoint, body);
    let turns = response(endpoint, &bytes, stream);
    turns.into_iter().flat_map(|turn| turn.parts).map(|part| (part.kind, part.text)).collect()
}

fn summary(endpoint: Endpoint, body: &Value) -> StreamSummary {
    let (simulated, bytes) = answered(endpoint, body);
    assert_eq!((simulated.status, simulated.content_type), (200, "text/event-stream"));
    let mut reader = StreamReader::new(endpoint);
    reader.push(&bytes);
    assert!(reader.is_at_event_end());
    reader.summary()
}

fn tool(endpoint: Endpoint) -> Value {
    let schema = json!({"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 2}}});
    match endpoint {
        Endpoint::Chat => json!({"type": "function", "function": {"name": "weather", "parameters": schema}}),
        Endpoint::Responses => json!({"type": "function", "name": "weather", "parameters": schema}),
        _ => json!({"name": "weather", "input_schema": schema}),
    }
}

#[test]
fn it_says_that_it_is_simulated_streamed_or_not() {
    for endpoint in GENERATING {
        let whole = said(endpoint, &ask(endpoint, "sim-small", "Where is my order?", &json!({})));
        assert!(
            whole[0]
                .1
                .starts_with("This answer is simulated; no model was called. You wrote: Where is my order?")
        );
        let streamed = ask(endpoint, "sim-small", "Where is my order?", &json!({"stream": true}));
        assert_eq!(said(endpoint, &streamed)[0].0, PartKind::Text);
        assert_eq!(answered(endpoint, &streamed), answered(endpoint, &streamed));
    }
}

#[test]
fn usage_has_the_form_of_the_dialect() {
    for endpoint in GENERATING {
        let options = json!({"stream": true, "stream_options": {"include_usage": true}});
        let end = summary(endpoint, &ask(endpoint, "sim-large", "Where is my order?", &options));
        assert!(end.complete && end.usage_final && end.error.is_none(), "{endpoint:?} {end:?}");
        let usage = end.usage.unwrap();
        assert_eq!(usage.output, end.output_bytes.div_ceil(4));
        let long = ask(endpoint, "sim-small", &"many words ".repeat(1_000), &json!({}));
        let usage = read(endpoint, &answered(endpoint, &long).1).usage.unwrap();
        assert!(usage.cache_read > 1_000 && usage.input > usage.cache_read, "{endpoint:?} {usage:?}");
    }
    let silent = summary(Endpoint::Chat, &ask(Endpoint::Chat, "sim-small", "Hi", &json!({"stream": true})));
    assert!(silent.complete && silent.usage.is_none());
}

#[test]
fn a_tool_is_called_where_the_text_or_the_request_asks_for_it() {
    for endpoint in GENERATING {
        for stream in [false, true] {
            let with = |text: &str, choice: Value| {
                let more = json!({"stream": stream, "tools": [tool(endpoint)], "tool_choice": choice});
                said(endpoint, &ask(endpoint, "sim-small", text, &more))
            };
            let call = [(PartKind::ToolCall, r#"weather({"city":"simulated","days":2})"#.to_owned())];
            assert_eq!(with("Please use the tool.", json!("auto")), call, "{endpoint:?} {stream}");
            assert_eq!(with("What is the weather?", Value::Null), call);
            assert_eq!(with("Hi", json!({"type": "any"})), call);
            assert_eq!(with("Hi", json!("auto"))[0].0, PartKind::Text);
            assert_eq!(with("Use the tool", json!("none"))[0].0, PartKind::Text);
        }
    }
}

#[test]
fn a_tool_result_is_answered_with_text() {
    let tools = json!([tool(Endpoint::Chat)]);
    let chat = json!({"model": "sim-small", "tools": tools, "messages": [
        {"role": "user", "content": "use the tool"}, {"role": "assistant", "tool_calls": []},
        {"role": "tool", "tool_call_id": "c", "content": "14 degrees"}]});
    let responses = json!({"model": "sim-small", "tools": [tool(Endpoint::Responses)], "input": [
        {"role": "user", "content": "use the tool"},
        {"type": "function_call_output", "call_id": "c", "output": "14 degrees"}]});
    let messages = json!({"model": "sim-small", "tools": [tool(Endpoint::Messages)], "messages": [
        {"role": "user", "content": "use the tool"},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": "14 degrees"}]}]});
    for (endpoint, body) in GENERATING.into_iter().zip([chat, responses, messages]) {
        assert!(said(endpoint, &body)[0].1.contains("The tool returned: 14 degrees"), "{endpoint:?}");
    }
}

#[test]
fn a_schema_is_followed() {
    let schema = json!({"type": "object", "properties": {
        "label": {"enum": ["refund", "order"]}, "score": {"type": "number"}, "sure": {"type": "boolean"},
        "tags": {"type": "array", "items": {"$ref": "#/$defs/tag"}, "minItems": 2}, "by": {"anyOf": [{"type": "null"}]},
        "on": {"type": "string", "format": "date"}},
        "$defs": {"tag": {"type": "string", "maxLength": 3}}});
    let expected = json!({"label": "refund", "score": 1, "sure": true, "tags": ["sim", "sim"], "by": null, "on": "2026-01-01"});
    let format = json!({"type": "json_schema", "schema": schema});
    for (endpoint, more) in GENERATING.into_iter().zip([
        json!({"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}}),
        json!({"text": {"format": format}}),
        json!({"output_config": {"format": format}}),
    ]) {
        let answer = said(endpoint, &ask(endpoint, "sim-small", "Hi", &more));
        assert_eq!(serde_json::from_str::<Value>(&answer[0].1).unwrap(), expected, "{endpoint:?}");
    }
    let loops = json!({"$ref": "#"});
    assert_eq!(schema::instance(&loops), Value::Null);
}

#[test]
fn the_bound_on_the_output_is_kept() {
    for (endpoint, field) in
        GENERATING.into_iter().zip(["max_completion_tokens", "max_output_tokens", "max_tokens"])
    {
        let body = ask(
            endpoint,
            "sim-large",
            "Hi",
            &json!({field: 5, "stream": true, "stream_options": {"include_usage": true}}),
        );
        let end = summary(endpoint, &body);
        assert!(end.complete && end.output_bytes == 20, "{endpoint:?} {end:?}");
        assert_eq!(end.usage.unwrap().output, 5);
    }
}

#[test]
fn every_choice_is_answered_and_billed() {
    let body = ask(
        Endpoint::Chat,
        "sim-small",
        "Hi",
        &json!({"n": 3, "stream": true, "stream_options": {"include_usage": true}}),
    );
    let end = summary(Endpoint::Chat, &body);
    assert!(end.complete && end.usage.unwrap().output >= end.output_bytes / 4);
    assert_eq!(said(Endpoint::Chat, &body).len(), 3);
}

#[test]
fn the_models_name_chooses_the_failure() {
    for endpoint in GENERATING {
        for status in [400, 429, 500, 529] {
            let (simulated, bytes) = answered(
                endpoint,
                &ask(endpoint, &format!("sim-error-{status}"), "Hi", &json!({"stream": true})),
            );
            assert_eq!((simulated.status, simulated.content_type), (status, "application/json"));
            assert!(read(endpoint, &bytes).upstream_error.is_some());
        }
        let streamed = |model: &str| summary(endpoint, &ask(endpoint, model, "Hi", &json!({"stream": true})));
        assert!(!streamed("sim-cut").complete && streamed("sim-cut").error.is_none());
        assert!(!streamed("sim-stream-error").complete && streamed("sim-stream-error").error.is_some());
        let (_, cut) = answered(endpoint, &ask(endpoint, "sim-cut", "Hi", &json!({})));
        assert!(!read(endpoint, &cut).is_json);
        let delay = |model: &str| answered(endpoint, &ask(endpoint, model, "Hi", &json!({}))).0.chunks[0].0;
        assert!(delay("sim-slow") > delay("sim-large") && delay("sim-large") > delay("sim-small"));
    }
    assert_eq!(answer(Endpoint::Chat, b"not json", NOW).status, 400);
}

#[test]
fn embeddings_are_vectors_of_length_one_in_either_encoding() {
    let body = json!({"model": "sim-embed", "input": ["a", "b", [1, 2]], "dimensions": 8});
    let value: Value = serde_json::from_slice(&answered(Endpoint::Embeddings, &body).1).unwrap();
    let vector: Vec<f64> = serde_json::from_value(value["data"][0]["embedding"].clone()).unwrap();
    assert_eq!((value["data"].as_array().unwrap().len(), vector.len()), (3, 8));
    assert!((vector.iter().map(|part| part * part).sum::<f64>() - 1.0).abs() < 1e-6);
    assert_ne!(value["data"][0]["embedding"], value["data"][1]["embedding"]);
    let packed = json!({"model": "sim-embed", "input": [1, 2, 3], "encoding_format": "base64"});
    let value: Value = serde_json::from_slice(&answered(Endpoint::Embeddings, &packed).1).unwrap();
    assert_eq!(value["data"][0]["embedding"].as_str().unwrap().len(), (256 * 4_usize).div_ceil(3) * 4);
}

#[test]
fn tokens_are_counted() {
    let body = ask(Endpoint::CountTokens, "sim-small", "Hi", &json!({}));
    let value: Value = serde_json::from_slice(&answered(Endpoint::CountTokens, &body).1).unwrap();
    assert_eq!(value["input_tokens"], body.to_string().len().div_ceil(4));
}
