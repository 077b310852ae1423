//! A provider that breaks: what the caller sees, and what is written down.

use crate::reply::{CHAT, MESSAGES, RESPONSES, Reply, chat, line, request};
use crate::world::{Wanted, World};

async fn impatient() -> World {
    let root = "[gateway]\nfirst_byte_timeout = \"1s\"\nidle_timeout = \"1s\"\n";
    World::with(Wanted { root, ..Wanted::default() }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_calls_through_every_fault() {
    let world = impatient().await;
    // model, status, what the body says, fact: input is estimated at 26 tokens
    let table = [
        ("hang", 504, "CS-0402", "failed 504 CS-0402 estimated 26+0 26000"),
        ("hang-after-1", 504, "CS-0402", "failed 504 CS-0402 estimated 26+0 26000"),
        ("close-at-once", 502, "CS-0403", "failed 502 CS-0403 estimated 26+0 26000"),
        ("reset-after-1", 502, "CS-0403", "failed 502 CS-0403 estimated 26+0 26000"),
        ("garbage", 502, "CS-0403", "failed 502 CS-0403 estimated 26+0 26000"),
        ("garbage-json", 502, "its answer is not JSON", "failed 502 CS-0403 estimated 26+0 26000"),
        ("short-body", 502, "CS-0403", "failed 502 CS-0403 estimated 26+0 26000"),
        ("redirect", 502, "redirect (302), which is not followed", "failed 502 CS-0403 reported 0+0 0"),
        ("html-502", 502, "<h1>502 Bad Gateway</h1>", "upstream_error 502 - reported 0+0 0"),
        ("gzip", 200, "The quick", "ok 200 - reported 11+7 25000"),
        ("error-in-200", 200, "an internal error", "upstream_error 200 - reported 0+0 0"),
        ("no-usage", 200, "The quick", "ok 200 - estimated 26+9 44000"),
        ("ignores-max-tokens", 200, "The quick", "ok 200 - reported 11+5000 10011000"),
        ("wrong-content-type", 200, "The quick", "ok 200 - reported 11+7 25000"),
        ("byte-by-byte", 200, "The quick", "ok 200 - reported 11+7 25000"),
        ("slow-first-byte", 200, "The quick", "ok 200 - reported 11+7 25000"),
        ("big-64", 200, "0123456789abcdef", "ok 200 - reported 11+64 139000"),
    ];
    for (model, status, said, expected) in table {
        let reply = world.chat(model, false).await;
        assert_eq!(reply.status, status, "{model}: {}", reply.text());
        assert!(reply.text().contains(said), "{model}: {}", reply.text());
        let fact = world.fact(reply.id()).await;
        assert_eq!(line(&fact), expected, "{model}");
        assert_eq!(reply.header("x-countersign-cost-usd"), fact.cost.to_decimal(), "{model}");
        assert_eq!(
            fact.controls.iter().any(|c| c.name == "timeout"),
            status == 504,
            "{model}: {:?}",
            fact.controls
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_through_every_fault() {
    let world = impatient().await;
    // path, model, how the stream ends, fact
    let table = [
        (CHAT, "hang-after-3", "CS-0402", "failed 200 CS-0402 estimated 26+4 34000"),
        (CHAT, "reset-after-3", "CS-0403", "failed 200 CS-0403 estimated 26+4 34000"),
        (CHAT, "garbage-stream", "CS-0404", "failed 200 CS-0404 estimated 26+0 26000"),
        (CHAT, "no-terminal-event", "CS-0404", "failed 200 CS-0404 estimated 26+9 44000"),
        (CHAT, "error-in-200-stream", "it broke", "upstream_error 200 - estimated 26+1 28000"),
        (CHAT, "gzip", "[DONE]", "ok 200 - reported 11+7 25000"),
        (MESSAGES, "gzip", "message_stop", "ok 200 - reported 11+7 25000"),
        (CHAT, "no-usage", "[DONE]", "ok 200 - estimated 26+9 44000"),
        (CHAT, "ignores-max-tokens", "[DONE]", "ok 200 - reported 11+5000 10011000"),
        (RESPONSES, "no-terminal-event", "response.failed", "failed 200 CS-0404 estimated 20+9 38000"),
        (RESPONSES, "reset-after-3", "CS-0403", "failed 200 CS-0403 estimated 20+0 20000"),
        (MESSAGES, "hang-after-4", "CS-0402", "failed 200 CS-0402 partial 11+2 15000"),
        (MESSAGES, "reset-after-4", "CS-0403", "failed 200 CS-0403 partial 11+2 15000"),
        (MESSAGES, "no-terminal-event", "CS-0404", "failed 200 CS-0404 partial 11+9 29000"),
        (MESSAGES, "error-in-200-stream", "overloaded_error", "upstream_error 200 - partial 11+1 13000"),
    ];
    for (path, model, end, expected) in table {
        let reply = Reply::of(world.post(path, &request(path, model, true))).await;
        let text = reply.text();
        let last = text.trim_end().rsplit("\n\n").next().unwrap_or_default();
        assert!(
            reply.status == 200 && text.ends_with("\n\n") && last.contains(end),
            "{model} at {path}: {text}"
        );
        let fact = world.fact(reply.id()).await;
        assert_eq!(line(&fact), expected, "{model} at {path}");
        assert!(
            fact.stream && fact.error.is_some() != expected.starts_with("ok"),
            "{model}: {:?}",
            fact.error
        );
    }
    for model in ["hang", "close-at-once", "redirect", "error-503", "error-in-200"] {
        let reply = world.chat(model, true).await;
        assert!(
            reply.status >= 500 && reply.json()["error"].is_object(),
            "{model}: before a byte, errors are JSON"
        );
        world.fact(reply.id()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_arrived_costs_nothing() {
    let world = impatient().await;
    let mut body = chat("ok", false);
    body["model"] = "down/ok".into();
    let reply = Reply::of(world.post(CHAT, &body)).await;
    assert_eq!((reply.status, reply.code().as_str()), (502, "CS-0401"));
    assert_eq!(line(&world.fact(reply.id()).await), "failed 502 CS-0401 reported 0+0 0");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_simulation_breaks_the_same_way() {
    let world = impatient().await;
    for (model, stream, status, expected) in [
        ("sim-error-429", false, 429, "upstream_error"),
        ("sim-stream-error", true, 200, "upstream_error"),
        ("sim-cut", true, 200, "failed"),
        ("sim-small", true, 200, "ok"),
    ] {
        let mut body = chat("ok", stream);
        body["model"] = format!("sim/{model}").into();
        let reply = Reply::of(world.post(CHAT, &body)).await;
        assert_eq!(reply.status, status, "{model}: {}", reply.text());
        let fact = world.fact(reply.id()).await;
        assert_eq!((fact.status.as_str(), fact.simulated), (expected, true), "{model}");
    }
}

/// A provider that sends these pieces of an event stream and then breaks the connection, once.
fn breaks_after(pieces: &'static [&'static str]) -> String {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut asked = Vec::new();
        while !asked.ends_with(b"}") {
            let mut piece = [0; 4096];
            let read = socket.read(&mut piece).unwrap();
            asked.extend_from_slice(&piece[..read]);
        }
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        socket.write_all(head.as_bytes()).unwrap();
        for piece in pieces {
            socket.write_all(format!("{:x}\r\n{piece}\r\n", piece.len()).as_bytes()).unwrap();
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_breaks_inside_an_event_ends_between_two() {
    const WHOLE: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}\n\n";
    let down = breaks_after(&[WHOLE, "data: {\"choices\":[{\"index\":0,\"del"]);
    let world = World::with(Wanted { down: Some(down), ..Wanted::default() }).await;
    let mut body = chat("ok", true);
    body["model"] = "down/m".into();
    let reply = Reply::of(world.post(CHAT, &body)).await;
    let text = reply.text();
    let error = text.strip_prefix(WHOLE).and_then(|rest| rest.strip_prefix("data: ")).unwrap();
    let error: serde_json::Value = serde_json::from_str(error).unwrap();
    assert_eq!(error["error"]["code"], "CS-0403");
    assert_eq!(line(&world.fact(reply.id()).await), "failed 200 CS-0403 estimated 26+1 0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_after_the_last_event_breaks_nothing() {
    const ALL: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":6,\"total_tokens\":11}}\n\ndata: [DONE]\n\n";
    let world = World::with(Wanted { down: Some(breaks_after(&[ALL])), ..Wanted::default() }).await;
    let mut body = chat("ok", true);
    body["model"] = "down/m".into();
    body["stream_options"] = serde_json::json!({"include_usage": true});
    let reply = Reply::of(world.post(CHAT, &body)).await;
    assert_eq!(reply.text(), ALL);
    assert_eq!(line(&world.fact(reply.id()).await), "ok 200 - reported 5+6 0");
}
