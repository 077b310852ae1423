//! What bad input gets: a clear error, or a faithful answer and an entry; never a panic.

use translate::{Caller, Outcome, StreamTranslator, Wire};

use crate::clients::fold;
use crate::support::{events, streamed, words};

fn chat(chunks: &[&str]) -> String {
    chunks.iter().map(|chunk| format!("data: {chunk}\n\n")).collect()
}

fn delta(delta: &str) -> String {
    format!(r#"{{"id":"c","model":"m","choices":[{{"index":0,"delta":{delta}}}]}}"#)
}

fn stop(reason: &str) -> String {
    format!(r#"{{"choices":[{{"index":0,"delta":{{}},"finish_reason":"{reason}"}}]}}"#)
}

fn call(index: &str, id: &str, name: &str, arguments: &str) -> String {
    let arguments = serde_json::to_string(arguments).unwrap();
    delta(&format!(
        r#"{{"tool_calls":[{{{index}"id":{id},"function":{{"name":{name},"arguments":{arguments}}}}}]}}"#
    ))
}

/// What a messages client gets of a chat stream.
fn to_messages(chunks: &[String]) -> (serde_json::Value, StreamTranslator) {
    let chunks: Vec<&str> = chunks.iter().map(String::as_str).collect();
    let (text, translator) = streamed(Caller::Messages, Wire::Chat, chat(&chunks).as_bytes(), &[13]);
    assert_eq!(translator.outcome(), Outcome::Complete, "{text}");
    (fold(Caller::Messages, &text), translator)
}

#[test]
fn interleaved_calls_are_put_one_after_the_other() {
    let (answer, translator) = to_messages(&[
        call(r#""index":0,"#, r#""a""#, r#""f""#, "{\"x\""),
        call(r#""index":1,"#, r#""b""#, r#""g""#, "{\"y\""),
        call(r#""index":0,"#, "null", "null", ":1}"),
        call(r#""index":1,"#, "null", "null", ":2}"),
        stop("tool_calls"),
    ]);
    assert_eq!(answer["content"][0]["input"], serde_json::json!({"x": 1}));
    assert_eq!(answer["content"][1]["input"], serde_json::json!({"y": 2}));
    assert!(translator.loss().is_empty());
}

#[test]
fn a_whole_call_does_not_wait_for_the_end() {
    let mut stream = crate::support::exchange(Caller::Messages, Wire::Chat).stream();
    let mut push = |chunk: &str| String::from_utf8(stream.push(chat(&[chunk]).as_bytes())).unwrap();
    push(&call(r#""index":0,"#, r#""a""#, r#""f""#, "{\"x\":1}"));
    let said = push(&call(r#""index":1,"#, r#""b""#, r#""g""#, "{"));
    assert!(said.contains("content_block_stop") && said.contains(r#""name":"g""#), "{said}");
}

#[test]
fn one_index_with_two_ids_is_two_calls() {
    let (answer, _) = to_messages(&[
        call(r#""index":0,"#, r#""a""#, r#""f""#, "{}"),
        call(r#""index":0,"#, r#""b""#, r#""g""#, "{}"),
        stop("stop"),
    ]);
    assert_eq!(
        (answer["content"][0]["id"].as_str(), answer["content"][1]["id"].as_str()),
        (Some("a"), Some("b"))
    );
    assert_eq!(answer["stop_reason"], "tool_use");
}

#[test]
fn calls_without_index_id_or_arguments_are_whole_calls() {
    let (answer, translator) = to_messages(&[call("", "null", r#""f""#, ""), stop("tool_calls")]);
    assert_eq!(
        answer["content"][0],
        serde_json::json!({"type": "tool_use", "id": "call_inf_1_0", "name": "f", "input": {}})
    );
    assert_eq!(words(translator.loss()), ["tool_calls[].id=approximated:made"]);
}

#[test]
fn half_written_arguments_reach_the_client_as_they_are() {
    let chunks = [call(r#""index":0,"#, r#""a""#, r#""f""#, "{\"x\": [1,"), stop("length")];
    let chunks: Vec<&str> = chunks.iter().map(String::as_str).collect();
    let (text, _) = streamed(Caller::Messages, Wire::Chat, chat(&chunks).as_bytes(), &[]);
    assert!(text.contains(r#""partial_json":"{\"x\": [1,""#), "{text}");
    let (text, translator) = streamed(Caller::Gemini, Wire::Chat, chat(&chunks).as_bytes(), &[]);
    assert!(text.contains(r#""args":{"arguments":"{\"x\": [1,"}"#), "{text}");
    assert_eq!(words(translator.loss()), ["tool_calls[].function.arguments=approximated:not-json"]);
}

#[test]
fn arguments_after_their_end_are_a_loss() {
    let (answer, translator) = to_messages(&[
        call(r#""index":0,"#, r#""a""#, r#""f""#, "{}"),
        call(r#""index":1,"#, r#""b""#, r#""g""#, "{}"),
        call(r#""index":0,"#, "null", "null", "more"),
        stop("tool_calls"),
    ]);
    assert_eq!(answer["content"].as_array().unwrap().len(), 2);
    assert_eq!(words(translator.loss()), ["delta=dropped:late"]);
}

#[test]
fn the_end_is_said_once() {
    let chunks = [
        delta(r#"{"content":"a"}"#),
        stop("stop"),
        "[DONE]".into(),
        "[DONE]".into(),
        delta(r#"{"content":"b"}"#),
    ];
    let (answer, _) = to_messages(&chunks);
    assert_eq!(answer["content"], serde_json::json!([{"type": "text", "text": "a"}]));
    let chunks: Vec<&str> = chunks.iter().map(String::as_str).collect();
    let (text, _) = streamed(Caller::Messages, Wire::Chat, chat(&chunks).as_bytes(), &[]);
    assert_eq!(text.matches("event: message_stop").count(), 1);
}

#[test]
fn an_answer_that_breaks_off_is_an_error() {
    for wire in Wire::ALL {
        let (_, translator) = streamed(Caller::Chat, wire, b"", &[]);
        assert_eq!(translator.failure().unwrap().status, 502, "{wire:?}");
    }
    let begun = chat(&[&delta(r#"{"content":"a"}"#)]);
    let (text, _) = streamed(Caller::Responses, Wire::Chat, begun.as_bytes(), &[]);
    let last = events(&text).pop().unwrap();
    assert_eq!(
        (last["type"].as_str(), last["response"]["status"].as_str()),
        (Some("response.failed"), Some("failed"))
    );
}

#[test]
fn another_dialect_in_mid_stream_is_an_error() {
    let foreign = [
        (Wire::Messages, r#"{"type":"response.output_text.delta","delta":"x"}"#),
        (Wire::Responses, r#"{"choices":[]}"#),
        (Wire::Chat, r#"{"type":"content_block_delta","index":0}"#),
        (Wire::Gemini, r#"{"choices":[]}"#),
    ];
    for (wire, event) in foreign {
        let (_, translator) = streamed(Caller::Chat, wire, chat(&[event]).as_bytes(), &[]);
        let problem = &translator.failure().unwrap().message;
        assert_eq!(problem, "the provider changed to another dialect in mid-stream", "{wire:?}");
    }
}

#[test]
fn unknown_events_and_blocks_are_losses() {
    let stream = chat(&[
        r#"{"type":"message_start","message":{"id":"m","usage":{"input_tokens":1}}}"#,
        r#"{"type":"novelty","x":1}"#,
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"s","name":"web_search","input":{}}}"#,
        r#"{"type":"content_block_stop","index":0}"#,
        r#"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}"#,
        r#"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"ok"}}"#,
        r#"{"type":"content_block_delta","index":1,"delta":{"type":"novel_delta"}}"#,
        r#"{"type":"content_block_stop","index":1}"#,
        r#"{"type":"message_delta","delta":{"stop_reason":"pause_turn"},"usage":{"output_tokens":2}}"#,
        r#"{"type":"message_stop"}"#,
    ]);
    let (text, translator) = streamed(Caller::Chat, Wire::Messages, stream.as_bytes(), &[]);
    let answer = fold(Caller::Chat, &text);
    assert_eq!(answer["choices"][0]["message"]["content"], "ok");
    assert_eq!(answer["choices"][0]["finish_reason"], "stop");
    assert_eq!(
        words(translator.loss()),
        [
            "event=dropped:unknown-event",
            "content_block.type=dropped:unknown-part",
            "delta=dropped:unknown-event",
            "stop_reason=approximated:nearest"
        ]
    );
}

#[test]
fn what_is_no_json_is_an_error() {
    for (data, problem) in [
        ("{oops", "the provider sent an event that is not JSON"),
        ("7", "the provider sent an event that is not an object"),
    ] {
        let (_, translator) = streamed(Caller::Chat, Wire::Messages, chat(&[data]).as_bytes(), &[]);
        assert_eq!(translator.failure().unwrap().message, problem);
    }
}

#[test]
fn deep_nesting_is_refused_and_survived() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let body = format!(r#"{{"model":"m","messages":{deep}}}"#);
    let refused = crate::support::ask(Caller::Chat, Wire::Messages, &body).unwrap_err().to_string();
    assert!(refused.starts_with("the body is not valid JSON: nested too deeply"), "{refused}");
    let (_, translator) = streamed(Caller::Chat, Wire::Messages, chat(&[&deep]).as_bytes(), &[]);
    assert_eq!(translator.outcome(), Outcome::Failed);
}

#[test]
fn a_large_result_passes() {
    let result = "x".repeat(4 << 20);
    let body =
        format!(r#"{{"model":"m","messages":[{{"role":"tool","tool_call_id":"a","content":"{result}"}}]}}"#);
    let (body, _) = crate::support::sent(Caller::Chat, Wire::Messages, &body);
    assert_eq!(body["messages"][0]["content"][0]["content"][0]["text"], result);
}

#[test]
fn a_body_in_place_of_a_stream_is_read() {
    let whole = r#"{"id":"m1","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":2}}"#;
    let (text, translator) = streamed(Caller::Chat, Wire::Messages, whole.as_bytes(), &[9]);
    assert_eq!(translator.outcome(), Outcome::Complete);
    assert_eq!(fold(Caller::Chat, &text)["choices"][0]["message"]["content"], "hi");
    let error = r#"{"type":"error","error":{"type":"invalid_request_error","message":"no"}}"#;
    let (_, translator) = streamed(Caller::Chat, Wire::Messages, error.as_bytes(), &[9]);
    assert_eq!(translator.failure().unwrap().status, 400);
}

#[test]
fn an_event_too_long_to_hold_ends_the_stream_with_an_error_and_never_vanishes() {
    let long = "x".repeat(17 << 20);
    let chunk = delta(&format!(r#"{{"content":"{long}"}}"#));
    let event = format!("data: {chunk}\n\ndata: {}\n\ndata: [DONE]\n\n", stop("stop"));
    let list = format!(r#"[{{"candidates":[{{"content":{{"parts":[{{"text":"{long}"}}]}}}}]}}]"#);
    for (wire, body) in [(Wire::Chat, &event), (Wire::Gemini, &list), (Wire::Chat, &chunk)] {
        let (mut translator, mut text) =
            (StreamTranslator::new(wire, Caller::Messages, translate::Settings::default()), Vec::new());
        body.as_bytes().chunks(1 << 20).for_each(|chunk| text.extend(translator.push(chunk)));
        text.extend(translator.finish());
        assert_eq!(translator.outcome(), Outcome::Failed, "{wire:?}");
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains("more than 16 MiB") && text.contains("CS-0403"), "{wire:?}: {text:.300}");
    }
}
