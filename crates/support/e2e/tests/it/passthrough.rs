//! The same dialect in and out: what the caller sends arrives, what the provider sends arrives.

use e2e::{ANSWER, CHAT, Call, MESSAGES, PROMPT, RESPONSES, Server, ask, ask_stream};
use serde_json::json;

use crate::start;

/// A body with odd spacing, odd numbers, unknown fields and a duplicate deep inside.
fn odd_body(model: &str) -> String {
    format!(
        "{{ \"messages\" : [ {{\"role\":\"user\",\"content\":\"{PROMPT} \\u00e9\\ud83d\\ude00\"}} ],\n\t\"model\"  :\"{model}\",\
         \"x_unknown\": {{\"a\":1.50e+3,\"a\":2, \"deep\":[null,true]}}, \"temperature\":1.0, \"max_tokens\": 50 }}"
    )
}

fn post(server: &Server, path: &str, key: &str, body: String) -> Call {
    server.call("POST", path).bearer(key).header("content-type", "application/json").bytes(body)
}

#[test]
fn only_the_models_name_changes_on_the_way_there() {
    let (server, upstream) = start();
    let key = server.key("support");
    for (path, asked) in [(CHAT, "standard"), (MESSAGES, "claude"), (RESPONSES, "scripted/ok")] {
        drop(post(&server, path, &key, odd_body(asked)).send().expect(200));
        let arrived = String::from_utf8(upstream.last().body).unwrap();
        assert_eq!(arrived, odd_body("ok"), "{path}");
    }
}

#[test]
fn unknown_headers_arrive_and_ours_do_not() {
    let (server, upstream) = start();
    let key = server.key("support");
    let call = server
        .post(CHAT, &key, &ask("standard"))
        .header("x-never-heard-of", "kept")
        .header("openai-beta", "a=1, b=2")
        .header("x-stainless-lang", "python")
        .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        .header("x-countersign-run", "r-1")
        .header("x-countersign-user", "someone")
        .header("cookie", "session=1")
        .header("x-api-key", &key);
    drop(call.send().expect(200));
    let arrived = upstream.last();
    assert_eq!(arrived.header("x-never-heard-of"), Some("kept"));
    assert_eq!(arrived.header("openai-beta"), Some("a=1, b=2"));
    assert_eq!(arrived.header("x-stainless-lang"), Some("python"));
    assert!(arrived.header("traceparent").is_some());
    assert_eq!(arrived.header("authorization"), Some(format!("Bearer {}", e2e::UPSTREAM_KEY).as_str()));
    for (name, value) in &arrived.headers {
        assert!(!name.starts_with("x-countersign") && name != "cookie", "{name}: {value}");
        assert!(!value.contains(&key), "the caller's key went upstream in {name}");
    }
}

#[test]
fn each_dialect_gets_the_providers_credential_where_it_looks_for_it() {
    let (server, upstream) = start();
    let key = server.key("support");
    let call = server.post(MESSAGES, &key, &ask("claude")).header("anthropic-version", "2023-06-01");
    drop(call.header("anthropic-beta", "x-1,y-2").send().expect(200));
    let arrived = upstream.last();
    assert_eq!(arrived.header("x-api-key"), Some(e2e::UPSTREAM_KEY));
    assert_eq!(arrived.header("authorization"), None);
    assert_eq!(arrived.header("anthropic-beta"), Some("x-1,y-2"));
}

#[test]
fn a_query_goes_along() {
    let (server, upstream) = start();
    let key = server.key("support");
    drop(server.post("/v1/messages?beta=true", &key, &ask("claude")).send().expect(200));
    assert_eq!(upstream.last().path, "/v1/messages?beta=true");
}

#[test]
fn answers_come_back_byte_for_byte() {
    let (server, upstream) = start();
    let key = server.key("support");
    for (path, model, prefix) in
        [(CHAT, "ok", "scripted/"), (MESSAGES, "ok", "claude/"), (RESPONSES, "ok", "scripted/")]
    {
        let direct = Call::new(upstream.address(), "POST", path).json(&ask(model)).send().expect(200);
        let through = server.post(path, &key, &ask(&format!("{prefix}{model}"))).send().expect(200);
        assert_eq!(through.text(), direct.text(), "{path}");
        assert_eq!(through.header("content-type"), direct.header("content-type"));
        assert!(through.text().contains(ANSWER));
    }
}

#[test]
fn streams_come_back_byte_for_byte_also_at_one_byte_a_chunk() {
    let (server, upstream) = start();
    let key = server.key("support");
    for model in ["ok", "stream-50", "byte-by-byte"] {
        for (path, prefix) in [(CHAT, "scripted/"), (MESSAGES, "claude/"), (RESPONSES, "scripted/")] {
            let mut body = ask_stream(model);
            let direct = Call::new(upstream.address(), "POST", path).json(&body).send().expect(200);
            body["model"] = json!(format!("{prefix}{model}"));
            let through = server.post(path, &key, &body).send().expect(200);
            assert!(through.complete, "{model} at {path}");
            assert_eq!(through.text(), direct.text(), "{model} at {path}");
            assert_eq!(through.header("content-type"), Some("text/event-stream"));
        }
    }
}

#[test]
fn the_event_with_the_usage_is_asked_for_and_withheld() {
    let (server, upstream) = start();
    let key = server.key("support");
    let through = server.post(CHAT, &key, &ask_stream("standard")).send().expect(200);
    assert_eq!(upstream.last().json()["stream_options"]["include_usage"], true);
    assert!(!through.text().contains("\"usage\""), "{}", through.text());
    let record = server.inference(&through.inference());
    assert_eq!(record["usage"]["source"], "reported");
    assert_eq!((&record["usage"]["input"], &record["usage"]["output"]), (&json!(11), &json!(7)));
    let changes = record["changes"].to_string();
    assert!(changes.contains("include_usage"), "explain names the change: {changes}");

    let mut asking = ask_stream("standard");
    asking["stream_options"] = json!({"include_usage": true});
    let through = server.post(CHAT, &key, &asking).send().expect(200);
    assert!(through.text().contains("\"total_tokens\":18"));
}

#[test]
fn odd_headers_of_the_provider_come_back_but_not_cookies_or_forgeries() {
    let (server, _upstream) = start();
    let key = server.key("support");
    let reply = server.post(CHAT, &key, &ask("scripted/odd-headers")).send().expect(200);
    assert_eq!(reply.header("x-never-heard-of"), Some("kept"));
    assert_eq!(reply.header("openai-processing-ms"), Some("7"));
    assert_eq!(reply.header("x-request-id"), Some("req_scripted"));
    assert_eq!(reply.header("set-cookie"), None);
    assert_eq!(reply.header("x-countersign-cost-usd"), Some("0.000025"));
}

#[test]
fn every_answer_says_what_it_was() {
    let (server, _upstream) = start();
    let key = server.key("support");
    let reply = server.post(CHAT, &key, &ask("standard")).send().expect(200);
    assert!(reply.inference().starts_with("inf_"));
    assert_eq!(reply.header("x-countersign-target"), Some("scripted/ok"));
    assert!(reply.header("x-countersign-variant").is_some_and(|variant| variant.starts_with("v-")));
    assert!(reply.header("x-countersign-config").is_some_and(|hash| !hash.is_empty()));
    assert!(reply.header("x-countersign-run").is_some());
    assert_eq!(reply.header("x-countersign-cost-usd"), Some("0.000025"));
    let stream = server.post(CHAT, &key, &ask_stream("standard")).send().expect(200);
    assert_eq!(stream.header("x-countersign-cost-usd"), None);
    assert!(stream.header("x-countersign-inference").is_some());
}

#[test]
fn a_websocket_is_declined_so_that_agents_fall_back() {
    let (server, _upstream) = start();
    let reply = server
        .call("GET", RESPONSES)
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .send();
    assert_eq!((reply.status, reply.code().as_str()), (426, "CS-0209"), "{}", reply.text());
}
