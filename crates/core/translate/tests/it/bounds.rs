//! What hostile input may cost: time that grows with its length, and memory that has a limit.

use std::time::{Duration, Instant};

use translate::json::{Json, Number, Unreadable, parse};
use translate::{Caller, Wire};

use crate::support::{ask, exchange, streamed};

/// The most that a translation may take, in times of parsing the same text. Work that grows with
/// the input takes a few; work that grows with its square takes tens or hundreds of these inputs.
const MOST_TIMES: u32 = 12;

fn time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn check(name: &str, parsing: Duration, translating: Duration) {
    let most = parsing * MOST_TIMES + Duration::from_secs(1);
    assert!(translating < most, "{name}: {translating:?}, where parsing takes {parsing:?}");
}

fn times(count: usize, element: &str) -> String {
    vec![element; count].join(",")
}

#[test]
fn reading_a_request_takes_time_that_grows_with_its_length() {
    let tools = times(120_000, r#"{"role":"tool","tool_call_id":"a"}"#);
    let outputs = times(120_000, r#"{"type":"function_call_output","call_id":"a"}"#);
    let calls = times(60_000, r#"{"functionCall":{"name":"a"}}"#);
    let strays = times(60_000, r#"{"functionResponse":{"name":"a","id":"b"}}"#);
    let images = times(60_000, r#"{"type":"image","source":{"type":"url","url":"a"}}"#);
    let results = times(60_000, r#"{"type":"tool_result","tool_use_id":"a"}"#);
    let long = format!(r#"{{"type":"text","text":"{}"}}"#, "x".repeat(1_000));
    let said = times(20_000, &long);
    let cases = [
        (Caller::Chat, format!(r#"{{"messages":[{tools}]}}"#)),
        (Caller::Responses, format!(r#"{{"input":[{outputs}]}}"#)),
        (Caller::Gemini, format!(r#"{{"contents":[{{"parts":[{calls},{strays}]}}]}}"#)),
        (Caller::Messages, format!(r#"{{"messages":[{{"role":"user","content":[{images},{results}]}}]}}"#)),
        (Caller::Messages, format!(r#"{{"messages":[{{"role":"assistant","content":[{said}]}}]}}"#)),
    ];
    for (caller, body) in cases {
        let parsing = time(|| drop(parse(body.as_bytes())));
        let translating = time(|| drop(ask(caller, Wire::Chat, &body).unwrap()));
        check(caller.wire().as_str(), parsing, translating);
    }
}

#[test]
fn results_without_ids_are_of_the_oldest_calls_of_their_tool() {
    let body = r#"{"contents":[{"role":"model","parts":[{"functionCall":{"name":"a"}},{"functionCall":{"name":"b","id":"own"}},{"functionCall":{"name":"a"}}]},
        {"role":"user","parts":[{"functionResponse":{"name":"b","id":"own"}},{"functionResponse":{"name":"a"}},{"functionResponse":{"name":"a"}},{"functionResponse":{"name":"b"}}]}]}"#;
    let (body, _) = crate::support::sent(Caller::Gemini, Wire::Chat, body);
    let results = body["messages"].as_array().unwrap().iter().skip(1);
    let ids: Vec<&str> = results.map(|message| message["tool_call_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["own", "call_1", "call_2", "call_b"]);
}

#[test]
fn a_body_of_too_many_values_is_refused_and_says_so() {
    let most = usize::try_from(translate::json::MOST_VALUES).unwrap();
    let body = |count: usize| format!("[{}]", times(count, "1"));
    assert_eq!(parse(body(most).as_bytes()), Err(Unreadable::TooMany), "the list is a value too");
    assert!(parse(body(most - 1).as_bytes()).is_ok());
    let request = format!(r#"{{"messages":[],"metadata":{}}}"#, body(most));
    let refused = ask(Caller::Chat, Wire::Messages, &request).unwrap_err();
    assert_eq!(translate::json::MOST_VALUES, 500_000, "as the refusal says");
    assert_eq!(
        refused.to_string(),
        "body: more than 500,000 JSON values can't be translated; ask for a target that speaks this endpoint's own dialect"
    );
    let answer = exchange(Caller::Chat, Wire::Messages).answer(200, body(most).as_bytes());
    assert_eq!(answer.failure.unwrap().message, "the provider's answer holds too many values");
    let event = format!("data: {}\n\n", body(most));
    let (_, translator) = streamed(Caller::Chat, Wire::Messages, event.as_bytes(), &[]);
    assert_eq!(translator.failure().unwrap().message, "the provider sent an event of too many values");
}

#[test]
fn arguments_of_all_calls_together_have_the_same_limit() {
    let most = usize::try_from(translate::json::MOST_VALUES).unwrap();
    let call = |count: usize| {
        let arguments = format!(r#"{{\"a\":[{}]}}"#, times(count, "1"));
        format!(r#"{{"id":"a","type":"function","function":{{"name":"f","arguments":"{arguments}"}}}}"#)
    };
    let body = |counts: [usize; 2]| {
        let calls = counts.map(call).join(",");
        format!(r#"{{"messages":[{{"role":"assistant","tool_calls":[{calls}]}}]}}"#)
    };
    let half = most / 2;
    assert!(ask(Caller::Chat, Wire::Messages, &body([half - 2, half - 2])).is_ok());
    let refused = ask(Caller::Chat, Wire::Messages, &body([half - 2, half - 1])).unwrap_err();
    assert_eq!(refused, translate::Refused::too_many_values());
}

#[test]
fn a_small_value_takes_no_more_than_four_words() {
    assert!(size_of::<Json>() <= 4 * size_of::<usize>(), "{}", size_of::<Json>());
}

#[test]
fn numbers_stay_as_they_are_written_however_long() {
    for length in [1, 21, 22, 23, 24, 400] {
        let written = "7".repeat(length);
        let json = parse(written.as_bytes()).unwrap();
        assert_eq!(translate::json::text(&json), written);
        assert_eq!(json, Json::Number(Number::of(&written)));
    }
}

#[test]
fn reading_a_stream_takes_time_that_grows_with_its_length() {
    let count = 60_000;
    let opened = |at| {
        format!(
            "data: {{\"type\":\"content_block_start\",\"index\":{at},\"content_block\":{{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"b\",\"input\":{{\"c\":1}}}}}}\n\n"
        )
    };
    let late = "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"\"}}\n\n";
    let item = |at| {
        format!(
            "data: {{\"type\":\"response.output_item.added\",\"output_index\":{at},\"item\":{{\"type\":\"reasoning\"}}}}\n\n"
        )
    };
    let piece = "data: {\"type\":\"response.reasoning_text.delta\",\"output_index\":0,\"delta\":\"\"}\n\n";
    let note = "data: {\"type\":\"response.output_text.annotation.added\",\"annotation\":{\"type\":\"url_citation\",\"url\":\"a\"}}\n\n";
    let said = format!(
        "data: {{\"type\":\"response.output_text.delta\",\"delta\":\"{}\"}}\n\n",
        "x".repeat(8 << 20)
    );
    let done = "data: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\"}}\n\n";
    let cases = [
        (Wire::Messages, (0..count).map(opened).collect::<String>() + &late.repeat(count)),
        (Wire::Responses, (0..count).map(item).collect::<String>() + &piece.repeat(count)),
        (Wire::Responses, said + &note.repeat(40_000) + done),
    ];
    for (wire, stream) in cases {
        let events = stream.lines().filter_map(|line| line.strip_prefix("data: "));
        let parsing = time(|| events.for_each(|event| drop(parse(event.as_bytes()))));
        let translating = time(|| drop(streamed(Caller::Responses, wire, stream.as_bytes(), &[1 << 16])));
        check(wire.as_str(), parsing, translating);
    }
}

#[test]
fn what_a_stream_keeps_back_has_a_limit() {
    let call = |at: usize, arguments: &str| {
        format!(
            "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"tool_calls\":[{{\"index\":{at},\"id\":\"c{at}\",\"function\":{{\"name\":\"f\",\"arguments\":\"{arguments}\"}}}}]}}}}]}}\n\n"
        )
    };
    let block = |at: usize| {
        format!(
            "data: {{\"type\":\"content_block_start\",\"index\":{at},\"content_block\":{{\"type\":\"text\",\"text\":\"\"}}}}\n\n"
        )
    };
    let cite = format!(
        "data: {{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{{\"type\":\"citations_delta\",\"citation\":{{\"type\":\"x\",\"url\":\"{}\"}}}}}}\n\n",
        "u".repeat(1 << 16)
    );
    let cases = [
        (Wire::Chat, (0..1_025).map(|at| call(at, "{}")).collect(), "calls too many tools"),
        (Wire::Messages, (0..200_000).map(block).collect(), "keeps too many blocks open"),
        (Wire::Messages, block(0) + &cite.repeat(600), "keeps too many blocks open"),
    ];
    for (wire, stream, problem) in cases {
        let stream: String = stream;
        let (_, translator) = streamed(Caller::Gemini, wire, stream.as_bytes(), &[1 << 16]);
        let message = &translator.failure().unwrap().message;
        assert!(message.ends_with(problem), "{message}");
    }
    let enough: String = (0..1_024).map(|at| call(at, "{}")).collect();
    let end = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    let (_, translator) = streamed(Caller::Gemini, Wire::Chat, (enough + end).as_bytes(), &[1 << 16]);
    assert_eq!(translator.outcome(), translate::Outcome::Complete);
}

#[test]
fn arguments_do_not_wait_for_a_name_for_ever() {
    let piece = format!(
        "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"tool_calls\":[{{\"index\":0,\"function\":{{\"arguments\":\"{}\"}}}}]}}}}]}}\n\n",
        "x".repeat(1 << 19)
    );
    let mut stream = exchange(Caller::Messages, Wire::Chat).stream();
    let said: usize = (0..4).map(|_| stream.push(piece.as_bytes()).len()).sum();
    assert!(said > 1 << 20, "{said}");
}
