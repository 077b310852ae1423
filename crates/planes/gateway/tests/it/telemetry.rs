//! OTLP in, over the wire: what is answered, what is counted, and what is never kept.

use std::io::Write as _;
use std::time::Duration;

use domain::telemetry::{Client, Measure};
use domain::time::Timestamp;
use flate2::Compression;
use flate2::write::GzEncoder;
use ledger::{Target, TelemetryQuery, TelemetryRow};
use serde_json::{Value, json};

use crate::reply::Reply;
use crate::world::{KEY, NOW, Wanted, World, world};

const TRACES: &str = "/v1/traces";
const METRICS: &str = "/v1/metrics";
const LOGS: &str = "/v1/logs";
/// What a client should not send, and some do.
const SECRET: &str = "the-launch-code-is-0000";

/// Key, type, encoding, body; status, and what the answer says.
type Row<'a> = (&'a str, &'a str, &'a str, &'a [u8], u16, &'a str);

fn nanoseconds() -> String {
    format!("{}000000", Timestamp::parse(NOW).unwrap().ms())
}

fn attributes(pairs: &[(&str, &str)]) -> Value {
    let pair = |(key, value): &(&str, &str)| json!({"key": key, "value": {"stringValue": value}});
    pairs.iter().map(pair).collect()
}

/// An event of Claude Code with these attributes.
fn event(name: &str, pairs: &[(&str, &str)]) -> Value {
    let all =
        [&[("session.id", "s-1"), ("user.email", "Maya@Test.example"), ("prompt", SECRET)], pairs].concat();
    json!({"timeUnixNano": nanoseconds(), "eventName": name, "attributes": attributes(&all)})
}

fn logs(service: &str, events: &[Value]) -> Value {
    let resource =
        json!({"attributes": attributes(&[("service.name", service), ("service.version", "2.1.197")])});
    json!({"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": events}]}]})
}

fn api_request(request_id: &str) -> Value {
    event(
        "claude_code.api_request",
        &[
            ("model", "claude-sonnet-4-5"),
            ("input_tokens", "1000000"),
            ("output_tokens", "2"),
            ("cost_usd", "3.5"),
            ("request_id", request_id),
        ],
    )
}

fn span(trace: &str, pairs: &[(&str, &str)]) -> Value {
    json!({"traceId": trace, "spanId": "cd".repeat(8), "name": "chat", "endTimeUnixNano": nanoseconds(),
        "attributes": attributes(pairs)})
}

fn traces(spans: &[Value]) -> Value {
    json!({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]})
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

async fn rows(world: &World) -> Vec<TelemetryRow> {
    assert!(world.ledger.caught_up(Duration::from_secs(10)).await);
    let now = Timestamp::parse(NOW).unwrap();
    let query = TelemetryQuery { from: now, to: now.plus_ms(1), workflow: None };
    world.ledger.telemetry_sources(&query).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_is_answered_as_the_specification_says() {
    let world = world().await;
    let good = traces(&[span(&"ab".repeat(16), &[])]).to_string().into_bytes();
    let partly = traces(&[span(&"ab".repeat(16), &[]), span("ab", &[])]).to_string().into_bytes();
    let bomb = gzip(&vec![b' '; (64 << 20) + 1]);
    assert!(bomb.len() < 1 << 20);
    let (json, proto, none) = ("application/json", "application/x-protobuf", "identity");
    let table: [Row<'_>; 14] = [
        (KEY, json, none, &good, 200, "{}"),
        (KEY, "application/json; charset=utf-8", "gzip", &gzip(&good), 200, "{}"),
        (KEY, json, none, b"{}", 200, "{}"),
        (KEY, proto, none, b"", 200, ""),
        (KEY, json, none, &partly, 200, "\"rejectedSpans\":\"1\""),
        (KEY, json, none, b"", 400, "CS-0601"),
        (KEY, json, none, b"{\"resourceSpans\":[", 400, "CS-0601"),
        (KEY, proto, none, b"\x0a\x05x", 400, "CS-0601"),
        (KEY, "text/plain", none, &good, 415, "CS-0602"),
        (KEY, json, "gzip", &bomb, 413, "CS-0604"),
        (KEY, json, "gzip", &good, 400, "CS-0605"),
        (KEY, json, "br", &good, 400, "CS-0605"),
        ("cs_nobody", json, none, &good, 401, "CS-0102"),
        ("cs_two", json, none, &good, 400, "CS-0105"),
    ];
    for (key, kind, encoding, body, status, says) in table {
        let request = world.http.post(format!("{}{TRACES}", world.url)).bearer_auth(key);
        let request = request.header("content-type", kind).header("content-encoding", encoding);
        let reply = Reply::of(request.body(body.to_vec())).await;
        assert_eq!(reply.status, status, "{kind} {encoding} {}", reply.text());
        assert!(reply.text().contains(says), "{kind} {encoding} {}", reply.text());
        let answered = if kind == proto { proto } else { json };
        assert_eq!(reply.header("content-type"), answered);
        if status != 200 && answered == json {
            assert!(reply.json()["code"].is_u64() && reply.json()["message"].is_string(), "{}", reply.text());
        }
    }
    let get = world.http.get(format!("{}{LOGS}", world.url)).bearer_auth(KEY);
    let reply = Reply::of(get).await;
    assert_eq!((reply.status, reply.header("allow")), (405, "POST"));
    world.gateway.close();
    let reply = Reply::of(world.raw(TRACES, KEY, good)).await;
    assert_eq!((reply.status, reply.header("retry-after")), (503, "5"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_reports_is_counted_once_priced_and_attributed() {
    let world = world().await;
    let decided = event("claude_code.tool_decision", &[("decision", "accept"), ("source", "user_temporary")]);
    let body = logs("claude-code", &[api_request("req_direct"), decided]);
    for _ in 0..2 {
        assert_eq!(Reply::of(world.post(LOGS, &body)).await.status, 200);
    }
    let chunks: Vec<Result<Vec<u8>, std::io::Error>> =
        body.to_string().into_bytes().chunks(7).map(|chunk| Ok(chunk.to_vec())).collect();
    let chunked = reqwest::Body::wrap_stream(futures_util::stream::iter(chunks));
    assert_eq!(Reply::of(world.raw(LOGS, KEY, chunked)).await.status, 200);
    let rows = rows(&world).await;
    let [row] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!((row.client, row.version.as_str()), (Client::ClaudeCode, "2.1.197"));
    assert_eq!((row.workflow.as_str(), row.owner.as_str(), row.person.as_str()), ("w", "maya", "maya"));
    assert_eq!((row.records, row.direct.calls, row.direct.input, row.direct.output), (2, 1, 1_000_000, 2));
    assert_eq!(row.direct.claimed.to_decimal(), "3.50");
    assert!(row.direct.price.nano() >= 3_000_000_000, "by the price book: {}", row.direct.price);
    assert_eq!(row.work.get(&Measure::Accepted), Some(&1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_through_the_gateway_is_not_counted_again() {
    let world = world().await;
    let called = world.chat("up/ok", false).await;
    let fact = world.fact(called.id()).await;
    let upstream = fact.upstream_id.clone().unwrap();
    let body = logs("claude-code", &[api_request(&upstream), api_request("req_direct")]);
    assert_eq!(Reply::of(world.post(LOGS, &body)).await.status, 200);
    let rows = rows(&world).await;
    let row = &rows[0];
    assert_eq!((row.direct.calls, row.passed.calls, row.gateway.calls), (1, 1, 1));
    assert_eq!((row.gateway.price, row.gateway.output), (fact.cost, fact.usage.output));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answers_id_and_a_trace_beside_the_run_join_a_call_too() {
    let world = world().await;
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let mut said = Vec::new();
    for (model, stream) in [("up/ok", false), ("up/ok", true)] {
        let called = world.post(crate::reply::CHAT, &crate::reply::chat(model, stream));
        let called = called.header("x-countersign-run", "ticket-7");
        let fact = world.fact(Reply::of(called).await.id()).await;
        said.push(fact.response_id.expect("the answer has an id"));
    }
    let traced = world.post(crate::reply::CHAT, &crate::reply::chat("up/ok", false));
    let traced = traced.header("x-countersign-run", "ticket-7");
    let traced = traced.header("traceparent", format!("00-{trace}-b7ad6b7169203331-01"));
    let fact = world.fact(Reply::of(traced).await.id()).await;
    assert_eq!((fact.attribution.run.as_str(), fact.attribution.trace.as_deref()), ("ticket-7", Some(trace)));
    let elsewhere = ["1af7651916cd43dd8448eb211c80319c", "2af7651916cd43dd8448eb211c80319c"];
    let call = [("gen_ai.operation.name", "chat"), ("gen_ai.usage.input_tokens", "7")];
    let mut spans = vec![span(trace, &call)];
    for (trace, id) in elsewhere.into_iter().zip(&said) {
        spans.push(span(trace, &[call[0], call[1], ("gen_ai.response.id", id)]));
    }
    assert_eq!(Reply::of(world.post(TRACES, &traces(&spans))).await.status, 200);
    let rows = rows(&world).await;
    let [row] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!((row.direct.calls, row.passed.calls, row.gateway.calls), (0, 3, 3), "{row:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_and_a_session_join_what_has_no_id_in_common() {
    let world = world().await;
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let traced = world.post(crate::reply::CHAT, &crate::reply::chat("up/ok", false));
    let traced = traced.header("traceparent", format!("00-{trace}-b7ad6b7169203331-01"));
    world.fact(Reply::of(traced).await.id()).await;
    let named = world.post(crate::reply::CHAT, &crate::reply::chat("up/ok", true));
    let named = named.header("x-claude-code-session-id", "s-9");
    let fact = world.fact(Reply::of(named).await.id()).await;
    assert_eq!(fact.attribution.session.as_deref(), Some("s-9"));
    let said = [("gen_ai.operation.name", "chat"), ("gen_ai.usage.input_tokens", "7")];
    assert_eq!(Reply::of(world.post(TRACES, &traces(&[span(trace, &said)]))).await.status, 200);
    let points = json!([{"timeUnixNano": nanoseconds(), "asInt": "40",
        "attributes": attributes(&[("type", "output"), ("session.id", "s-9"), ("model", "m")])}]);
    let sum = json!({"aggregationTemporality": 1, "isMonotonic": true, "dataPoints": points});
    let metrics = json!({"resourceMetrics": [{"scopeMetrics": [{"metrics":
        [{"name": "claude_code.token.usage", "sum": sum}]}]}]});
    assert_eq!(Reply::of(world.post(METRICS, &metrics)).await.status, 200);
    let rows = rows(&world).await;
    assert_eq!(rows.len(), 2, "{rows:?}");
    for row in rows {
        assert_eq!((row.direct.input, row.direct.output, row.gateway.calls), (0, 0, 1), "{row:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_content_nor_the_address_of_a_stranger_is_kept() {
    let world = world().await;
    let stranger = json!({"key": "user.email", "value": {"stringValue": "eve@stranger.example"}});
    let mut said = api_request("req_1");
    said["attributes"][1] = stranger;
    said["body"] = json!({"stringValue": SECRET});
    let tool = event("codex.tool_result", &[("arguments", SECRET), ("output", SECRET)]);
    let body = logs("claude-code", &[said, tool]);
    assert_eq!(Reply::of(world.post(LOGS, &body)).await.status, 200);
    let rows = rows(&world).await;
    assert!(rows.iter().any(|row| row.person.starts_with("someone ")), "{rows:?}");
    world.ledger.shutdown().await;
    for text in [SECRET, "stranger.example"] {
        for file in files(world.data.path()) {
            let bytes = std::fs::read(&file).unwrap();
            assert!(
                memchr::memmem::find(&bytes, text.as_bytes()).is_none(),
                "{text} is in {}",
                file.display()
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_whom_a_header_names_is_a_pseudonym_and_a_person_of_the_workspace_is_known() {
    let world = world().await;
    let post = |number: &str, user: &'static str| {
        world.post(LOGS, &logs("claude-code", &[api_request(number)])).header("x-countersign-user", user)
    };
    for (number, user) in [("1", "jane@other.example"), ("2", "JANE@other.example"), ("3", "maya")] {
        assert_eq!(Reply::of(post(number, user)).await.status, 200);
    }
    let rows = rows(&world).await;
    let people: Vec<_> = rows.iter().map(|row| (row.person.as_str(), row.direct.calls)).collect();
    let (known, strangers): (Vec<_>, Vec<_>) = people.into_iter().partition(|(person, _)| *person == "maya");
    assert_eq!(known, [("maya", 1)]);
    assert!(matches!(strangers[..], [(one, 2)] if one.starts_with("someone ")), "{strangers:?}");
    world.ledger.shutdown().await;
    for file in files(world.data.path()) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(memchr::memmem::find(&bytes, b"other.example").is_none(), "{}", file.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_anyone_uses_is_refused_and_the_client_is_told() {
    let world = world().await;
    let point = |amount: &str, kind: &str| {
        json!({"timeUnixNano": nanoseconds(), "asInt": amount,
            "attributes": attributes(&[("type", kind), ("session.id", "s-9"), ("model", "m")])})
    };
    let points = [point("40", "output"), point("9223372036854775807", "input")];
    let sum = json!({"aggregationTemporality": 1, "isMonotonic": true, "dataPoints": points});
    let metrics = json!({"resourceMetrics": [{"scopeMetrics": [{"metrics":
        [{"name": "claude_code.token.usage", "sum": sum}]}]}]});
    let reply = Reply::of(world.post(METRICS, &metrics)).await;
    assert_eq!(reply.status, 200);
    assert!(reply.text().contains("\"rejectedDataPoints\":\"1\""), "{}", reply.text());
    let rows = rows(&world).await;
    let sums = (rows[0].direct.input, rows[0].direct.output);
    assert_eq!((sums, rows[0].records, rows[0].refused), ((0, 40), 2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_more_tokens_than_any_model_takes_is_no_money() {
    let world = world().await;
    let wrong = [("model", "claude-sonnet-4-5"), ("input_tokens", "1000000001"), ("request_id", "req_2")];
    let events = [api_request("req_1"), event("claude_code.api_request", &wrong)];
    let reply = Reply::of(world.post(LOGS, &logs("claude-code", &events))).await;
    assert_eq!(reply.status, 200);
    assert!(reply.text().contains("\"rejectedLogRecords\":\"1\""), "{}", reply.text());
    let rows = rows(&world).await;
    let of = &rows[0].direct;
    assert_eq!((of.calls, of.input, of.output, rows[0].refused), (1, 1_000_000, 2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_too_much_waits_for_the_database_telemetry_is_put_off_and_calls_are_not() {
    let mut server = testkit::postgres();
    let database = Some(Target::Postgres(server.fresh_and_lasting()));
    let world = World::with(Wanted { database, max_spool: Some(400 << 10), ..Wanted::default() }).await;
    server.stop();
    let events: Vec<Value> = (0..400).map(|number| api_request(&format!("req_{number}"))).collect();
    let first = logs("claude-code", &events);
    assert_eq!(Reply::of(world.post(LOGS, &first)).await.status, 200, "nothing waits yet");
    assert!(!world.ledger.takes_telemetry(), "{:?}", world.ledger.health());
    let second = logs("claude-code", &[api_request("req_later")]);
    let reply = Reply::of(world.post(LOGS, &second)).await;
    assert_eq!((reply.status, reply.header("retry-after")), (429, "10"));
    assert_eq!((&reply.json()["code"], reply.header("content-type")), (&json!(8), "application/json"));
    let text = reply.text();
    assert!(text.contains("CS-0603") && text.contains("send it again in 10 s"), "{text}");
    let unread = world.http.post(format!("{}{LOGS}", world.url)).bearer_auth(KEY);
    let unread = unread.header("content-type", "application/x-protobuf").body("not read at all");
    assert_eq!(Reply::of(unread).await.status, 429, "a body that could not be kept is not read");
    assert_eq!(world.chat("up/ok", false).await.status, 200, "calls go on");
    server.start();
    for body in [&first, &second] {
        assert!(world.ledger.caught_up(Duration::from_secs(30)).await, "{:?}", world.ledger.health());
        assert_eq!(Reply::of(world.post(LOGS, body)).await.status, 200);
    }
    assert_eq!(rows(&world).await[0].direct.calls, 401, "what was sent again counts once");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_users_of_a_program_are_no_sources() {
    let world = world().await;
    let spans: Vec<Value> = ["1", "2", "3"]
        .into_iter()
        .map(|user| {
            let said =
                [("gen_ai.operation.name", "chat"), ("gen_ai.usage.input_tokens", "7"), ("enduser.id", user)];
            let mut span = span(&user.repeat(32), &said);
            span["name"] = "chat".into();
            span
        })
        .collect();
    assert_eq!(Reply::of(world.post(TRACES, &traces(&spans))).await.status, 200);
    let rows = rows(&world).await;
    let [row] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!((row.person.as_str(), row.direct.calls), ("", 3));
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
