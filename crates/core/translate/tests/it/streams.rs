//! What a stream must keep for clients that check.

use proptest::prelude::*;
use serde_json::Value;
use translate::canon::{Answer, Call, Form, Part, Proof, Reasoning, Stop};
use translate::{Caller, Origin, Outcome, Wire};

use crate::support::{self, as_stream, events, exchange, streamed};
use crate::{clients, made};

fn kind(event: &Value) -> &str {
    event["type"].as_str().unwrap_or_default()
}

/// Every thing that is added is done, inside out, and what was said in pieces is what is said at
/// the end.
fn check_responses(stream: &str) {
    let events = events(stream);
    let mut open: Vec<String> = Vec::new();
    let mut said = String::new();
    for (at, event) in events.iter().enumerate() {
        assert_eq!(event["sequence_number"], at, "numbers only rise, by one");
        match kind(event) {
            "response.output_item.added" => open.push(event["item"]["id"].to_string()),
            "response.content_part.added" | "response.reasoning_summary_part.added" => {
                assert_eq!(open.last(), Some(&event["item_id"].to_string()));
                open.push("part".into());
                said.clear();
            }
            "response.output_text.delta"
            | "response.refusal.delta"
            | "response.reasoning_summary_text.delta"
            | "response.function_call_arguments.delta" => said.push_str(event["delta"].as_str().unwrap()),
            "response.output_text.done" | "response.reasoning_summary_text.done" => {
                assert_eq!(event["text"], said);
            }
            "response.refusal.done" => assert_eq!(event["refusal"], said),
            "response.function_call_arguments.done" => assert_eq!(event["arguments"], said),
            "response.content_part.done" | "response.reasoning_summary_part.done" => {
                assert_eq!(open.pop().as_deref(), Some("part"));
            }
            "response.output_item.done" => {
                assert_eq!(open.pop(), Some(event["item"]["id"].to_string()));
                said.clear();
            }
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:?} stay open");
    let terminal = |event: &&Value| matches!(kind(event), "response.completed" | "response.incomplete");
    assert_eq!(events.iter().filter(terminal).count(), 1);
    assert!(terminal(&events.last().unwrap()));
    let done =
        events.iter().filter(|event| kind(event) == "response.output_item.done").map(|event| &event["item"]);
    let done: Vec<&Value> = done.collect();
    let last: Vec<&Value> = events.last().unwrap()["response"]["output"].as_array().unwrap().iter().collect();
    assert_eq!(done, last, "the last event repeats the items");
}

/// One block at a time, numbered from nought.
fn check_messages(stream: &str) {
    let events = events(stream);
    let (mut open, mut next) = (None, 0);
    for event in &events {
        match kind(event) {
            "content_block_start" => {
                assert_eq!((open, event["index"].as_u64()), (None, Some(next)));
                open = Some(next);
            }
            "content_block_delta" => assert_eq!(event["index"].as_u64(), open),
            "content_block_stop" => {
                assert_eq!(event["index"].as_u64(), open.take());
                next += 1;
            }
            "message_delta" | "message_stop" => assert_eq!(open, None),
            _ => {}
        }
    }
    assert_eq!(kind(&events[0]), "message_start");
    assert_eq!(kind(&events[events.len() - 2]), "message_delta");
    assert_eq!(kind(&events[events.len() - 1]), "message_stop");
}

proptest! {
    #[test]
    fn what_is_opened_is_closed(
        (from, answer) in proptest::sample::select(Caller::ALL.to_vec()).prop_flat_map(|from| (Just(from), made::answer(from))),
    ) {
        let stream = as_stream(from, &answer, 2);
        check_responses(&streamed(Caller::Responses, from.wire(), &stream, &[]).0);
        check_messages(&streamed(Caller::Messages, from.wire(), &stream, &[]).0);
        let chat = streamed(Caller::Chat, from.wire(), &stream, &[]).0;
        prop_assert!(chat.ends_with("data: [DONE]\n\n") && chat.matches("[DONE]").count() == 1);
        prop_assert_eq!(chat.matches("\"finish_reason\":\"").count(), 1);
    }
}

#[test]
fn every_event_passes_as_it_comes() {
    let mut stream = exchange(Caller::Responses, Wire::Chat).stream();
    let chunk = |text: &str| {
        format!(
            "data: {{\"id\":\"c\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n"
        )
    };
    for text in ["one", "two", "three"] {
        let said = String::from_utf8(stream.push(chunk(text).as_bytes())).unwrap();
        assert!(said.contains(&format!("\"delta\":\"{text}\"")), "{said}");
    }
    assert!(
        stream.push(b"data: {\"choices\":[{\"index\":0,\"del").is_empty(),
        "half an event is not an event"
    );
}

#[test]
fn a_client_sees_an_estimate_before_there_is_a_figure() {
    let settings = translate::Settings { input_estimate: 42, ..crate::support::settings() };
    let asked = translate::Asked {
        body: crate::support::hello(Caller::Messages).as_bytes(),
        model: "t",
        stream_path: false,
    };
    let pair = translate::Pair::new(Caller::Messages, Wire::Chat);
    let mut stream = pair.request(asked, settings).unwrap().1.stream();
    let said = stream.push(b"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n");
    let start = &events(std::str::from_utf8(&said).unwrap())[0];
    assert_eq!(start["message"]["usage"]["input_tokens"], 42);
}

#[test]
fn usage_is_said_to_a_chat_caller_who_asks_for_it_only() {
    let body = r#"{"model":"m","messages":[{"role":"user","content":"hi"}],"stream":true}"#;
    let asked = translate::Asked { body: body.as_bytes(), model: "t", stream_path: false };
    let pair = translate::Pair::new(Caller::Chat, Wire::Gemini);
    let upstream = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]},\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":4,\"thoughtsTokenCount\":5,\"cachedContentTokenCount\":1}}\r\n\r\n";
    let mut stream = pair.request(asked, crate::support::settings()).unwrap().1.stream();
    let mut said = stream.push(upstream.as_bytes());
    said.extend(stream.finish());
    assert!(!String::from_utf8(said).unwrap().contains("\"usage\""));
    let usage = stream.usage().unwrap();
    assert_eq!((usage.input, usage.cache_read, usage.output, usage.reasoning), (2, 1, 9, 5));
}

#[test]
fn a_list_of_chunks_is_a_stream_too() {
    let list = "[{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a]\\\"}\"}]}}]}\r\n,\r\n{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"b\"}]},\"finishReason\":\"STOP\"}]}]";
    for cut in [1, 4, 1_000] {
        let (text, _) = streamed(Caller::Chat, Wire::Gemini, list.as_bytes(), &[cut]);
        let answer = crate::clients::fold(Caller::Chat, &text);
        assert_eq!(answer["choices"][0]["message"]["content"], "a]\"}b");
    }
}

#[test]
fn a_caller_without_server_sent_events_gets_one_list() {
    let settings = translate::Settings { framing: translate::Framing::List, ..crate::support::settings() };
    let asked = translate::Asked {
        body: crate::support::hello(Caller::Gemini).as_bytes(),
        model: "t",
        stream_path: true,
    };
    let pair = translate::Pair::new(Caller::Gemini, Wire::Chat);
    let upstream = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\ndata: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\"},\"finish_reason\":\"stop\"}]}\n\n";
    let mut stream = pair.request(asked, settings).unwrap().1.stream();
    let mut said = stream.push(upstream.as_bytes());
    said.extend(stream.finish());
    let list: Vec<Value> = serde_json::from_slice(&said).unwrap();
    assert_eq!(list.len(), 3);
    assert_eq!(list[2]["candidates"][0]["finishReason"], "STOP");
}

/// A signature of Google's without words.
fn signature() -> Part {
    let proof = Proof { origin: Origin::Gemini, form: Form::Signature, id: None, data: "c2ln/+w==".into() };
    Part::Reasoning(Reasoning { text: String::new(), proof: Some(proof) })
}

fn call(id: &str) -> Part {
    Part::Call(Call { id: id.into(), name: "_".into(), arguments: "{}".into() })
}

#[test]
fn a_signature_that_travels_on_a_call_takes_no_number_of_reasoning() {
    let thought = || Part::Reasoning(Reasoning { text: "hm".into(), proof: None });
    let text = || Part::text("}".into());
    let orders = [
        vec![signature(), call("call_0"), signature(), text()],
        vec![signature(), signature(), call("call_0"), signature()],
        vec![thought(), signature(), call("call_0"), thought(), signature(), text(), thought()],
        vec![signature(), call("call_0"), signature(), call("call_1"), signature(), thought()],
    ];
    for parts in orders {
        let answer = Answer { parts, stop: Stop::Calls, ..Answer::default() };
        let exchange = exchange(Caller::Chat, Wire::Gemini);
        let translated = exchange.answer(200, &support::whole(Caller::Gemini, &answer));
        let stream = as_stream(Caller::Gemini, &answer, 1);
        let (stream, _) = streamed(Caller::Chat, Wire::Gemini, &stream, &[]);
        let whole = clients::whole(Caller::Chat, &translated.body);
        assert_eq!(clients::fold(Caller::Chat, &stream)["choices"], whole["choices"], "{stream}");
    }
}

fn sse(events: &[&str]) -> String {
    events.iter().map(|event| format!("data: {event}\n\n")).collect()
}

#[test]
fn reports_of_usage_are_joined_as_the_provider_counts() {
    let chat = |usage: &str| format!(r#"{{"choices":[],"usage":{usage}}}"#);
    let gemini = |usage: &str| format!(r#"{{"candidates":[],"usageMetadata":{usage}}}"#);
    let start = |usage: &str| format!(r#"{{"type":"message_start","message":{{"usage":{usage}}}}}"#);
    let delta = |usage: &str| format!(r#"{{"type":"message_delta","delta":{{}},"usage":{usage}}}"#);
    let cases = [
        (
            Wire::Chat, // the input includes what was cached
            chat(r#"{"prompt_tokens":10000,"completion_tokens":1}"#),
            chat(
                r#"{"prompt_tokens":10000,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":8000}}"#,
            ),
            (2_000, 8_000, 7),
        ),
        (
            Wire::Chat, // a later report leaves the cache out
            chat(r#"{"prompt_tokens":10000,"prompt_tokens_details":{"cached_tokens":8000}}"#),
            chat(r#"{"prompt_tokens":10000,"completion_tokens":7}"#),
            (2_000, 8_000, 7),
        ),
        (
            Wire::Gemini,
            gemini(r#"{"promptTokenCount":10000}"#),
            gemini(r#"{"promptTokenCount":10000,"cachedContentTokenCount":8000,"candidatesTokenCount":7}"#),
            (2_000, 8_000, 7),
        ),
        (
            Wire::Messages, // the input leaves it out
            start(r#"{"input_tokens":10000,"output_tokens":1}"#),
            delta(r#"{"input_tokens":10000,"cache_read_input_tokens":8000,"output_tokens":7}"#),
            (10_000, 8_000, 7),
        ),
    ];
    for (wire, first, last, expected) in cases {
        let mut stream = exchange(Caller::Chat, wire).stream();
        stream.push(sse(&[&first, &last]).as_bytes());
        let usage = stream.usage().unwrap();
        assert_eq!((usage.input, usage.cache_read, usage.output), expected, "{wire:?} {first}");
    }
}

#[test]
fn a_stream_is_over_when_its_provider_has_said_why_it_ends() {
    let cases = [
        (
            Wire::Chat,
            r#"{"choices":[{"index":0,"delta":{"content":"a"}}]}"#,
            r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
        ),
        (
            Wire::Gemini,
            r#"{"candidates":[{"content":{"parts":[{"text":"a"}]}}]}"#,
            r#"{"candidates":[{"finishReason":"STOP"}]}"#,
        ),
        (
            Wire::Messages,
            r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"a"}}"#,
            r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"}}"#,
        ),
        (
            Wire::Responses,
            r#"{"type":"response.output_text.delta","delta":"a"}"#,
            r#"{"type":"response.completed","response":{"status":"completed"}}"#,
        ),
    ];
    for (wire, said, stop) in cases {
        let mut stream = exchange(Caller::Chat, wire).stream();
        assert!(!stream.is_over(), "{wire:?}");
        stream.push(sse(&[said]).as_bytes());
        assert!(!stream.is_over(), "{wire:?}");
        stream.push(sse(&[stop]).as_bytes());
        assert!(stream.is_over(), "{wire:?}");
        stream.push(b"data: {\"half an ev");
        assert!(stream.is_over(), "{wire:?}");
        stream.finish();
        assert_eq!((stream.outcome(), stream.is_over()), (Outcome::Complete, true), "{wire:?}");
    }
}

#[test]
fn a_stream_that_failed_is_never_over() {
    let stop = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;
    for events in [[r#"{"error":{"message":"no"}}"#, stop], [stop, r#"{"error":{"message":"no"}}"#]] {
        let mut stream = exchange(Caller::Chat, Wire::Chat).stream();
        stream.push(sse(&events).as_bytes());
        assert_eq!((stream.outcome(), stream.is_over()), (Outcome::Failed, false));
        stream.finish();
        assert_eq!(stream.outcome(), Outcome::Failed);
    }
}

/// The events of a chat stream with these calls, and its end.
fn calls(calls: &[Value]) -> String {
    let delta = |delta: Value, reason: Value| serde_json::json!({"id": "c", "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]});
    let calls =
        calls.iter().map(|call| delta(serde_json::json!({"content": "", "tool_calls": [call]}), Value::Null));
    calls
        .chain([delta(serde_json::json!({}), "tool_calls".into())])
        .map(|event| format!("data: {event}\n\n"))
        .collect()
}

#[test]
fn a_name_in_fragments_is_one_name() {
    let call = |index: u8, id: &str, name: &str, arguments: &str| {
        let mut call =
            serde_json::json!({"index": index, "function": {"name": name, "arguments": arguments}});
        if !id.is_empty() {
            call["id"] = id.into();
        }
        call
    };
    let table = [
        (vec![call(0, "a", "good", ""), call(0, "", "_evil", ""), call(0, "", "", "{}")], "good_evil", 0),
        (vec![call(0, "a", "go", ""), call(0, "", "od", "{}")], "good", 0),
        (vec![call(0, "a", "go", ""), call(0, "", "od", "")], "good", 0),
        (vec![call(0, "a", "good", ""), call(0, "a", "good", ""), call(0, "", "good", "{}")], "good", 0),
        (vec![call(0, "a", "good", "{"), call(0, "", "good", "}")], "good", 0),
        (vec![call(0, "a", "good", "{"), call(0, "", "_evil", "}")], "good", 1),
        (vec![call(0, "a", "good", ""), call(1, "b", "f", "{}"), call(0, "", "_evil", "{}")], "good f", 1),
        (
            vec![
                call(0, "a", "go", ""),
                call(0, "", "od", ""),
                call(1, "b", "f", ""),
                call(1, "", "g", "{}"),
            ],
            "good fg",
            0,
        ),
    ];
    for (pieces, names, losses) in table {
        for cuts in [&[7][..], &[4_096]] {
            let (out, translator) = streamed(Caller::Messages, Wire::Chat, calls(&pieces).as_bytes(), cuts);
            let events = events(&out);
            let named = events.iter().filter(|event| kind(event) == "content_block_start");
            let named: Vec<&str> =
                named.map(|event| event["content_block"]["name"].as_str().unwrap()).collect();
            assert_eq!(named.join(" "), names, "{pieces:?}");
            let lost = support::words(translator.loss());
            assert_eq!(lost.iter().filter(|word| word.contains("function.name")).count(), losses, "{lost:?}");
            assert_eq!(translator.outcome(), Outcome::Complete);
        }
    }
}
