//! The scripted provider, seen from a socket: each script does on the wire what its name says.
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail their test")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use testkit::Upstream;
use testkit::upstream::Outcome;

const CHAT: &str = "/v1/chat/completions";

fn send(upstream: &Upstream, path: &str, body: &str) -> TcpStream {
    let mut socket = TcpStream::connect(upstream.address()).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nX-Odd:  a b \r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    socket.write_all(head.as_bytes()).unwrap();
    socket.write_all(body.as_bytes()).unwrap();
    socket
}

/// Everything that comes until the connection has been quiet or closed.
fn answer(upstream: &Upstream, path: &str, model: &str, stream: bool) -> String {
    let body =
        format!(r#"{{"model":"{model}","stream":{stream},"stream_options":{{"include_usage":true}}}}"#);
    let mut socket = send(upstream, path, &body);
    socket.set_read_timeout(Some(Duration::from_millis(400))).unwrap();
    let mut text = Vec::new();
    let mut buffer = [0; 65536];
    while let Ok(read) = socket.read(&mut buffer) {
        if read == 0 {
            break;
        }
        text.extend_from_slice(&buffer[..read]);
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn each_script_is_what_its_name_says() {
    let upstream = Upstream::start();
    for (path, model, stream, wanted) in [
        (CHAT, "ok", false, &["200", "The quick brown fox", "\"prompt_tokens\":11"][..]),
        (
            CHAT,
            "ok",
            true,
            &["text/event-stream", "\"content\":\"quick \"", "\"total_tokens\":18", "data: [DONE]"],
        ),
        ("/v1/messages", "ok", false, &["\"output_tokens\":7", "end_turn"]),
        ("/v1/messages", "ok", true, &["event: message_start", "text_delta", "event: message_stop"]),
        ("/v1/responses", "ok", false, &["\"object\":\"response\"", "output_text"]),
        ("/v1/responses", "stream-3", true, &["response.created", "piece 3 ", "response.completed"]),
        ("/v1/embeddings", "ok", false, &["embedding", "0.125"]),
        ("/v1/messages/count_tokens", "ok", false, &["{\"input_tokens\":11}"]),
        ("/v1/nothing", "ok", false, &["404"]),
        (CHAT, "error-429", false, &["429", "retry-after: 2", "scripted_429"]),
        ("/v1/messages", "error-529", false, &["529", "\"type\":\"error\""]),
        (CHAT, "html-502", false, &["502", "text/html"]),
        (CHAT, "garbage", false, &["this is not HTTP"]),
        (CHAT, "ignores-max-tokens", false, &["\"completion_tokens\":5000"]),
        (CHAT, "cached", false, &["\"cached_tokens\":800", "\"prompt_tokens\":1000"]),
        (CHAT, "error-in-200-stream", true, &["200", "scripted: it broke"]),
        (CHAT, "byte-by-byte", false, &["\r\n1\r\n"]),
        (CHAT, "redirect", false, &["302", "location: "]),
        (CHAT, "odd-headers", false, &["x-never-heard-of: kept"]),
    ] {
        let got = answer(&upstream, path, model, stream);
        for part in wanted {
            assert!(got.contains(part), "{model} at {path}: no {part:?} in {got}");
        }
    }
}

#[test]
fn what_a_script_withholds_is_not_there() {
    let upstream = Upstream::start();
    for (model, absent) in [
        ("no-terminal-event", "DONE"),
        ("no-terminal-event", "finish_reason\":\"stop"),
        ("no-usage", "total_tokens"),
        ("reset-after-2", "DONE"),
        ("hang-after-2", "DONE"),
    ] {
        let got = answer(&upstream, CHAT, model, true);
        assert!(got.contains("chat.completion.chunk") && !got.contains(absent), "{model}: {got}");
    }
    assert_eq!(answer(&upstream, CHAT, "close-at-once", false), "");
}

#[test]
fn it_keeps_what_it_got_byte_for_byte() {
    let upstream = Upstream::start();
    let body = "{\"model\":\"ok\",  \"x\" : 1.50}";
    let mut text = String::new();
    send(&upstream, CHAT, body).read_to_string(&mut text).ok();
    let last = upstream.last();
    assert_eq!(last.body, body.as_bytes());
    assert_eq!(last.header("x-odd"), Some("a b"));
    assert_eq!((last.method.as_str(), last.path.as_str(), last.model.as_str()), ("POST", CHAT, "ok"));
}

#[test]
fn it_notices_a_caller_who_goes_away() {
    let upstream = Upstream::start();
    let socket = send(&upstream, CHAT, r#"{"model":"hang"}"#);
    upstream.wait_for(1);
    assert_eq!(upstream.last().outcome, Outcome::Running);
    drop(socket);
    upstream.wait_for_callers_gone(1);
    let socket = send(&upstream, CHAT, r#"{"model":"slow-stream-500","stream":true}"#);
    upstream.wait_for(2);
    drop(socket);
    upstream.wait_for_callers_gone(2);
}

#[test]
fn it_ends_with_its_owner() {
    let upstream = Upstream::start();
    let mut socket = send(&upstream, CHAT, r#"{"model":"hang"}"#);
    upstream.wait_for(1);
    let began = Instant::now();
    drop(upstream);
    assert!(socket.read(&mut [0; 16]).is_ok_and(|read| read == 0));
    assert!(began.elapsed() < Duration::from_secs(5));
}
