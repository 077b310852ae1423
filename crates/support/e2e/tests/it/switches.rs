//! Off means off, at once, for new calls and for those under way, and it says who and why.

use std::time::{Duration, Instant};

use e2e::{CHAT, MESSAGES, Server, Upstream, Workspace, ask, ask_stream};
use serde_json::json;

use crate::start;

fn turn(server: &Server, scope: &str, state: &str) -> serde_json::Value {
    server.cli(&["switch", scope, state, "--reason", "wrong refunds", "--json"]).expect(0).json()
}

#[test]
fn off_refuses_new_calls_and_on_answers_again() {
    let (server, upstream) = start();
    let key = server.key("support");
    let turned = turn(&server, "workflow/support", "off");
    assert_eq!((&turned["scope"], &turned["state"]), (&json!("workflow/support"), &json!("off")));
    assert!(turned["took_micros"].as_u64().unwrap() < 1_000_000, "{turned}");
    for (path, model) in [(CHAT, "standard"), (MESSAGES, "claude")] {
        let reply = server.post(path, &key, &ask(model)).send();
        assert_eq!((reply.status, reply.code().as_str()), (503, "CS-0301"), "{}", reply.text());
        assert!(reply.text().contains("wrong refunds"));
        assert_eq!(reply.header("x-should-retry"), Some("false"));
    }
    assert_eq!(upstream.count(), 0);
    turn(&server, "workflow/support", "on");
    drop(server.post(CHAT, &key, &ask("standard")).send().expect(200));
}

#[test]
fn off_ends_streams_within_a_second() {
    let (server, upstream) = start();
    let key = server.key("support");
    let mut open = server.post(CHAT, &key, &ask_stream("scripted/slow-stream-500")).open();
    let mut silent = server.post(CHAT, &key, &ask_stream("scripted/hang-after-2")).open();
    assert!(open.event().is_some() && silent.event().is_some());
    let began = Instant::now();
    let turned = turn(&server, "all", "off");
    assert_eq!(turned["calls_ended"], 2, "{turned}");
    for stream in [&mut open, &mut silent] {
        let mut last = String::new();
        while let Some(event) = stream.event() {
            last = event;
        }
        assert!(last.contains("CS-0301") && last.contains("wrong refunds"), "{last}");
    }
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    upstream.wait_for_callers_gone(2);
    let id = open.header("x-countersign-inference").unwrap();
    assert_eq!(server.inference(id)["status"], "cut");
}

#[test]
fn each_scope_reaches_what_it_names() {
    let (server, _upstream) = start();
    let plain = server.key("support");
    let agent = server.key_with("support", &["--agent", "drafter"]).1;
    let status = |key: &str, path: &str, model: &str| server.post(path, key, &ask(model)).send().status;
    for (scope, refused, answered) in [
        ("provider/scripted", (&plain, CHAT, "standard"), (&plain, MESSAGES, "claude")),
        ("model/scripted/ok", (&plain, CHAT, "standard"), (&plain, CHAT, "scripted/other")),
        ("agent/drafter", (&agent, CHAT, "standard"), (&plain, CHAT, "standard")),
    ] {
        turn(&server, scope, "off");
        assert_eq!(status(refused.0, refused.1, refused.2), 503, "{scope}");
        assert_eq!(status(answered.0, answered.1, answered.2), 200, "{scope}");
        turn(&server, scope, "on");
        assert_eq!(status(refused.0, refused.1, refused.2), 200, "{scope} on again");
    }
}

#[test]
fn human_only_says_whom_to_turn_to() {
    let (server, _upstream) = start();
    let key = server.key("support");
    turn(&server, "workflow/support", "human-only");
    let reply = server.post(CHAT, &key, &ask("standard")).send();
    assert_eq!((reply.status, reply.code().as_str()), (409, "CS-0302"), "{}", reply.text());
    assert!(reply.text().to_lowercase().contains("maya"), "{}", reply.text());
}

#[test]
fn a_switch_stays_off_after_a_kill() {
    let (mut server, _upstream) = start();
    let key = server.key("support");
    turn(&server, "workflow/support", "off");
    server.kill();
    server.restart();
    assert_eq!(server.post(CHAT, &key, &ask("standard")).send().code(), "CS-0301");
    let status = server.cli(&["status", "--json"]).expect(0).json();
    assert_eq!(status["switches"][0]["reason"], "wrong refunds");
}

#[test]
fn running_streams_may_finish_where_the_workspace_says_so() {
    let upstream = Upstream::start();
    let workspace = Workspace::new(&upstream);
    workspace.edit("countersign.toml", "max_body = \"8 MB\"", "max_body = \"8 MB\"\non_switch = \"finish\"");
    let server = Server::start(workspace);
    let key = server.key("support");
    let mut open = server.post(CHAT, &key, &ask_stream("scripted/slow-stream-10")).open();
    assert!(open.event().is_some());
    turn(&server, "all", "off");
    assert_eq!(server.post(CHAT, &key, &ask("standard")).send().status, 503);
    let rest = open.rest().unwrap();
    assert!(rest.text().contains("[DONE]"), "{}", rest.text());
}

#[test]
fn a_turn_needs_a_reason_and_a_scope_that_exists() {
    let (server, _upstream) = start();
    assert_ne!(server.cli(&["switch", "all", "off", "--reason", " "]).code, 0);
    assert_ne!(server.cli(&["switch", "workflow/nobody", "off", "--reason", "x"]).code, 0);
    assert_eq!(server.cli(&["switch", "everything", "off", "--reason", "x"]).code, 2);
    let audit = server.cli(&["audit", "list", "--json"]).expect(0).out;
    assert!(!audit.contains("switch.turned"), "{audit}");
    turn(&server, "all", "off");
    let audit = server.cli(&["audit", "list", "--json"]).expect(0).out;
    assert!(audit.contains("switch.turned") && audit.contains("wrong refunds"), "{audit}");
}
