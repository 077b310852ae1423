//! The official SDKs see nothing but their provider.

use e2e::{ANSWER, python};
use serde_json::{Value, json};

use crate::{start, start_with};

#[test]
fn the_openai_sdk_works_with_the_scripted_provider() {
    let (server, _upstream) = start();
    let key = server.key("support");
    let seen = python::script("openai_flows.py", &[&server.url(), &key, "standard", "scripted/tool"]);
    assert_eq!(seen["plain"]["text"], ANSWER, "{seen}");
    assert_eq!(seen["plain"]["usage"]["total_tokens"], 18);
    assert!(seen["plain"]["headers"]["x-countersign-inference"].is_string());
    assert_eq!(seen["stream"]["text"], ANSWER);
    assert_eq!(seen["stream"]["usage"], Value::Null);
    assert_eq!(seen["stream_with_usage"]["usage"]["completion_tokens"], 7);
    assert_eq!(seen["stream_with_usage"]["empty"], 1);
    assert_eq!(seen["tools"]["name"], "search_tickets");
    assert_eq!(seen["tools_stream"]["arguments"], json!({"query": "open tickets"}));
    assert_eq!(seen["responses"], json!({"text": ANSWER, "input": 11, "output": 7}));
    assert_eq!(seen["responses_stream"]["final"], ANSWER);
    assert_eq!(seen["responses_stream"]["last"], "response.completed");
    assert_eq!(seen["embeddings"]["dimensions"], 3);
    refusals(&seen);
    let ids = seen["models"]["ids"].as_array().unwrap();
    assert!(ids.contains(&json!("standard")), "the routes a key may use are listed: {ids:?}");
}

#[test]
fn the_openai_sdk_works_with_the_simulation() {
    let (server, upstream) = start();
    let key = server.key("support");
    let seen = python::script("openai_flows.py", &[&server.url(), &key, "sim", "sim/sim-small"]);
    simulated(&seen["plain"]["text"]);
    simulated(&seen["stream"]["text"]);
    assert!(seen["stream_with_usage"]["usage"]["completion_tokens"].as_u64().unwrap() > 0);
    assert_eq!(seen["tools"]["name"], "search_tickets", "{seen}");
    assert_eq!(seen["tools_stream"]["name"], "search_tickets");
    simulated(&seen["responses"]["text"]);
    assert_eq!(seen["responses_stream"]["text"], seen["responses_stream"]["final"]);
    assert!(seen["embeddings"]["dimensions"].as_u64().unwrap() > 0);
    refusals(&seen);
    assert_eq!(upstream.count(), 0, "the simulation is in process");
}

#[test]
fn the_anthropic_sdk_works_with_both() {
    let (server, _upstream) = start();
    let key = server.key("support");
    let seen = python::script("anthropic_flows.py", &[&server.url(), &key, "claude", "claude/tool"]);
    assert_eq!(
        (&seen["plain"]["text"], &seen["plain"]["stop"]),
        (&json!(ANSWER), &json!("end_turn")),
        "{seen}"
    );
    assert_eq!((&seen["plain"]["input"], &seen["plain"]["output"]), (&json!(11), &json!(7)));
    assert_eq!(seen["stream"]["text"], ANSWER);
    assert_eq!(seen["stream"]["output"], 7);
    assert_eq!(seen["tools"]["input"], json!({"query": "open tickets"}));
    assert_eq!(seen["tools_stream"]["name"], "search_tickets");
    assert_eq!(seen["count_tokens"]["input"], 11);
    refusals(&seen);

    let seen = python::script("anthropic_flows.py", &[&server.url(), &key, "sim", "sim"]);
    simulated(&seen["plain"]["text"]);
    simulated(&seen["stream"]["text"]);
    assert_eq!(seen["tools"]["name"], "search_tickets", "{seen}");
    assert!(seen["count_tokens"]["input"].as_u64().unwrap() > 0);
    refusals(&seen);
}

#[test]
fn the_google_sdk_works_with_its_own_dialect_and_with_every_other() {
    let (server, _upstream) = start();
    let key = server.key("support");
    for (model, tool, broken) in [
        ("gemini", "google/tool", "google/error-in-200-stream"),
        ("standard", "scripted/tool", "scripted/error-in-200-stream"),
        ("claude", "claude/tool", "claude/error-in-200-stream"),
    ] {
        let seen = python::script("google_flows.py", &[&server.url(), &key, model, tool, broken]);
        let plain = &seen["plain"];
        assert_eq!((&plain["text"], &plain["finish"]), (&json!(ANSWER), &json!("STOP")), "{seen}");
        assert_eq!((&plain["input"], &plain["output"]), (&json!(11), &json!(7)), "{seen}");
        assert!(plain["headers"]["x-countersign-inference"].is_string(), "{seen}");
        assert_eq!(
            (&seen["stream"]["text"], &seen["stream"]["output"]),
            (&json!(ANSWER), &json!(7)),
            "{seen}"
        );
        assert_eq!(seen["tools"], json!({"name": "search_tickets", "arguments": {"query": "open tickets"}}));
        assert_eq!(seen["tools_stream"], seen["tools"], "{seen}");
        assert_eq!((&seen["chat"]["second"], &seen["chat"]["turns"]), (&json!(ANSWER), &json!(4)), "{seen}");
        assert!(seen["broken_stream"]["status"].as_u64().is_some_and(|status| status >= 500), "{seen}");
        let ids = seen["models"]["ids"].as_array().unwrap();
        assert!(ids.contains(&json!("models/standard")), "{seen}");
        if model == "gemini" {
            assert_eq!(seen["count_tokens"]["input"], 11, "{seen}");
        }
        refusals(&seen);
    }
    let seen =
        python::script("google_flows.py", &[&server.url(), &key, "sim", "sim", "sim/sim-stream-error"]);
    simulated(&seen["plain"]["text"]);
    simulated(&seen["stream"]["text"]);
    assert_eq!(seen["tools"]["name"], "search_tickets", "{seen}");
    refusals(&seen);
}

/// Every kind is masked both ways and one tool is allowed; nothing in these flows is touched by it.
const GUARDED: &str =
    "[redaction]\nrequest = \"mask\"\nresponse = \"mask\"\n\n[tools]\nallow = [\"search_*\"]\n";

#[test]
fn the_sdks_do_not_notice_guards_that_find_nothing() {
    let (server, _upstream) = start_with(GUARDED);
    let key = server.key("support");
    let seen = python::script("openai_flows.py", &[&server.url(), &key, "standard", "scripted/tool"]);
    assert_eq!(seen["stream"]["text"], ANSWER, "{seen}");
    assert_eq!(seen["stream_with_usage"]["usage"]["completion_tokens"], 7);
    assert_eq!(seen["tools_stream"]["arguments"], json!({"query": "open tickets"}));
    assert_eq!(seen["responses_stream"]["final"], ANSWER);
    assert_eq!(seen["responses_stream"]["last"], "response.completed");
    refusals(&seen);

    let seen = python::script("anthropic_flows.py", &[&server.url(), &key, "claude", "claude/tool"]);
    assert_eq!(seen["stream"]["text"], ANSWER, "{seen}");
    assert_eq!(seen["tools"]["input"], json!({"query": "open tickets"}));
    assert_eq!(seen["tools_stream"]["name"], "search_tickets");
    refusals(&seen);
}

fn simulated(text: &Value) {
    let said = text.as_str().unwrap_or_default().to_lowercase();
    assert!(said.contains("simulat"), "an answer of the simulation says so: {text}");
}

/// An SDK raises its own exceptions for our refusals, and shows our code.
fn refusals(seen: &Value) {
    assert_eq!(
        (&seen["unknown_model"]["status"], &seen["unknown_model"]["code"]),
        (&json!(400), &json!("CS-0205")),
        "{seen}"
    );
    assert_eq!(
        (&seen["unknown_key"]["status"], &seen["unknown_key"]["code"]),
        (&json!(401), &json!("CS-0102")),
        "{seen}"
    );
}
