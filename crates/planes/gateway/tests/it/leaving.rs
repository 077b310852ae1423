//! Callers who go away, servers that go down, and content that is kept or not.

use std::time::Duration;

use domain::inference::Status;
use domain::switch::Scope;
use ledger::ContentState;
use serde_json::json;

use crate::reply::{CHAT, MESSAGES, Reply, chat, id_of, line, request};
use crate::world::{Wanted, World, world};

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_leaves_a_stream_ends_the_call_upstream() {
    let root = "[organisation.budget]\nday = \"1 USD\"\n[organisation.limits]\nconcurrent = 1\n";
    for (path, expected) in [(CHAT, "estimated"), (MESSAGES, "partial")] {
        let world = World::with(Wanted { root, ..Wanted::default() }).await;
        let mut running = world.post(path, &request(path, "slow-stream-200", true)).send().await.unwrap();
        for _ in 0..4 {
            running.chunk().await.unwrap();
        }
        let id = id_of(running.headers());
        drop(running);
        world.upstream.wait_for_callers_gone(1);
        let fact = world.fact(id).await;
        assert_eq!((fact.status, fact.usage_source.as_str()), (Status::Cancelled, expected), "{path}");
        assert!(fact.cost.nano() > 0 && fact.usage.output < 100, "{fact:?}");
        let account =
            domain::budget::Account::Held(domain::holder::Holder::Organisation, domain::time::Window::Day);
        let standing = world.gateway.standing(&[account])[0];
        assert_eq!((standing.reserved.nano(), standing.settled), (0, fact.cost), "{path}");
        assert_eq!(world.chat("ok", false).await.status, 200, "its place is free again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_leaves_while_waiting_ends_the_call_upstream() {
    let world = world().await;
    for stream in [false, true] {
        let before = world.upstream.callers_gone();
        let call = world.post(CHAT, &chat("hang", stream)).header("x-countersign-run", "left").send();
        let given_up = tokio::time::timeout(Duration::from_millis(300), call).await;
        assert!(given_up.is_err());
        world.upstream.wait_for_callers_gone(before + 1);
    }
    world.until_quiet().await;
    let run = domain::ids::RunId::from_caller("left").unwrap();
    let facts = loop {
        assert!(world.ledger.caught_up(Duration::from_secs(5)).await);
        let facts = world.ledger.run(&run).await.unwrap();
        if facts.len() == 2 {
            break facts;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    for fact in facts {
        assert_eq!(line(&fact), "cancelled 0 - estimated 26+0 26000");
    }
}

/// A provider may finish an answer whose caller has gone, and bill it.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_model_may_have_written_meanwhile_is_charged_where_nothing_had_come() {
    for (seconds, tokens) in [(2, 200), (10_000, 1_000)] {
        let world = world().await;
        let call = world.post(CHAT, &chat("hang", false)).header("x-countersign-run", "left").send();
        tokio::select! {
            answer = call => panic!("{answer:?}"),
            () = async {
                while world.upstream.count() == 0 {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                world.clock.advance(Duration::from_secs(seconds));
            } => {}
        }
        world.until_quiet().await;
        assert!(world.ledger.caught_up(Duration::from_secs(5)).await);
        let run = domain::ids::RunId::from_caller("left").unwrap();
        let fact = world.ledger.run(&run).await.unwrap().remove(0);
        assert_eq!((fact.status, fact.usage.output), (Status::Cancelled, tokens), "{fact:?}");
        assert_eq!(fact.usage_source.as_str(), "estimated");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_leaves_after_the_last_event_had_his_answer() {
    let world = world().await;
    let mut body = chat("ok", true);
    body["stream_options"] = json!({"include_usage": true});
    let mut running = world.post(CHAT, &body).send().await.unwrap();
    let id = id_of(running.headers());
    let mut text = Vec::new();
    while !text.ends_with(b"data: [DONE]\n\n") {
        text.extend_from_slice(&running.chunk().await.unwrap().unwrap());
    }
    drop(running);
    assert_eq!(line(&world.fact(id).await), "ok 200 - reported 11+7 25000");
}

#[tokio::test(flavor = "multi_thread")]
async fn content_is_kept_only_where_a_workflow_keeps_it() {
    for (mode, kept) in [("full", true), ("redacted", true), ("hash", false)] {
        let workflow = match mode {
            "full" => "[content]\nmode = \"full\"\n",
            "redacted" => "[content]\nmode = \"redacted\"\n",
            _ => "[content]\nmode = \"hash\"\n",
        };
        let world = World::with(Wanted { workflow, ..Wanted::default() }).await;
        for (path, stream) in [(CHAT, false), (CHAT, true), (MESSAGES, true)] {
            let body = request(path, "ok", stream);
            let reply = Reply::of(world.post(path, &body)).await;
            world.fact(reply.id()).await;
            let stored = loop {
                let stored = world.ledger.content(reply.id()).await.unwrap();
                if !kept || stored.state == ContentState::Kept {
                    break stored;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            };
            if kept {
                assert_eq!(stored.request.concat(), body.to_string().into_bytes());
                assert_eq!(stored.response.concat(), reply.body);
            } else {
                assert_eq!((stored.state, stored.request.len()), (ContentState::Absent, 0), "{mode}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_down_refuses_then_cuts_and_loses_nothing() {
    let world = world().await;
    let mut running = world.post(CHAT, &chat("slow-stream-400", true)).send().await.unwrap();
    running.chunk().await.unwrap();
    let id = id_of(running.headers());
    world.gateway.close();
    let reply = world.chat("ok", false).await;
    assert_eq!((reply.status, reply.code().as_str(), reply.header("retry-after")), (503, "CS-0309", "5"));
    assert!(running.chunk().await.unwrap().is_some(), "what runs goes on");
    let rest = Reply::rest_of(running);
    let (rest, ()) = tokio::join!(rest, world.gateway.drain());
    assert!(rest.text().contains("CS-0309"), "{}", rest.text());
    assert_eq!(world.gateway.running_under(&Scope::All), 0, "drained means that nothing runs");
    let fact = world.ledger.inference(id);
    assert!(world.ledger.caught_up(Duration::from_secs(5)).await);
    let fact = fact.await.unwrap().unwrap();
    assert_eq!((fact.status, fact.code.as_deref()), (Status::Cut, Some("CS-0309")));
}
