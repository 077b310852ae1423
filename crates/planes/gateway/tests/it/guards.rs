//! What may leave and what may come back: redaction, pseudonyms, tools, and what is kept.

use std::time::Duration;

use domain::guarded::Guarded;
use domain::inference::{Fact, Verdict};
use domain::switch::State;
use ledger::ContentState;
use protocols::transcript;
use serde_json::{Value, json};

use crate::reply::{CHAT, MESSAGES, RESPONSES, Reply, line};
use crate::world::{Wanted, World};

const TEXT: &str = "Mail john.doe@example.com or call +49 30 901820, card 4111 1111 1111 1111.";
const MASKED: &str = "Mail [EMAIL] or call [PHONE], card [CARD].";
const PATHS: [&str; 3] = [CHAT, RESPONSES, MESSAGES];

async fn guarded(workflow: &'static str) -> World {
    World::with(Wanted { workflow, ..Wanted::default() }).await
}

/// A request whose last message says `text`.
fn saying(path: &str, model: &str, stream: bool, text: &str) -> Value {
    let mut body = crate::reply::request(path, model, stream);
    match path {
        RESPONSES => body["input"] = text.into(),
        _ => body["messages"][0]["content"] = text.into(),
    }
    body
}

/// What an answer says.
fn said(path: &str, stream: bool, reply: &Reply) -> String {
    let endpoint = match path {
        RESPONSES => domain::inference::Endpoint::Responses,
        MESSAGES => domain::inference::Endpoint::Messages,
        _ => domain::inference::Endpoint::Chat,
    };
    let turns = transcript::response(endpoint, &reply.body, stream);
    turns.into_iter().flat_map(|turn| turn.parts).map(|part| part.text).collect()
}

fn controls(fact: &Fact, name: &str) -> Vec<(Verdict, String)> {
    let of = fact.controls.iter().filter(|control| control.name == name);
    of.map(|control| (control.verdict, control.why.clone())).collect()
}

/// What the guards did, as the record has it.
fn guarded_in(fact: &Fact) -> Vec<String> {
    let line = |one: &Guarded| {
        let words = [one.guard.as_str(), &one.what, one.direction.as_str(), one.deed.as_str()].join(" ");
        format!("{words} {}", one.hits)
    };
    fact.guarded.iter().map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_masked_never_reaches_the_provider() {
    let world = guarded("[redaction]\nrequest = \"mask\"\n").await;
    for path in PATHS {
        for stream in [false, true] {
            let reply = Reply::of(world.post(path, &saying(path, "echo", stream, TEXT))).await;
            let sent = String::from_utf8(world.upstream.last().body).unwrap();
            assert!(sent.contains(MASKED) && !sent.contains("john"), "{sent}");
            assert_eq!(said(path, stream, &reply), MASKED, "{path}");
            let fact = world.fact(reply.id()).await;
            let why = "request: email 1, phone 1, card 1 (masked)".to_owned();
            assert_eq!(controls(&fact, "redaction"), [(Verdict::Change, why)]);
            let found = ["email", "phone", "card"].map(|kind| format!("redaction {kind} request masked 1"));
            assert_eq!(guarded_in(&fact), found);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pseudonyms_are_restored_for_the_caller_and_for_nobody_else() {
    let world = guarded(
        "[redaction]\nrequest = \"pseudonym\"\nresponse = \"mask\"\n[content]\nmode = \"redacted\"\n",
    )
    .await;
    for path in PATHS {
        for stream in [false, true] {
            let reply = Reply::of(world.post(path, &saying(path, "echo", stream, TEXT))).await;
            let sent = String::from_utf8(world.upstream.last().body).unwrap();
            assert!(sent.contains("EMAIL_") && !sent.contains("john") && !sent.contains("4111"), "{sent}");
            assert_eq!(said(path, stream, &reply), TEXT, "{path} {stream}");
            world.fact(reply.id()).await;
            let stored = loop {
                let stored = world.ledger.content(reply.id()).await.unwrap();
                if stored.state == ContentState::Kept {
                    break stored;
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            };
            let kept = [stored.request.concat(), stored.response.concat()].concat();
            let kept = String::from_utf8(kept).unwrap();
            assert!(!kept.contains("john") && !kept.contains("4111") && !kept.contains("EMAIL_"), "{kept}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_model_writes_is_masked_however_it_is_streamed() {
    let world = guarded("[redaction]\nresponse = \"mask\"\n").await;
    for path in PATHS {
        for stream in [false, true] {
            let reply = Reply::of(world.post(path, &saying(path, "echo", stream, TEXT))).await;
            assert_eq!(said(path, stream, &reply), MASKED, "{path}");
            assert!(!reply.text().contains("john.doe") && !reply.text().contains("4111"), "{}", reply.text());
            let fact = world.fact(reply.id()).await;
            let why = "response: email 1, phone 1, card 1 (masked)".to_owned();
            assert_eq!(controls(&fact, "redaction"), [(Verdict::Change, why)]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn blocked_input_costs_nothing_and_leaves_nothing() {
    let world =
        guarded("[redaction]\nrequest = \"block\"\nkinds = [\"card\"]\n[budget]\nday = \"1 USD\"\n").await;
    let before = world.upstream.count();
    let reply = Reply::of(world.post(CHAT, &saying(CHAT, "ok", false, TEXT))).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "CS-0322"));
    assert_eq!(reply.header("x-should-retry"), "false");
    assert_eq!(world.upstream.count(), before);
    assert!(!reply.text().contains("4111"));
    let fact = world.fact(reply.id()).await;
    assert_eq!(line(&fact), "refused 400 CS-0322 reported 0+0 0");
    assert_eq!(guarded_in(&fact), ["redaction card request blocked 1"]);
    let fine = Reply::of(world.post(CHAT, &saying(CHAT, "ok", false, "mail a@b.io"))).await;
    assert_eq!(fine.status, 200, "only cards are blocked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_answer_is_paid_for_and_not_delivered() {
    let world = guarded("[redaction]\nresponse = \"block\"\n").await;
    for path in PATHS {
        let reply = Reply::of(world.post(path, &saying(path, "echo", false, TEXT))).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, "CS-0322"), "{path}");
        let fact = world.fact(reply.id()).await;
        assert_eq!((fact.status.as_str(), fact.usage.output > 0), ("cut", true));
        let stream = Reply::of(world.post(path, &saying(path, "echo", true, TEXT))).await;
        assert!(stream.text().contains("CS-0322"), "{}", stream.text());
        assert!(
            !stream.text().contains("example.com") && !stream.text().contains("4111"),
            "{}",
            stream.text()
        );
        let fact = world.fact(stream.id()).await;
        assert_eq!(fact.code.as_deref(), Some("CS-0322"));
        assert!(guarded_in(&fact).contains(&"redaction email response blocked 1".to_owned()), "{fact:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn detecting_changes_no_byte() {
    let world = guarded("[redaction]\nrequest = \"detect\"\nresponse = \"detect\"\n").await;
    let open = crate::world::world().await;
    for path in PATHS {
        for stream in [false, true] {
            let body = saying(path, "echo", stream, TEXT);
            let (guarded, plain) =
                (Reply::of(world.post(path, &body)).await, Reply::of(open.post(path, &body)).await);
            assert_eq!(guarded.body, plain.body, "{path} {stream}");
            assert_eq!(world.upstream.last().body, open.upstream.last().body);
            let fact = world.fact(guarded.id()).await;
            assert_eq!(controls(&fact, "redaction").len(), 2);
            assert!(controls(&fact, "redaction").iter().all(|(verdict, _)| *verdict == Verdict::Warn));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_of_the_workspace_count() {
    let world = guarded(
        "[redaction]\nrequest = \"mask\"\nkinds = [\"iban\"]\n[[redaction.rules]]\nname = \"project\"\npattern = '\\bPX-[0-9]+'\n",
    )
    .await;
    let reply = Reply::of(world.post(CHAT, &saying(CHAT, "echo", false, "PX-77 for a@b.io"))).await;
    assert_eq!(said(CHAT, false, &reply), "[PROJECT] for a@b.io");
    let why = "request: project 1 (masked)".to_owned();
    assert_eq!(controls(&world.fact(reply.id()).await, "redaction"), [(Verdict::Change, why)]);
}

fn with_tools(path: &str, stream: bool, names: &[&str]) -> Value {
    let mut body = crate::reply::request(path, "tool", stream);
    let tool = |name: &&str| match path {
        CHAT => json!({"type": "function", "function": {"name": name, "parameters": {}}}),
        RESPONSES => json!({"type": "function", "name": name, "parameters": {}}),
        _ => json!({"name": name, "input_schema": {}}),
    };
    body["tools"] = names.iter().map(tool).collect();
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_is_not_allowed_is_not_offered() {
    let world = guarded("[tools]\nallow = [\"crm.*\"]\n").await;
    for path in PATHS {
        for stream in [false, true] {
            let reply = Reply::of(world.post(path, &with_tools(path, stream, &["rm", "crm.find"]))).await;
            assert_eq!(reply.status, 200);
            assert!(said(path, stream, &reply).contains("crm.find("), "{}", reply.text());
            let sent = String::from_utf8(world.upstream.last().body).unwrap();
            assert!(sent.contains("crm.find") && !sent.contains("\"rm\""), "{sent}");
            let fact = world.fact(reply.id()).await;
            assert_eq!(
                controls(&fact, "tools"),
                [(Verdict::Change, "not offered to the model: rm".to_owned())]
            );
            assert_eq!(guarded_in(&fact), ["tools rm request not_offered 1"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_not_allowed_is_blocked_before_its_arguments() {
    let world = guarded("[tools]\nallow = [\"crm.*\"]\n").await;
    for path in PATHS {
        for stream in [false, true] {
            let reply = Reply::of(world.post(path, &with_tools(path, stream, &["rm"]))).await;
            assert!(reply.text().contains("CS-0321"), "{path} {stream}: {}", reply.text());
            assert!(!reply.text().contains("open tickets"), "{}", reply.text());
            assert_eq!(reply.status, if stream { 200 } else { 400 });
            let fact = world.fact(reply.id()).await;
            assert_eq!((fact.status.as_str(), fact.code.as_deref()), ("cut", Some("CS-0321")));
            assert_eq!(controls(&fact, "blocked_tool_call").len(), 1);
            let did = ["tools rm request not_offered 1", "tools no_tool response blocked 1"];
            assert_eq!(guarded_in(&fact), did);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_insists_on_a_tool_is_refused() {
    let world = guarded("[tools]\nallow = [\"crm.*\"]\n").await;
    let function = json!({"type": "function", "function": {"name": "rm"}});
    let among = json!({"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [function]}});
    for choice in [function, among] {
        let mut body = with_tools(CHAT, false, &["rm", "crm.find"]);
        body["tool_choice"] = choice;
        let reply = Reply::of(world.post(CHAT, &body)).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, "CS-0320"));
        assert!(reply.text().contains("it may use crm.*"), "{}", reply.text());
        assert_eq!(guarded_in(&world.fact(reply.id()).await), ["tools rm request blocked 1"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_beside_the_messages_never_reaches_the_provider_either() {
    let world = guarded("[redaction]\nrequest = \"mask\"\n").await;
    for path in PATHS {
        let mut body = with_tools(path, false, &["find"]);
        let mut find = body["tools"][0].take();
        let tool = if find["function"].is_object() { &mut find["function"] } else { &mut find };
        tool["description"] = json!("ask john@example.com");
        body["tools"][0] = find;
        body["metadata"] = json!({"john@example.com": "x"});
        Reply::of(world.post(path, &body)).await;
        let sent = String::from_utf8(world.upstream.last().body).unwrap();
        assert!(sent.contains("ask [EMAIL]") && !sent.contains("john"), "{sent}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_is_switched_off_is_gone_with_a_policy_and_without() {
    let offered = "not offered to the model: rm (switched off)".to_owned();
    for workflow in ["", "[tools]\nallow = [\"*\"]\n"] {
        let world = guarded(workflow).await;
        world.throw("tool/rm", State::Off);
        for path in PATHS {
            for stream in [false, true] {
                let reply = Reply::of(world.post(path, &with_tools(path, stream, &["rm", "crm.find"]))).await;
                assert!(said(path, stream, &reply).contains("crm.find("), "{}", reply.text());
                let sent = String::from_utf8(world.upstream.last().body).unwrap();
                assert!(!sent.contains("\"rm\""), "{sent}");
                let fact = world.fact(reply.id()).await;
                assert_eq!(controls(&fact, "tools"), [(Verdict::Change, offered.clone())]);
            }
        }
        let mut insists = with_tools(CHAT, false, &["rm"]);
        insists["tool_choice"] = json!({"type": "function", "function": {"name": "rm"}});
        let reply = Reply::of(world.post(CHAT, &insists)).await;
        assert_eq!((reply.status, reply.code().as_str()), (503, "CS-0301"));
        assert!(reply.text().contains("wrong answers"), "{}", reply.text());
        // A model calls what was never offered.
        world.throw("tool/no_tool", State::Off);
        for stream in [false, true] {
            let reply = Reply::of(world.post(CHAT, &with_tools(CHAT, stream, &[]))).await;
            assert!(reply.text().contains("CS-0301"), "{stream}: {}", reply.text());
            let fact = world.fact(reply.id()).await;
            assert_eq!(guarded_in(&fact), ["tools no_tool response blocked 1"]);
        }
        world.throw("tool/rm", State::On);
        let reply = Reply::of(world.post(CHAT, &with_tools(CHAT, false, &["rm"]))).await;
        assert!(said(CHAT, false, &reply).contains("rm("), "{}", reply.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_tool_result_is_looked_at_whole() {
    let world = guarded("[redaction]\nrequest = \"mask\"\n").await;
    let result = format!("{} a@b.io {}", "word ".repeat(400_000), "word ".repeat(400_000));
    let mut body = crate::reply::request(MESSAGES, "ok", false);
    body["messages"][0]["content"] = json!([{"type": "tool_result", "tool_use_id": "t", "content": result}]);
    let reply = Reply::of(world.post(MESSAGES, &body)).await;
    assert_eq!(reply.status, 200);
    let sent = String::from_utf8(world.upstream.last().body).unwrap();
    assert!(sent.contains("[EMAIL]") && !sent.contains("a@b.io"));
    assert_eq!(sent.len(), body.to_string().len() - "upa/".len() + "[EMAIL]".len() - "a@b.io".len());
}
