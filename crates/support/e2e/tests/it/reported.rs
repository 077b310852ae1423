//! Clients that report: over the wire, across a crash, on the page, in the API and in the command.

use e2e::{CHAT, Server, ask, wait_until};
use serde_json::{Value, json};

use crate::start;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SECRET: &str = "what-nobody-should-keep";

/// A call of a model, as Claude Code reports it, at the present time of the server.
fn event(trace: &str, output: u64, request: &str) -> Value {
    let texts = [
        ("event.name", "api_request"),
        ("session.id", "s-1"),
        ("user.email", "maya@acme.example"),
        ("model", "claude-sonnet-4-5"),
        ("request_id", request),
        ("prompt", SECRET),
    ];
    let text = |(key, value): (&str, &str)| json!({"key": key, "value": {"stringValue": value}});
    let mut attributes: Vec<Value> = texts.into_iter().map(text).collect();
    attributes.push(json!({"key": "input_tokens", "value": {"intValue": "10"}}));
    attributes.push(json!({"key": "output_tokens", "value": {"intValue": output.to_string()}}));
    json!({"traceId": trace, "body": {"stringValue": "claude_code.api_request"}, "attributes": attributes})
}

fn logs(events: &[Value]) -> Value {
    json!({"resourceLogs": [{
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "claude-code"}}]},
        "scopeLogs": [{"logRecords": events}],
    }]})
}

fn source(server: &Server, calls: u64) -> Value {
    wait_until("the reports", || {
        let page = server.get("/api/v1/telemetry").json();
        let source = page["sources"].as_array()?.first()?.clone();
        (source["direct"]["calls"].as_u64()? + source["passed"]["calls"].as_u64()? >= calls).then_some(source)
    })
}

#[test]
fn what_clients_report_outlives_a_crash_and_is_never_counted_twice() {
    let (mut server, _upstream) = start();
    let key = server.key("support");
    server.keep_secret(SECRET);
    let called = server.post(CHAT, &key, &ask("standard"));
    let called = called.header("traceparent", &format!("00-{TRACE}-b7ad6b7169203331-01")).send().expect(200);
    assert_eq!(called.header("x-countersign-run"), Some(TRACE));
    let body = logs(&[event(TRACE, 7, ""), event("", 300, "req_elsewhere")]);
    let sent = server.post("/v1/logs", &key, &body).send().expect(200);
    assert_eq!((sent.text().as_str(), sent.header("content-type")), ("{}", Some("application/json")));
    server.kill();
    server.restart();
    let again = server.post("/v1/logs", &key, &body).send().expect(200);
    assert_eq!(again.text(), "{}");
    let first = source(&server, 2);
    assert_eq!((&first["client"], &first["person"]), (&json!("claude-code"), &json!("maya")));
    assert_eq!((&first["workflow"], &first["owner"]["id"]), (&json!("support"), &json!("maya")));
    assert_eq!((&first["direct"]["calls"], &first["direct"]["output_tokens"]), (&json!(1), &json!(300)));
    assert_eq!((&first["passed"]["calls"], &first["gateway"]["calls"]), (&json!(1), &json!(1)));
    assert_eq!(server.spend("support", 1)["figures"]["calls"], 1, "the spend is the gateway's");
    let told = server.cli(&["telemetry", "--json"]).expect(0).json();
    assert_eq!(told["sources"][0], first);
    let table = server.cli(&["telemetry"]).expect(0);
    assert!(table.out.contains("Claude Code"), "{}", table.out);
    assert_eq!(server.cli(&["doctor"]).code, 0);
    let metrics = server.get("/metrics").text();
    assert!(metrics.contains(r#"countersign_telemetry_posts_total{signal="logs",outcome="taken"} 1"#));
}

#[test]
fn a_post_without_a_key_or_of_garbage_is_told_why() {
    let (server, _upstream) = start();
    let key = server.key("support");
    for (key, body, status, code) in
        [("", "{}", 401, "CS-0101"), (&*key, "{\"resourceLogs\":", 400, "CS-0601")]
    {
        let post = server.call("POST", "/v1/logs").bearer(key).header("content-type", "application/json");
        let reply = post.bytes(body).send().expect(status);
        assert!(reply.json()["message"].as_str().unwrap().starts_with(code), "{}", reply.text());
    }
}
