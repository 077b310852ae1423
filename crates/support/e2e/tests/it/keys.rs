//! Keys: shown once, hashed at rest, expiring, revocable.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use e2e::{CHAT, MESSAGES, ask, ask_stream, wait_until};
use serde_json::json;

use crate::start;

#[test]
fn a_key_is_taken_from_any_of_three_headers() {
    let (server, _upstream) = start();
    let key = server.key("support");
    for (name, value) in
        [("authorization", format!("Bearer {key}")), ("x-api-key", key.clone()), ("x-goog-api-key", key)]
    {
        for (path, model) in [(CHAT, "standard"), (MESSAGES, "claude")] {
            let reply = server.call("POST", path).header(name, &value).json(&ask(model)).send();
            assert_eq!(reply.status, 200, "{name} at {path}: {}", reply.text());
        }
    }
}

#[test]
fn without_a_good_key_there_is_no_answer() {
    let (server, upstream) = start();
    let none = server.call("POST", CHAT).json(&ask("standard")).send();
    assert_eq!((none.status, none.code().as_str()), (401, "CS-0101"));
    for (key, code) in
        [("cs_000000000000000000000000000000000000000000000000", "CS-0102"), ("sk-proj-1", "CS-0102")]
    {
        let reply = server.post(MESSAGES, key, &ask("claude")).send();
        assert_eq!((reply.status, reply.code().as_str()), (401, code), "{}", reply.text());
        assert_eq!(reply.json()["type"], "error");
        assert!(!reply.text().contains(key), "the key is not repeated");
    }
    assert_eq!(upstream.count(), 0);
}

#[test]
fn a_key_in_the_address_is_refused_and_never_written_down() {
    let (server, upstream) = start();
    let key = server.key("support");
    for path in ["/v1beta/models/gemini:generateContent", "/v1/models/gemini:streamGenerateContent"] {
        let reply = server.call("POST", &format!("{path}?key={key}")).json(&json!({"contents": []})).send();
        assert_eq!((reply.status, reply.code().as_str()), (401, "CS-0240"), "{}", reply.text());
        assert!(!reply.text().contains(&key), "the key is not repeated");
    }
    assert_eq!(upstream.count(), 0);
    // When the server ends, its log is searched for the key.
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the server reads the machine's clock, so the test has to")]
fn a_key_ends_at_its_time() {
    let (server, _upstream) = start();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let soon = domain::Timestamp::from_ms(i64::try_from(now).unwrap() + 1_500).to_string();
    let key = server.key_with("support", &["--expires", &soon]).1;
    assert_eq!(server.post(CHAT, &key, &ask("standard")).send().status, 200);
    let refused = wait_until("the end of the key", || {
        let reply = server.post(CHAT, &key, &ask("standard")).send();
        (reply.status != 200).then_some(reply)
    });
    assert_eq!((refused.status, refused.code().as_str()), (401, "CS-0103"), "{}", refused.text());
    assert_ne!(server.cli(&["key", "create", "--workflow", "support", "--expires", "2020-01-01"]).code, 0);
}

#[test]
fn revoking_a_key_ends_its_streams_and_refuses_its_calls() {
    let (server, upstream) = start();
    let (id, key) = server.key_with("support", &[]);
    let other = server.key("support");
    let mut open = server.post(CHAT, &key, &ask_stream("scripted/slow-stream-500")).open();
    let mut stays = server.post(CHAT, &other, &ask_stream("scripted/slow-stream-500")).open();
    assert!(open.event().is_some() && stays.event().is_some());
    let _revoked = server.cli(&["key", "revoke", &id]).expect(0);
    let mut last = String::new();
    while let Some(event) = open.event() {
        last = event;
    }
    assert!(last.contains("CS-0104"), "the last event says why: {last}");
    upstream.wait_for_callers_gone(1);
    let reply = server.post(CHAT, &key, &ask("standard")).send();
    assert_eq!((reply.status, reply.code().as_str()), (401, "CS-0104"));
    assert!(stays.event().is_some(), "streams of other keys go on");
    let listed = server.cli(&["key", "list", "--json"]).expect(0).out;
    let row = listed.lines().find(|line| line.contains(&id)).unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(row).unwrap()["state"], json!("revoked"));
}

#[test]
fn no_secret_is_stored() {
    let (mut server, _upstream) = start();
    let key = server.key("support");
    drop(server.post(CHAT, &key, &ask("standard")).send().expect(200));
    server.stop();
    let mut seen = 0;
    search(
        server.data(),
        &[key.as_bytes(), e2e::UPSTREAM_KEY.as_bytes(), e2e::PROMPT.as_bytes(), e2e::ANSWER.as_bytes()],
        &mut seen,
    );
    assert!(seen > 0, "the data folder holds files");
}

fn search(folder: &Path, secrets: &[&[u8]], seen: &mut u32) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            search(&entry.path(), secrets, seen);
            continue;
        }
        *seen += 1;
        let bytes = std::fs::read(entry.path()).unwrap();
        for secret in secrets {
            let found = bytes.windows(secret.len()).any(|window| window == *secret);
            assert!(!found, "{} holds {}", entry.path().display(), String::from_utf8_lossy(secret));
        }
    }
}

#[test]
fn a_key_survives_a_restart_and_so_does_its_end() {
    let (mut server, _upstream) = start();
    let (id, revoked) = server.key_with("support", &[]);
    let kept = server.key("support");
    let _done = server.cli(&["key", "revoke", &id]).expect(0);
    server.kill();
    server.restart();
    assert_eq!(server.post(CHAT, &kept, &ask("standard")).send().status, 200);
    assert_eq!(server.post(CHAT, &revoked, &ask("standard")).send().code(), "CS-0104");
}
