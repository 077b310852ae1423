//! What bad input gets: a clear error in the caller's dialect, and a server that goes on.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use e2e::{CHAT, MESSAGES, PROMPT, Server, ask};
use serde_json::json;

use crate::start;

#[test]
fn bodies_that_are_wrong_are_refused_with_the_field() {
    let (server, upstream) = start();
    let key = server.key("support");
    let table: [(&str, &str, u16, &str, &str); 14] = [
        (CHAT, "", 400, "CS-0201", ""),
        (CHAT, "{", 400, "CS-0201", ""),
        (CHAT, "[1,2]", 400, "CS-0201", ""),
        (CHAT, "\"text\"", 400, "CS-0201", ""),
        (CHAT, "{\"model\":\"standard\",\"messages\":[]} trailing", 400, "CS-0201", ""),
        (CHAT, "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}", 400, "CS-0202", "model"),
        (CHAT, "{\"model\":7,\"messages\":[]}", 400, "CS-0202", "model"),
        (CHAT, "{\"model\":\"standard\",\"stream\":\"yes\",\"messages\":[]}", 400, "CS-0202", "stream"),
        (CHAT, "{\"model\":\"standard\",\"max_tokens\":-1,\"messages\":[]}", 400, "CS-0202", "max_tokens"),
        (
            CHAT,
            "{\"model\":\"standard\",\"model\":\"scripted/other\",\"messages\":[]}",
            400,
            "CS-0202",
            "model",
        ),
        (
            MESSAGES,
            "{\"model\":\"claude\",\"max_tokens\":\"many\",\"messages\":[]}",
            400,
            "CS-0202",
            "max_tokens",
        ),
        (CHAT, "{\"model\":\"nowhere/x\",\"messages\":[]}", 400, "CS-0205", "nowhere/x"),
        ("/v1/embeddings", "{\"model\":\"claude\",\"input\":\"x\"}", 400, "CS-0206", "anthropic"),
        (CHAT, "{\"model\":\"claude\",\"messages\":[],\"n\":2}", 400, "CS-0220", "n: "),
    ];
    for (path, body, status, code, named) in table {
        let reply = server.call("POST", path).bearer(&key).bytes(body).send();
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{body:?}: {}", reply.text());
        let message = reply.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(named), "{body:?}: {message}");
        assert_eq!(reply.header("x-should-retry"), Some("false"), "{body:?}");
        if path == MESSAGES {
            assert_eq!(reply.json()["type"], "error", "in the caller's dialect");
        }
    }
    assert_eq!(upstream.count(), 0, "nothing of it reached the provider");
    still_serves(&server, &key);
}

#[test]
fn text_that_is_not_utf_8_is_refused() {
    let (server, _upstream) = start();
    let key = server.key("support");
    let mut body = br#"{"model":"standard","messages":[{"role":"user","content":""#.to_vec();
    body.extend_from_slice(b"\xff\xfe\x80\"}]}");
    let reply = server.call("POST", CHAT).bearer(&key).bytes(body).send();
    assert_eq!((reply.status, reply.code().as_str()), (400, "CS-0201"), "{}", reply.text());
    still_serves(&server, &key);
}

#[test]
fn nesting_without_end_is_refused() {
    let (server, _upstream) = start();
    let key = server.key("support");
    let body = format!("{{\"model\":\"standard\",\"messages\":{}", "[".repeat(200_000));
    let reply = server.call("POST", CHAT).bearer(&key).bytes(body).send();
    assert_eq!(reply.status, 400, "{}", reply.text());
    still_serves(&server, &key);
}

#[test]
fn a_body_over_the_limit_gets_413_whether_it_says_so_or_not() {
    let (server, upstream) = start();
    let key = server.key("support");
    let announced = server.call("POST", CHAT).bearer(&key).header("content-length", "9000000").send();
    assert_eq!((announced.status, announced.code().as_str()), (413, "CS-0203"), "{}", announced.text());
    let mut chunks = Vec::new();
    for _ in 0..10 {
        chunks.extend_from_slice(b"f4240\r\n");
        chunks.resize(chunks.len() + 1_000_000, b' ');
        chunks.extend_from_slice(b"\r\n");
    }
    let streamed =
        server.call("POST", CHAT).bearer(&key).header("transfer-encoding", "chunked").bytes(chunks);
    // The server may hang up on what still comes; where it can be read, its answer is 413.
    if let Ok(reply) = streamed.try_send() {
        assert_eq!((reply.status, reply.code().as_str()), (413, "CS-0203"), "{}", reply.text());
    }
    assert_eq!(upstream.count(), 0);
    still_serves(&server, &key);
}

#[test]
fn a_body_below_the_limit_passes() {
    let (server, upstream) = start();
    let key = server.key("support");
    let mut body = ask("standard");
    body["messages"][0]["content"] = json!(PROMPT.repeat(140_000));
    drop(server.post(CHAT, &key, &body).send().expect(200));
    assert!(upstream.last().body.len() > 6_000_000);
}

#[test]
fn paths_and_methods_that_do_not_exist_are_said_to_be_so() {
    let (server, _upstream) = start();
    let key = server.key("support");
    for (method, path, status, code) in [
        ("POST", "/v1/nothing", 404, "CS-0207"),
        ("POST", "/v1/analytics/codex/turn-costs", 404, "CS-0207"),
        ("GET", CHAT, 405, "CS-0208"),
        ("DELETE", MESSAGES, 405, "CS-0208"),
        ("GET", "/api/v1/nothing", 404, "CS-0504"),
    ] {
        let reply = server.call(method, path).bearer(&key).send();
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (status, code),
            "{method} {path}: {}",
            reply.text()
        );
    }
}

#[test]
fn a_base_url_without_its_version_is_told_to_a_client_and_not_to_a_browser() {
    let (server, _upstream) = start();
    let key = server.key("support");
    for call in [
        server.post("/chat/completions", &key, &ask("standard")),
        server.call("POST", "/responses"),
        server.call("GET", "/models").bearer(&key),
        server.call("GET", "/models").header("content-type", "application/json"),
    ] {
        let reply = call.send().expect(404);
        assert_eq!((reply.code().as_str(), reply.header("x-should-retry")), ("CS-0207", Some("false")));
        assert!(reply.text().contains("ends in /v1;"), "{}", reply.text());
    }
    let page = server.call("GET", "/chat/completions").send().expect(404);
    assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
}

#[test]
fn a_flood_of_headers_is_refused() {
    let (server, _upstream) = start();
    let key = server.key("support");
    let mut call = server.post(CHAT, &key, &ask("standard"));
    for number in 0..2_000 {
        call = call.header(&format!("x-flood-{number}"), "0123456789012345678901234567890123456789");
    }
    match call.try_send() {
        Ok(reply) => assert!(matches!(reply.status, 400 | 431), "{} {}", reply.status, reply.text()),
        Err(error) => assert_ne!(error.kind(), std::io::ErrorKind::WouldBlock, "it must not hang"),
    }
    still_serves(&server, &key);
}

#[test]
fn what_is_not_http_is_hung_up_on() {
    let (server, _upstream) = start();
    let key = server.key("support");
    for noise in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"GARBAGE\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\0\0\0\0",
    ] {
        let mut socket = TcpStream::connect(server.address).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        socket.write_all(noise).unwrap();
        socket.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        // An answer or a hang-up; what must not happen is silence.
        let read = socket.read_to_end(&mut answer);
        assert!(read.is_ok_and(|_| !answer.starts_with(b"HTTP/1.1 2")) || answer.is_empty(), "{noise:?}");
    }
    still_serves(&server, &key);
}

#[test]
fn a_caller_who_leaves_in_the_middle_of_its_body_harms_nobody() {
    let (server, upstream) = start();
    let key = server.key("support");
    for _ in 0..20 {
        let mut socket = TcpStream::connect(server.address).unwrap();
        let head = format!(
            "POST {CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ncontent-length: 1000\r\n\r\n{{\"model\""
        );
        socket.write_all(head.as_bytes()).unwrap();
    }
    assert_eq!(upstream.count(), 0);
    still_serves(&server, &key);
}

#[test]
fn half_open_callers_do_not_hold_up_the_others() {
    let (server, upstream) = start();
    let key = server.key("support");
    let body = format!(
        "POST {CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ncontent-length: 500\r\n\r\n{{"
    );
    let stuck: Vec<TcpStream> = (0..300)
        .map(|number| {
            let mut socket = TcpStream::connect(server.address).unwrap();
            let piece = if number % 2 == 0 { b"POST /v1/chat/comp" } else { body.as_bytes() };
            socket.write_all(piece).unwrap();
            socket
        })
        .collect();
    let began = Instant::now();
    still_serves(&server, &key);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    assert_eq!((stuck.len(), upstream.count()), (300, 1));
}

#[test]
fn headers_of_ours_with_bad_values_are_refused_by_name() {
    let (server, _upstream) = start();
    let key = server.key("support");
    for (name, value) in [
        ("x-countersign-run", "r".repeat(129)),
        ("x-countersign-run", String::new()),
        ("x-countersign-unit", "u".repeat(300)),
        ("x-countersign-context", "c,".repeat(201)),
    ] {
        let reply = server.post(CHAT, &key, &ask("standard")).header(name, &value).send();
        assert_eq!((reply.status, reply.code().as_str()), (400, "CS-0204"), "{name}: {}", reply.text());
        assert!(reply.text().contains(name));
    }
}

#[test]
fn a_compressed_body_is_refused_rather_than_passed_unread() {
    let (server, upstream) = start();
    let key = server.key("support");
    let reply = server.post(CHAT, &key, &ask("standard")).header("content-encoding", "gzip").send();
    assert_eq!((reply.status, reply.code().as_str()), (415, "CS-0212"));
    assert_eq!(upstream.count(), 0);
}

fn still_serves(server: &Server, key: &str) {
    drop(server.post(CHAT, key, &ask("standard")).send().expect(200));
}
