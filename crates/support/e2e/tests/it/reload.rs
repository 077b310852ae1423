//! Files change while the server runs: good ones go live, broken ones are refused and shown.

use e2e::{CHAT, Server, ask, wait_until};
use serde_json::Value;

use crate::start;

fn status(server: &Server) -> Value {
    server.get("/api/v1/status").json()
}

fn hash(server: &Server) -> String {
    status(server)["config"]["hash"].as_str().unwrap().to_owned()
}

#[test]
fn a_change_goes_live_by_itself() {
    let (server, upstream) = start();
    let key = server.key("support");
    let before = hash(&server);
    server.workspace.edit("countersign.toml", "model = \"ok\"", "model = \"stream-3\"");
    wait_until("the new configuration", || (hash(&server) != before).then_some(()));
    let reply = server.post(CHAT, &key, &ask("standard")).send().expect(200);
    assert_eq!(upstream.last().model, "stream-3");
    assert_eq!(reply.header("x-countersign-target"), Some("scripted/stream-3"));
}

#[test]
fn a_signal_reads_the_files_again() {
    let (server, _upstream) = start();
    let before = hash(&server);
    server.workspace.edit("countersign.toml", "name = \"Acme\"", "name = \"Acme Ltd\"");
    server.signal("HUP");
    wait_until("the new configuration", || (hash(&server) != before).then_some(()));
    assert_eq!(status(&server)["organisation"], "Acme Ltd");
}

#[test]
fn a_broken_file_is_refused_whole_and_shown_everywhere() {
    let (server, _upstream) = start();
    let key = server.key("support");
    let before = hash(&server);
    server.workspace.edit(
        "workflows/support.toml",
        "operating_model = \"assisted\"",
        "operating_modle = \"assisted\"",
    );
    let state = wait_until("the problem in the status", || {
        let state = status(&server);
        state["config"]["error"].is_object().then_some(state)
    });
    let problem = &state["config"]["error"]["problems"][0];
    assert_eq!(problem["file"], "workflows/support.toml");
    assert!(problem["rendered"].as_str().unwrap().contains('^'), "{problem}");
    assert!(state["config"]["error"].to_string().contains("operating_model"), "did you mean: {state}");
    assert_eq!(hash(&server), before, "the last good configuration stays");
    drop(server.post(CHAT, &key, &ask("standard")).send().expect(200));
    let ready = server.call("GET", "/readyz").send().expect(200).text();
    assert!(ready.contains("support.toml") || ready.contains("last good"), "{ready}");
    let printed = server.cli(&["status"]).expect(0).out;
    assert!(printed.contains("workflows/support.toml"), "{printed}");

    server.workspace.edit("workflows/support.toml", "operating_modle", "operating_model");
    wait_until("the problem to go", || status(&server)["config"]["error"].is_null().then_some(()));
}

#[test]
fn a_broken_workspace_after_a_restart_falls_back_to_the_last_good_one() {
    let (mut server, _upstream) = start();
    let key = server.key("support");
    server.stop();
    server.workspace.edit("workflows/support.toml", "owner = \"maya\"", "owner = 7");
    server.restart();
    assert_eq!(server.post(CHAT, &key, &ask("standard")).send().status, 200);
    assert_eq!(status(&server)["config"]["from_copy"], true);
}

#[test]
fn a_literal_secret_is_refused_and_not_repeated() {
    let (server, _upstream) = start();
    server.workspace.edit(
        "countersign.toml",
        "api_key = \"env:UPSTREAM_KEY\"",
        "api_key = \"sk-literal-90210\"",
    );
    server.keep_secret("sk-literal-90210");
    let state = wait_until("the problem in the status", || {
        let state = status(&server);
        state["config"]["error"].is_object().then_some(state)
    });
    assert!(!state.to_string().contains("sk-literal-90210"), "{state}");
}

#[test]
fn a_file_that_cant_be_looked_at_takes_no_workflow_away() {
    let (server, _upstream) = start();
    let key = server.key("support");
    let path = server.workspace.path().join("workflows/support.toml");
    std::fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("../gone.toml", &path).unwrap();
    let ready = wait_until("the problem in the readiness", || {
        let ready = server.call("GET", "/readyz").send().expect(200).text();
        ready.contains("refused").then_some(ready)
    });
    assert!(ready.contains("1 error in workflows/support.toml"), "{ready}");
    drop(server.post(CHAT, &key, &ask("standard")).send().expect(200));
}

#[test]
fn a_file_with_a_credential_is_read_when_it_appears_and_when_it_changes() {
    let (server, upstream) = start();
    let key = server.key("support");
    let before = hash(&server);
    server.workspace.edit("countersign.toml", "api_key = \"env:UPSTREAM_KEY\"", "api_key = \"file:keys/k\"");
    wait_until("the new configuration", || (hash(&server) != before).then_some(()));
    let refused = server.post(CHAT, &key, &ask("standard")).send().expect(503);
    assert_eq!(refused.code(), "CS-0405");

    let asked_with = || {
        let reply = server.post(CHAT, &key, &ask("standard")).send();
        (reply.status == 200).then(|| upstream.last().header("authorization").unwrap_or_default().to_owned())
    };
    for value in ["sk-first-90210", "sk-second-90210"] {
        server.keep_secret(value);
        server.workspace.write("keys/k", value);
        wait_until("the credential by itself", || {
            (asked_with().as_deref() == Some(&format!("Bearer {value}"))).then_some(())
        });
    }
    server.keep_secret("sk-third-90210");
    server.workspace.write("keys/k", "sk-third-90210");
    let _reloaded = server.cli(&["config", "reload"]).expect(0);
    assert_eq!(asked_with().as_deref(), Some("Bearer sk-third-90210"), "at once");
}
