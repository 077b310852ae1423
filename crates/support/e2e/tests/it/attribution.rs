//! Whose call it was: workflow, owner, agent, run, step, unit, user, context.

use e2e::{CHAT, MESSAGES, Server, Upstream, Workspace, ask};
use serde_json::json;

use crate::{start, start_with};

#[test]
fn a_call_is_recorded_with_everything_the_caller_said() {
    let (server, _upstream) = start();
    let (id, key) = server.key_with("support", &["--agent", "drafter"]);
    let reply = server
        .post(CHAT, &key, &ask("standard"))
        .header("x-countersign-run", "ticket 47/11 é")
        .header("x-countersign-step", "draft")
        .header("x-countersign-unit", "T-4711")
        .header("x-countersign-user", "customer-9")
        .header("x-countersign-context", "kb-1, kb-2")
        .send()
        .expect(200);
    assert_eq!(
        reply.header("x-countersign-run").map(str::as_bytes),
        Some("ticket 47/11 é".as_bytes()),
        "echoed unchanged"
    );
    let record = server.inference(&reply.inference());
    assert_eq!(
        (&record["step"], &record["agent"], &record["key"]),
        (&json!("draft"), &json!("drafter"), &json!(id))
    );
    assert_eq!(record["context"], json!(["kb-1", "kb-2"]));
    let explained = server.cli(&["explain", "ticket 47/11 é", "--json"]).expect(0).json();
    assert_eq!((&explained["workflow"], &explained["owner"]["id"]), (&json!("support"), &json!("maya")));
    assert_eq!((&explained["unit"], &explained["pod"]), (&json!("T-4711"), &json!("support")));
    assert_eq!(explained["user"], "customer-9");
}

#[test]
fn calls_of_one_run_stand_together_in_order() {
    let (server, _upstream) = start();
    let key = server.key("support");
    let mut ids = Vec::new();
    for (path, model) in [(CHAT, "standard"), (MESSAGES, "claude"), (CHAT, "scripted/error-500")] {
        let reply = server.post(path, &key, &ask(model)).header("x-countersign-run", "run-7").send();
        ids.push(reply.inference());
    }
    let run = server.run("run-7", 3);
    let listed: Vec<_> = run["inferences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(listed, ids);
    assert_eq!(run["cost"]["nano"], 50_000);
    assert_eq!(run["inferences"][2]["status"], "upstream_error");
    let rows = server.get("/api/v1/runs?workflow=support").json();
    assert_eq!((&rows["rows"][0]["run"], &rows["rows"][0]["calls"]), (&json!("run-7"), &json!(3)));
}

#[test]
fn a_trace_gives_the_run_where_no_header_does() {
    let (server, _upstream) = start();
    let key = server.key("support");
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let call = server.post(CHAT, &key, &ask("standard"));
    let reply = call.clone().header("traceparent", &format!("00-{trace}-b7ad6b7169203331-01")).send();
    assert_eq!(reply.header("x-countersign-run"), Some(trace));
    let reply = call.clone().header("traceparent", "nonsense").send().expect(200);
    assert_ne!(reply.header("x-countersign-run"), Some("nonsense"));
    let one = call.send().header("x-countersign-run").unwrap().to_owned();
    let other =
        server.post(CHAT, &key, &ask("standard")).send().header("x-countersign-run").unwrap().to_owned();
    assert_ne!(one, other, "without either, every call is a run of its own");
}

#[test]
fn a_workflow_whose_owner_has_left_answers_nothing() {
    let upstream = Upstream::start();
    let workspace = Workspace::new(&upstream).with(
        "[[people]]\nid = \"gone\"\nname = \"Gone Person\"\nemail = \"gone@acme.example\"\nroles = [\"owner\"]\nleft = \"2024-01-01\"",
    );
    let orphan = workspace.read("workflows/support.toml").replace("owner = \"maya\"", "owner = \"gone\"");
    workspace.write("workflows/orphan.toml", &orphan);
    let server = Server::start(workspace);
    let key = server.key("orphan");
    for (path, model) in [(CHAT, "standard"), (MESSAGES, "claude")] {
        let reply = server.post(path, &key, &ask(model)).send();
        assert_eq!((reply.status, reply.code().as_str()), (403, "CS-0108"), "{}", reply.text());
    }
    assert_eq!(upstream.count(), 0);
    let status = server.cli(&["status", "orphan", "--json"]).expect(0).json();
    assert!(status["row"]["weaknesses"].to_string().contains("no-owner"), "{status}");
}

#[test]
fn a_key_of_several_workflows_names_one() {
    let upstream = Upstream::start();
    let server = Server::start(Workspace::new(&upstream).with_workflow("triage", ""));
    let key = server.key_with("support", &["--workflow", "triage"]).1;
    let call = server.post(CHAT, &key, &ask("standard"));
    let unnamed = call.send();
    assert_eq!((unnamed.status, unnamed.code().as_str()), (400, "CS-0105"), "{}", unnamed.text());
    let reply = call.clone().header("x-countersign-workflow", "triage").send().expect(200);
    let run = server.run(reply.header("x-countersign-run").unwrap(), 1);
    assert_eq!(run["workflow"], "triage");
    let other = call.header("x-countersign-workflow", "payroll").send();
    assert_eq!((other.status, other.code().as_str()), (403, "CS-0106"));
}

#[test]
fn explain_says_who_what_why_and_how_much() {
    let (server, _upstream) = start_with("[limits]\nrequests_per_minute = 60\n[budget]\nday = \"1 USD\"\n");
    let key = server.key("support");
    let reply = server.post(CHAT, &key, &ask("standard")).send().expect(200);
    let record = server.inference(&reply.inference());
    let names: Vec<_> =
        record["controls"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    for control in ["rate-limit", "budget", "route"] {
        assert!(names.contains(&control), "{control} is among {names:?}");
    }
    assert_eq!(record["cost"]["nano"], 25_000);
    let rows = record["price"].as_array().unwrap();
    let sum: i64 = rows.iter().map(|row| row["cost"]["nano"].as_i64().unwrap()).sum();
    assert_eq!(sum, 25_000, "the rows add up");
    assert!(rows[0]["row"].as_str().unwrap().contains("test/"), "{rows:?}");
    let text = server.cli(&["explain", &reply.inference()]).expect(0).out;
    for part in ["Maya Chen", "support", "scripted/ok", "by route standard", "reported"] {
        assert!(text.contains(part), "no {part} in:\n{text}");
    }
    assert!(!text.contains(e2e::PROMPT), "the content mode is hash");
}

#[test]
fn content_is_kept_as_the_workflow_says() {
    let (server, _upstream) = start_with("[content]\nmode = \"full\"\n");
    let key = server.key("support");
    for (path, body) in
        [(CHAT, ask("standard")), (MESSAGES, ask("claude")), (CHAT, e2e::ask_stream("standard"))]
    {
        let id = server.post(path, &key, &body).send().expect(200).inference();
        let kept = e2e::wait_until("the content", || {
            let content = server.inference(&id)["content"].clone();
            (content["state"] == "shown").then_some(content)
        });
        assert!(kept["request"].to_string().contains(e2e::PROMPT), "{kept}");
        assert!(kept["response"].to_string().contains(e2e::ANSWER), "{path}: {kept}");
    }
    server.workspace.edit("workflows/support.toml", "mode = \"full\"", "mode = \"hash\"");
    let id = e2e::wait_until("the new mode", || {
        let id = server.post(CHAT, &key, &ask("standard")).send().expect(200).inference();
        (server.inference(&id)["content"]["state"] == "hash-only").then_some(id)
    });
    assert!(!server.inference(&id).to_string().contains("kestrel"));
}
