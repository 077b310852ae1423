//! Off means off, at once, for new calls and for those under way, and it says who and why.

use std::net::TcpStream;
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

/// A server whose running streams may finish when a switch is turned.
fn start_finishing() -> (Server, Upstream) {
    let upstream = Upstream::start();
    let workspace = Workspace::new(&upstream);
    workspace.edit("countersign.toml", "max_body = \"8 MB\"", "max_body = \"8 MB\"\non_switch = \"finish\"");
    (Server::start(workspace), upstream)
}

#[test]
fn running_streams_may_finish_where_the_workspace_says_so() {
    let (server, _upstream) = start_finishing();
    let key = server.key("support");
    let mut open = server.post(CHAT, &key, &ask_stream("scripted/slow-stream-10")).open();
    assert!(open.event().is_some());
    turn(&server, "all", "off");
    assert_eq!(server.post(CHAT, &key, &ask("standard")).send().status, 503);
    let rest = open.rest().unwrap();
    assert!(rest.text().contains("[DONE]"), "{}", rest.text());
}

#[test]
fn a_drill_ends_streams_measures_and_leaves_the_scope_on() {
    let (server, _upstream) = start();
    let key = server.key("support");
    let mut open = server.post(CHAT, &key, &ask_stream("scripted/slow-stream-500")).open();
    let mut silent = server.post(CHAT, &key, &ask_stream("scripted/hang-after-2")).open();
    assert!(open.event().is_some() && silent.event().is_some());
    let ran = server.cli(&["switch", "drill", "workflow/support", "--json"]);
    let drilled = ran.json();
    assert_eq!(ran.code == 0, drilled["outcome"] == "passed", "{drilled}");
    let micros = |name: &str| drilled[name].as_u64().unwrap();
    assert!(micros("refused_micros") <= micros("ended_micros"), "{drilled}");
    assert!(micros("ended_micros") < 1_000_000 && micros("off_micros") < 1_000_000, "{drilled}");
    assert_eq!((&drilled["calls_ended"], &drilled["by"]["id"]), (&json!(2), &json!("operator")));
    for stream in [&mut open, &mut silent] {
        let mut last = String::new();
        while let Some(event) = stream.event() {
            last = event;
        }
        assert!(last.contains("CS-0301") && last.contains("drill: off for a moment"), "{last}");
    }
    drop(server.post(CHAT, &key, &ask("standard")).send().expect(200));
    let status = server.cli(&["status", "--json"]).expect(0).json();
    assert_eq!((&status["switches"], &status["drills"]), (&json!([]), &json!([drilled])));
    let page = server.cli(&["status", "support", "--json"]).expect(0).json();
    assert_eq!((&page["last_drill"], &page["switch_weakness"]), (&drilled, &json!(null)));
    let audit = server.cli(&["audit", "list", "--json"]).expect(0).out;
    assert!(audit.contains("switch.drilled"), "{audit}");
}

#[test]
fn a_drill_of_a_healthy_server_passes() {
    let (server, _upstream) = start();
    // The target is 50 ms on a machine that has other things to do as well.
    let passes = || server.cli(&["switch", "drill", "all"]).code == 0;
    assert!((0..5).any(|_| passes()), "new calls are refused within 50 ms");
    turn(&server, "workflow/support", "off");
    let refused = server.cli(&["switch", "drill", "workflow/support", "--json"]);
    assert!(refused.code == 1 && refused.err.contains("CS-0510"), "{}", refused.err);
}

/// A caller who has asked for a stream and does not read it; what waits for him stands still.
fn unread(server: &Server, key: &str) -> TcpStream {
    let socket = server.post(CHAT, key, &ask_stream("scripted/big-16384")).sent();
    let (mut room, mut before, mut same) = (vec![0; 1 << 23], 0, 0);
    e2e::wait_until("the stream to stand still", || {
        let waits = socket.peek(&mut room).unwrap();
        same = if waits == before { same + 1 } else { 0 };
        before = waits;
        (same > 100).then_some(())
    });
    socket
}

#[test]
fn a_caller_who_does_not_read_fails_a_drill_and_a_kill_during_one_leaves_the_scope_off() {
    let (mut server, _upstream) = start();
    let key = server.key("support");
    let (_unread, drilled) = e2e::wait_until("a drill to meet a caller who does not read", || {
        let unread = unread(&server, &key);
        let ran = server.cli(&["switch", "drill", "workflow/support", "--json"]);
        (ran.code == 1).then(|| (unread, ran.json()))
    });
    assert_eq!((&drilled["outcome"], &drilled["ended_micros"]), (&json!("failed"), &json!(null)));
    assert!(
        drilled["words"].as_str().unwrap().contains("1 of 1 running call not ended in time"),
        "{drilled}"
    );
    drop(server.post(CHAT, &key, &ask("standard")).send().expect(200));

    let admin: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(server.admin_path()).unwrap()).unwrap();
    let drill = server.call("POST", "/api/v1/switches/drill").bearer(admin["token"].as_str().unwrap());
    let asked = drill.json(&json!({"scope": "workflow/support"})).sent();
    let off = || server.post(CHAT, &key, &ask("standard")).send().code() == "CS-0301";
    e2e::wait_until("the drill to turn it off", || off().then_some(()));
    server.kill();
    drop(asked);
    server.restart();
    let status = server.cli(&["status", "--json"]).expect(0).json();
    let reason = status["switches"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("drill") && reason.contains("turn it on"), "{status}");
    assert!(server.log().contains("the server ended during a drill"), "{}", server.log());
    turn(&server, "workflow/support", "on");
    drop(server.post(CHAT, &key, &ask("standard")).send().expect(200));
}

#[test]
fn a_drill_lets_streams_finish_where_the_workspace_says_so() {
    let (server, _upstream) = start_finishing();
    let key = server.key("support");
    let mut open = server.post(CHAT, &key, &ask_stream("scripted/slow-stream-10")).open();
    assert!(open.event().is_some());
    let drilled = server.cli(&["switch", "drill", "all", "--json"]).json();
    assert!(drilled["words"].as_str().unwrap().contains("1 running call may finish"), "{drilled}");
    assert!(open.rest().unwrap().text().contains("[DONE]"));
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
