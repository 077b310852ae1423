//! Every "no": status, code, dialect, what the SDK is told about trying again, and the record.

use domain::inference::Verdict;
use serde_json::json;

use crate::reply::{CHAT, MESSAGES, Reply, chat, line};
use crate::world::{KEY, Wanted, World, world};

/// What the dialects call an error of this status.
fn kinds(status: u16) -> (&'static str, &'static str) {
    match status {
        401 => ("authentication_error", "authentication_error"),
        403 => ("permission_error", "permission_error"),
        413 => ("invalid_request_error", "request_too_large"),
        503 => ("server_error", "api_error"),
        _ => ("invalid_request_error", "invalid_request_error"),
    }
}

type Row<'a> = (&'a str, (&'a str, &'a [u8]), &'a str, u16, &'a str, bool);

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_speaks_the_callers_dialect() {
    let world = World::with(Wanted { root: "[gateway]\nmax_body = \"1 KB\"\n", ..Wanted::default() }).await;
    let good = r#"{"model":"sim/m","max_tokens":9,"messages":[]}"#;
    let large = format!(r#"{{"model":"sim/m","max_tokens":9,"messages":[],"x":"{}"}}"#, "y".repeat(2_000));
    let long = "x".repeat(129);
    let (plain, long) = (("x-a", &b"b"[..]), ("x-countersign-run", long.as_bytes()));
    // key, header, body, status, code, whether it is on record
    let table: [Row<'_>; 15] = [
        ("", plain, good, 401, "CS-0101", false),
        ("cs_unknown", plain, good, 401, "CS-0102", false),
        ("cs_expired", plain, good, 401, "CS-0103", false),
        ("cs_revoked", plain, good, 401, "CS-0104", false),
        ("cs_two", plain, good, 400, "CS-0105", false),
        ("cs_two", ("x-countersign-workflow", b"other"), good, 403, "CS-0106", false),
        ("cs_nowhere", plain, good, 403, "CS-0107", false),
        ("cs_orphan", plain, good, 403, "CS-0108", true),
        (KEY, plain, "{\"model\":", 400, "CS-0201", true),
        (KEY, plain, "{\"model\":7}", 400, "CS-0202", true),
        (KEY, plain, &large, 413, "CS-0203", true),
        (KEY, long, good, 400, "CS-0204", true),
        (KEY, ("x-countersign-step", b"\xff"), good, 400, "CS-0204", true),
        (KEY, plain, r#"{"model":"nope","max_tokens":1,"messages":[]}"#, 400, "CS-0205", true),
        (KEY, ("content-encoding", b"gzip"), good, 415, "CS-0212", true),
    ];
    for (key, (name, value), body, status, code, recorded) in table {
        let (openai, anthropic) = kinds(status);
        for (path, kind) in [(CHAT, openai), (MESSAGES, anthropic)] {
            let value = reqwest::header::HeaderValue::from_bytes(value).unwrap();
            let reply = Reply::of(world.raw(path, key, body.to_owned()).header(name, value)).await;
            let said = reply.json();
            assert_eq!((reply.status, reply.code().as_str()), (status, code), "{path} {body} {said}");
            assert_eq!(said["error"]["type"], kind, "{code} at {path}");
            assert_eq!(said["type"] == "error", path == MESSAGES, "{code} at {path}");
            assert_eq!(reply.header("x-should-retry"), "false", "{code} at {path}");
            assert_eq!(reply.headers.contains_key("x-countersign-inference"), recorded, "{code} at {path}");
            let ids = ["x-request-id", "request-id"].map(|name| reply.header(name));
            let id = reply.header("x-countersign-inference");
            let expected = if path == CHAT { [id, ""] } else { ["", id] };
            assert_eq!(ids, expected, "where the SDK looks: {code} at {path}");
            if recorded {
                on_record(&world, &reply, status, code).await;
            }
        }
    }
    assert_eq!(world.upstream.count(), 0, "nothing refused has left");
}

async fn on_record(world: &World, reply: &Reply, status: u16, code: &str) {
    let fact = world.fact(reply.id()).await;
    assert_eq!(line(&fact), format!("refused {status} {code} reported 0+0 0"));
    assert_eq!(reply.header("x-countersign-run"), fact.attribution.run.as_str());
    let last = fact.controls.last().unwrap();
    assert_eq!(
        (last.verdict, last.why.as_str()),
        (Verdict::Stop, reply.json()["error"]["message"].as_str().unwrap())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_speaks_another_dialect_is_named() {
    let world = world().await;
    let body = json!({"model": "upa/ok", "input": "x"});
    let reply = Reply::of(world.post("/v1/embeddings", &body)).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "CS-0206"));
    assert!(reply.text().contains("upa/ok speaks the anthropic dialect"), "{}", reply.text());
    let body = json!({"model": "standard", "max_tokens": 9, "messages": [{"role": "user", "content": "x"}]});
    let reply = Reply::of(world.post(MESSAGES, &body)).await;
    assert_eq!((reply.status, reply.header("x-countersign-target")), (200, "upa/ok"));
    let route = world.fact(reply.id()).await.controls.into_iter().find(|c| c.name == "route").unwrap();
    assert_eq!(route.why, "upa/ok, by route standard", "what speaks the caller's dialect comes first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_is_not_known_can_be_a_reason_to_refuse() {
    let world =
        World::with(Wanted { root: "[pricing]\nunknown_model = \"refuse\"\n", ..Wanted::default() }).await;
    let mut body = chat("ok", false);
    body["model"] = "sparse/unlisted".into();
    let reply = Reply::of(world.post(CHAT, &body)).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "CS-0210"));
    on_record(&world, &reply, 400, "CS-0210").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_is_made_without_a_record() {
    let world = World::with(Wanted { max_spool: Some(0), ..Wanted::default() }).await;
    let first = world.chat("ok", false).await; // the journal is empty: this one fits
    assert_eq!(first.status, 200);
    world.fact(first.id()).await;
    // While the database takes everything in at once there is never a backlog to run into; a ledger
    // that is closed takes nothing at all.
    world.ledger.shutdown().await;
    let sent = world.upstream.count();
    let reply = world.chat("ok", false).await;
    assert_eq!((reply.status, reply.code().as_str(), reply.header("retry-after")), (503, "CS-0308", "5"));
    assert_eq!(world.upstream.count(), sent, "nothing left");
    world.until_quiet().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_before_it_reads_still_gets_the_refusal_of_a_body_too_large() {
    use std::io::{Read as _, Write as _};
    let world = World::with(Wanted { root: "[gateway]\nmax_body = \"1 KB\"\n", ..Wanted::default() }).await;
    let address = world.url.trim_start_matches("http://").to_owned();
    let size = 48 << 20; // more than the buffers on the way hold
    for head in [format!("content-length: {size}"), "transfer-encoding: chunked".to_owned()] {
        let chunked = head.contains("chunked");
        let (address, head) = (address.clone(), head.clone());
        let talk = move || {
            let mut stream = std::net::TcpStream::connect(address).unwrap();
            let start =
                format!("POST {CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {KEY}\r\n{head}\r\n\r\n");
            stream.write_all(start.as_bytes()).unwrap();
            let piece = vec![b' '; 1 << 20];
            for _ in 0..size >> 20 {
                if chunked {
                    stream.write_all(b"100000\r\n").unwrap();
                }
                stream.write_all(&piece).unwrap();
                if chunked {
                    stream.write_all(b"\r\n").unwrap();
                }
            }
            let mut answer = [0; 12];
            stream.read_exact(&mut answer).unwrap();
            String::from_utf8(answer.to_vec()).unwrap()
        };
        assert_eq!(tokio::task::spawn_blocking(talk).await.unwrap(), "HTTP/1.1 413");
    }
}
