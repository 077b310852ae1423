//! What hostile input may cost: time that grows with its length, and memory that has a limit.

use std::time::{Duration, Instant};

use translate::json::{Json, Number, Unreadable, parse};
use translate::{Caller, Wire};

use crate::support::{ask, exchange, streamed};

/// Far above what a test build takes for work that grows with the input, far below what it takes
/// for work that grows with its square.
const LONG: Duration = Duration::from_secs(10);

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
        let start = Instant::now();
        ask(caller, Wire::Chat, &body).unwrap();
        assert!(start.elapsed() < LONG, "{caller:?}: {:?} for {} bytes", start.elapsed(), body.len());
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
