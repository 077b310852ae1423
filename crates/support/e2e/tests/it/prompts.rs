//! Prompts by reference and answers from memory, in the whole product: files, gateway, commands,
//! API and records agree.

use e2e::{CHAT, Server, ask, wait_until};
use serde_json::{Value, json};

use crate::{start, start_with};

const FIRST: &str = "---\nversion: \"1\"\n---\nuser:\nAnswer kindly: {{ text }}\n";
const SECOND: &str = "---\nversion: \"2\"\n---\nuser:\nAnswer briefly: {{ text }}\n";

fn live_label(server: &Server) -> Option<String> {
    let page = server.get("/api/v1/prompts").json();
    page["rows"][0]["label"].as_str().map(ToOwned::to_owned)
}

fn publish(server: &Server, text: &str, label: &str) {
    server.workspace.write("prompts/reply.prompty", text);
    wait_until("the prompt is live", || (live_label(server).as_deref() == Some(label)).then_some(()));
}

fn naming() -> Value {
    json!({"model": "standard", "prompt_ref": {"name": "reply", "variables": {"text": "where is it?"}}})
}

#[test]
fn an_edit_goes_live_and_runs_keep_the_version_they_began_with() {
    let (server, upstream) = start();
    let key = server.key("support");
    publish(&server, FIRST, "1");
    let said = |run: &str| {
        let reply = server.post(CHAT, &key, &naming()).header("x-countersign-run", run).send().expect(200);
        let sent = upstream.last().last_text();
        (reply, sent)
    };
    assert_eq!(said("one").1, "Answer kindly: where is it?");
    publish(&server, SECOND, "2");
    assert_eq!(said("one").1, "Answer kindly: where is it?");
    let (reply, sent) = said("two");
    assert_eq!(sent, "Answer briefly: where is it?");
    let record = server.inference(&reply.inference());
    assert_eq!((&record["prompt"]["name"], &record["prompt"]["label"]), (&json!("reply"), &json!("2")));
    assert_eq!(reply.header("x-countersign-variant"), record["variant"].as_str());
    let explained = server.cli(&["explain", &reply.inference()]).expect(0).out;
    assert!(explained.contains("reply@") && explained.contains("(2)"), "{explained}");

    server.workspace.write("prompts/reply.prompty", "user:\n{{ text\n");
    let problem = wait_until("the problem in the status", || {
        let error = server.get("/api/v1/status").json()["config"]["error"].clone();
        error.is_object().then(|| error["problems"][0].clone())
    });
    assert_eq!((&problem["file"], &problem["line"]), (&json!("prompts/reply.prompty"), &json!(2)));
    assert_eq!(said("three").1, "Answer briefly: where is it?", "the last good one stays");
    let folder = server.workspace.path().to_string_lossy().into_owned();
    let checked = server.cli(&["check", &folder]).expect(1);
    assert!(
        checked.err.contains("prompts/reply.prompty:2") || checked.out.contains("prompts/reply.prompty:2")
    );
    let page = server.get("/api/v1/prompts/reply").json();
    assert_eq!(page["versions"].as_array().map(Vec::len), Some(2), "{page}");
}

#[test]
fn a_prompt_is_switched_off_by_name() {
    let (server, upstream) = start();
    let key = server.key("support");
    publish(&server, FIRST, "1");
    drop(server.cli(&["switch", "prompt/reply", "off", "--reason", "wrong refunds"]).expect(0));
    let reply = server.post(CHAT, &key, &naming()).send();
    assert_eq!((reply.status, reply.code().as_str()), (503, "CS-0301"), "{}", reply.text());
    drop(server.post(CHAT, &key, &ask("standard")).send().expect(200));
    assert_eq!(upstream.count(), 1);
    drop(server.cli(&["switch", "prompt/reply", "on", "--reason", "mended"]).expect(0));
    let drilled = server.cli(&["switch", "drill", "prompt/reply"]).expect(0).out;
    assert!(drilled.contains("new calls refused after"), "{drilled}");
    drop(server.post(CHAT, &key, &naming()).send().expect(200));
}

#[test]
fn the_same_question_is_answered_from_memory_and_adds_up() {
    let (server, upstream) = start_with("[cache]\nttl = \"1h\"\n");
    let key = server.key("support");
    let first = server.post(CHAT, &key, &ask("standard")).send().expect(200);
    let again = server.post(CHAT, &key, &ask("standard")).send().expect(200);
    assert_eq!(
        (first.header("x-countersign-cache"), again.header("x-countersign-cache")),
        (Some("miss"), Some("hit"))
    );
    assert_eq!((first.text(), upstream.count()), (again.text(), 1));
    assert_eq!(again.header("x-countersign-cost-usd"), Some("0.00"));
    let record = server.inference(&again.inference());
    assert_eq!(
        (&record["cache"]["result"], &record["cache"]["from"]),
        (&json!("hit"), &json!(first.inference()))
    );
    let spend = server.spend("support", 2);
    assert_eq!(spend["figures"]["cache"]["count"], 1, "{spend}");
    assert_eq!(spend["figures"]["saved"]["nano"], 25_000, "{spend}");
    let shown = server.cli(&["status", "support"]).expect(0).out;
    assert!(shown.contains("1 of 2 answered from memory"), "{shown}");
    assert!(server.cli(&["doctor"]).expect(0).out.contains("All rules hold"));
    let metrics = server.call("GET", "/metrics").send().expect(200).text();
    assert!(
        metrics.contains("countersign_cache_lookups_total{workflow=\"support\",result=\"hit\"} 1"),
        "{metrics}"
    );
}
