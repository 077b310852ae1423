//! Money: reserved before, settled after, never overspent.

use std::sync::{Arc, Barrier};

use e2e::{CHAT, Reply, Server, ask, ask_stream};
use serde_json::{Value, json};

use crate::{start, start_with};

/// Asks for at most so many tokens of a model at a tenth of a cent each.
fn dear(most: u64) -> Value {
    let mut body = ask("scripted/dear");
    body["max_tokens"] = json!(most);
    body
}

fn all_at_once(server: &Server, key: &str, count: usize, body: &Value) -> Vec<Reply> {
    let barrier = Arc::new(Barrier::new(count));
    let callers: Vec<_> = (0..count)
        .map(|_| {
            let (call, barrier) = (server.post(CHAT, key, body), Arc::clone(&barrier));
            std::thread::spawn(move || {
                barrier.wait();
                call.send()
            })
        })
        .collect();
    callers.into_iter().map(|caller| caller.join().unwrap()).collect()
}

#[test]
fn two_hundred_calls_at_once_never_overspend() {
    let (server, upstream) = start_with("[budget]\nday = \"0.30 USD\"\n");
    let key = server.key("support");
    let replies = all_at_once(&server, &key, 200, &dear(10));
    let answered = replies.iter().filter(|reply| reply.status == 200).count();
    let refused: Vec<_> = replies.iter().filter(|reply| reply.status != 200).collect();
    assert!(answered >= 20 && !refused.is_empty(), "{answered} answered");
    assert!(refused.iter().all(|reply| reply.status == 402 && reply.code() == "CS-0307"));
    // Those whom only the others under way kept out may come back, and are told when.
    let told = refused.iter().map(|reply| (reply.header("x-should-retry"), reply.header("retry-after")));
    assert!(told.into_iter().all(|told| matches!(told, (Some("false"), None) | (Some("true"), Some("2")))));
    let row = server.spend("support", 200);
    let spent = row["figures"]["cost"]["nano"].as_i64().unwrap();
    assert!(spent <= 300_000_000, "spent {spent}");
    assert_eq!(upstream.count(), answered, "a refused call never reaches the provider");
    assert_eq!(row["figures"]["refused"]["count"], refused.len());
}

#[test]
fn a_budget_that_is_spent_stays_spent_after_a_kill() {
    let (mut server, _upstream) = start_with("[budget]\nday = \"0.03 USD\"\n");
    let key = server.key("support");
    while server.post(CHAT, &key, &dear(7)).send().status == 200 {}
    let spent = server.spend("support", 4)["figures"]["cost"]["nano"].clone();
    server.kill();
    server.restart();
    let reply = server.post(CHAT, &key, &dear(7)).send();
    assert_eq!((reply.status, reply.code().as_str()), (402, "CS-0307"), "{}", reply.text());
    assert_eq!(server.spend("support", 4)["figures"]["cost"]["nano"], spent);
}

#[test]
fn a_budget_that_begins_while_the_server_runs_counts_what_was_spent_before() {
    let (mut server, _upstream) = start();
    let key = server.key("support");
    for _ in 0..5 {
        drop(server.post(CHAT, &key, &dear(7)).send().expect(200));
    }
    let spent = server.spend("support", 5)["figures"]["cost"]["nano"].clone();
    assert!(spent.as_i64().unwrap() >= 10_000_000, "{spent}");
    let with_budget = server.workspace.read("workflows/support.toml") + "\n[budget]\nday = \"0.01 USD\"\n";
    server.workspace.write("workflows/support.toml", &with_budget);
    assert!(server.cli(&["config", "reload"]).expect(0).out.starts_with("Live"));
    let settled = |server: &Server| {
        server.get("/api/v1/workflows/support").json()["budgets"][0]["settled"]["nano"].clone()
    };
    assert_eq!(settled(&server), spent, "what the budget says it has been charged");
    let reply = server.post(CHAT, &key, &dear(7)).send();
    assert_eq!((reply.status, reply.code().as_str()), (402, "CS-0307"), "{}", reply.text());
    let told = reply.text();
    server.kill();
    server.restart();
    assert_eq!(settled(&server), spent);
    let again = server.post(CHAT, &key, &dear(7)).send().text();
    assert_eq!(amounts(&again), amounts(&told), "a restart says the same");
}

/// The amounts of money in a text.
fn amounts(text: &str) -> Vec<&str> {
    text.split_whitespace().filter(|word| word.contains('$')).collect()
}

#[test]
fn near_the_end_the_answer_shrinks_before_the_call_is_refused() {
    let (server, upstream) = start_with("[budget]\nday = \"0.050 USD\"\n");
    let key = server.key("support");
    let reply = server.post(CHAT, &key, &dear(100)).send().expect(200);
    let allowed = upstream.last().json()["max_tokens"].as_u64().unwrap();
    assert!((1..=50).contains(&allowed), "{allowed} tokens at 0.1 cent fit into five cents");
    let record = server.inference(&reply.inference());
    assert!(record["changes"].to_string().contains("output limit: 100"), "{record}");
}

#[test]
fn a_run_has_its_own_budget() {
    let (server, _upstream) = start_with("[budget]\nrun = \"0.020 USD\"\n");
    let key = server.key("support");
    let call = |run: &str| server.post(CHAT, &key, &dear(9)).header("x-countersign-run", run).send();
    let mut answered = 0;
    let refused = loop {
        let reply = call("one");
        if reply.status != 200 {
            break reply;
        }
        answered += 1;
        assert!(answered < 10, "the run's budget is never spent");
    };
    assert_eq!((refused.status, refused.code().as_str()), (402, "CS-0307"));
    assert_eq!(call("two").status, 200);
}

#[test]
fn a_key_has_its_own_budget() {
    let (server, _upstream) = start();
    let key = server.key_with("support", &["--budget-month", "0.008 USD"]).1;
    assert_eq!(server.post(CHAT, &key, &dear(7)).send().status, 200);
    while server.post(CHAT, &key, &dear(1)).send().status == 200 {}
    assert_eq!(server.post(CHAT, &key, &dear(7)).send().code(), "CS-0307");
    assert_eq!(server.post(CHAT, &server.key("support"), &dear(7)).send().status, 200);
}

#[test]
fn at_the_limit_the_economy_route_may_take_over() {
    let upstream = e2e::Upstream::start();
    let workspace = e2e::Workspace::new(&upstream)
        .with("[routes.premium]\ntargets = [{ provider = \"scripted\", model = \"dear\" }]\nfallback = [\"economy\"]\n[routes.economy]\ntargets = [{ provider = \"scripted\", model = \"ok\" }]\n");
    let lines = "[budget]\nday = \"0.020 USD\"\nat_limit = \"economy\"\n";
    let workspace = workspace.with_workflow("support", lines);
    workspace.edit(
        "workflows/support.toml",
        "\"standard\", \"claude\"",
        "\"premium\", \"economy\", \"standard\", \"claude\"",
    );
    workspace.edit("workflows/support.toml", "default = \"standard\"", "default = \"premium\"");
    let server = Server::start(workspace);
    let key = server.key("support");
    let mut targets = Vec::new();
    for _ in 0..6 {
        let mut body = dear(7);
        body["model"] = json!("premium");
        let reply = server.post(CHAT, &key, &body).send();
        targets.push(reply.header("x-countersign-target").unwrap_or("refused").to_owned());
    }
    assert_eq!(targets[0], "scripted/dear");
    assert!(targets.contains(&"scripted/ok".to_owned()), "{targets:?}");
}

#[test]
fn an_unknown_model_is_never_free() {
    let upstream = e2e::Upstream::start();
    let workspace = e2e::Workspace::new(&upstream);
    workspace.edit(
        "countersign.toml",
        "prices = \"test\"\n\n[providers.claude]",
        "prices = \"openai\"\n\n[providers.claude]",
    );
    let server = Server::start(workspace);
    let key = server.key("support");
    let reply = server.post(CHAT, &key, &ask("standard")).send().expect(200);
    let record = server.inference(&reply.inference());
    assert_eq!(record["price_estimated"], true);
    assert!(record["cost"]["nano"].as_i64().unwrap() > 0, "{record}");
    server.workspace.write(
        "countersign.toml",
        &format!("{}\n[pricing]\nunknown_model = \"refuse\"\n", server.workspace.read("countersign.toml")),
    );
    // Under `refuse` the workspace itself is an error: a route whose price nobody knows.
    let checked = server.cli(&["check", server.workspace.path().to_str().unwrap()]);
    assert_eq!(checked.code, 1, "{}{}", checked.out, checked.err);
}

#[test]
fn a_stream_that_is_abandoned_frees_what_it_did_not_use() {
    let (server, upstream) = start_with("[budget]\nday = \"0.10 USD\"\n");
    let key = server.key("support");
    let mut body = ask_stream("scripted/hang-after-2");
    body["max_tokens"] = json!(40_000);
    let mut open = server.post(CHAT, &key, &body).open();
    assert!(open.event().is_some());
    let id = open.header("x-countersign-inference").unwrap().to_owned();
    drop(open);
    upstream.wait_for_callers_gone(1);
    assert_eq!(server.inference(&id)["status"], "cancelled");
    assert_eq!(server.post(CHAT, &key, &dear(80)).send().status, 200);
}
