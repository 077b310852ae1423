//! What hostile input may cost: time that grows with its length, and memory that has a limit.

use std::time::{Duration, Instant};

use translate::{Caller, Wire};

use crate::support::ask;

/// Far above what a test build takes for work that grows with the input, far below what it takes
/// for work that grows with its square.
const LONG: Duration = Duration::from_secs(20);

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
