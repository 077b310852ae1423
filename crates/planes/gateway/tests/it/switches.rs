//! Off means off: for new calls at once, for running ones within a moment.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::inference::Status;
use domain::keys::KeyRing;
use domain::switch::State;
use domain::time::Timestamp;
use serde_json::json;

use crate::reply::{CHAT, MESSAGES, RESPONSES, Reply, id_of, request};
use crate::world::{NOW, Wanted, World, keys, world};

#[tokio::test(flavor = "multi_thread")]
async fn every_scope_can_be_turned() {
    let world = world().await;
    // scope, state, asked, status, code or target
    let table = [
        ("all", State::Off, "standard", 503, "CS-0301"),
        ("all", State::HumanOnly, "standard", 409, "CS-0302"),
        ("workflow/w", State::Off, "standard", 503, "CS-0301"),
        ("workflow/w", State::HumanOnly, "standard", 409, "CS-0302"),
        ("workflow/w", State::Fallback, "standard", 200, "up/cheap"),
        ("workflow/w", State::Fallback, "up/ok", 400, "CS-0205"),
        ("workflow/other", State::Off, "standard", 200, "up/ok"),
        ("agent/drafter", State::Off, "standard", 503, "CS-0301"),
        ("agent/other", State::Off, "standard", 200, "up/ok"),
        ("provider/up", State::Off, "up/ok", 503, "CS-0301"),
        ("provider/up", State::HumanOnly, "up/ok", 409, "CS-0302"),
        ("provider/up", State::Fallback, "up/ok", 503, "CS-0301"),
        ("model/up/ok", State::HumanOnly, "up/ok", 409, "CS-0302"),
        ("provider/upa", State::Off, "standard", 200, "up/ok"),
        ("model/up/ok", State::Off, "standard", 200, "upa/ok"),
        ("model/up/ok", State::Off, "up/ok", 503, "CS-0301"),
        ("all", State::On, "standard", 200, "up/ok"),
    ];
    for (scope, state, asked, status, expected) in table {
        world.throw(scope, state);
        let body = json!({"model": asked, "messages": [{"role": "user", "content": "x"}]});
        let reply = Reply::of(world.post(CHAT, &body)).await;
        assert_eq!(reply.status, status, "{scope} {state}: {}", reply.text());
        let fact = world.fact(reply.id()).await;
        if status == 200 {
            assert_eq!(reply.header("x-countersign-target"), expected, "{scope} {state}");
        } else {
            assert_eq!((reply.code().as_str(), fact.status), (expected, Status::Refused), "{scope} {state}");
            assert_eq!(reply.header("x-should-retry"), "false", "{scope} {state}");
        }
        if matches!(status, 409 | 503) {
            assert!(reply.text().contains("wrong answers"), "the reason is told: {}", reply.text());
            let told = match state {
                State::On | State::Off => format!("{scope} is switched off by"),
                State::Fallback => format!("{scope} is switched to fallback by"),
                State::HumanOnly => format!("{scope} is handled by people for now (switched by"),
            };
            assert!(reply.text().contains(&told), "the state is told: {}", reply.text());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_says_what_a_call_would_meet() {
    let world = world().await;
    // what is turned, to what, what is asked about, the answer
    let table = [
        ("all", State::Off, "all", true),
        ("all", State::Off, "workflow/w", true),
        ("all", State::HumanOnly, "agent/drafter", true),
        ("all", State::Fallback, "all", false),
        ("workflow/w", State::Off, "workflow/w", true),
        ("workflow/w", State::Off, "provider/up", false),
        ("agent/drafter", State::Off, "agent/drafter", true),
        ("agent/drafter", State::Off, "all", false),
        ("provider/up", State::Fallback, "provider/up", true),
        ("provider/up", State::Off, "model/up/ok", true),
        ("model/up/ok", State::Off, "provider/up", false),
        ("prompt/p", State::Off, "prompt/p", false),
        ("workflow/none", State::Off, "workflow/none", false),
        ("tool/rm", State::HumanOnly, "tool/rm", true),
        ("tool/rm", State::Off, "tool/other", false),
        ("tool/rm", State::Off, "workflow/w", false),
        ("all", State::On, "all", false),
    ];
    for (turned, state, asked, expected) in table {
        world.throw(turned, state);
        let refuses = world.gateway.refuses(&asked.parse().unwrap());
        assert_eq!(refuses, expected, "{turned} {state}: {asked}");
        if asked == "workflow/w" {
            assert_eq!(world.chat("ok", false).await.status == 503, refuses, "{turned} {state}");
        }
    }
}

/// Begins a stream and waits for its first bytes.
async fn begin(world: &World, path: &str, model: &str) -> reqwest::Response {
    let mut response = world.post(path, &request(path, model, true)).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.chunk().await.unwrap().is_some());
    response
}

#[tokio::test(flavor = "multi_thread")]
async fn running_streams_end_at_once_with_an_error_of_their_dialect() {
    for (path, marks) in [
        (CHAT, &["data: {\"error\":{\"message\":", "CS-0301"][..]),
        (RESPONSES, &["event: error", "event: response.failed", "CS-0301"]),
        (MESSAGES, &["event: error\ndata: {\"type\":\"error\"", "CS-0301"]),
    ] {
        for model in ["slow-stream-200", "hang-after-3"] {
            for scope in ["all", "workflow/w", "agent/drafter", "provider", "model"] {
                let world = world().await;
                let running = begin(&world, path, model).await;
                let id = id_of(running.headers());
                let provider = if path == MESSAGES { "upa" } else { "up" };
                let scope = match scope {
                    "provider" => format!("provider/{provider}"),
                    "model" => format!("model/{provider}/{model}"),
                    other => other.to_owned(),
                };
                let thrown = Instant::now();
                world.throw(&scope, State::Off);
                let rest = Reply::rest_of(running).await.text();
                assert!(thrown.elapsed() < Duration::from_millis(200), "{scope}: {:?}", thrown.elapsed());
                for mark in marks {
                    assert!(rest.contains(mark), "{path} {model} {scope}: {rest}");
                }
                assert!(rest.ends_with("\n\n"), "{rest:?}");
                let fact = world.fact(id).await;
                assert_eq!(
                    (fact.status, fact.http_status, fact.code.as_deref()),
                    (Status::Cut, 200, Some("CS-0301"))
                );
                assert!(fact.usage_source.is_estimate() && fact.cost.nano() > 0, "{fact:?}");
                assert_eq!(fact.controls.last().unwrap().name, "switch");
                world.upstream.wait_for_callers_gone(1);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_call_that_waits_is_ended_too() {
    let world = world().await;
    let waiting = world.post(CHAT, &request(CHAT, "hang", false)).send();
    let thrown = async {
        while world.upstream.count() == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(world.gateway.running_under(&"workflow/w".parse().unwrap()), 1);
        world.throw("workflow/w", State::HumanOnly);
    };
    let (response, ()) = tokio::join!(waiting, thrown);
    let reply = Reply::rest_of(response.unwrap()).await;
    assert_eq!((reply.status, reply.code().as_str()), (409, "CS-0302"));
    assert!(reply.text().contains("contact maya"), "{}", reply.text());
    assert_eq!(world.fact(reply.id()).await.status, Status::Cut);
    world.upstream.wait_for_callers_gone(1);
}

#[tokio::test(flavor = "multi_thread")]
async fn running_streams_may_finish_where_that_is_set() {
    let world =
        World::with(Wanted { root: "[gateway]\non_switch = \"finish\"\n", ..Wanted::default() }).await;
    let running = begin(&world, CHAT, "slow-stream-6").await;
    let id = id_of(running.headers());
    world.throw("all", State::Off);
    assert_eq!(world.chat("ok", false).await.status, 503);
    let rest = Reply::rest_of(running).await.text();
    assert!(rest.contains("piece 6") && rest.ends_with("data: [DONE]\n\n"), "{rest}");
    assert_eq!(world.fact(id).await.status, Status::Ok);
}

#[tokio::test(flavor = "multi_thread")]
async fn fallback_lets_running_streams_finish() {
    let world = world().await;
    let running = begin(&world, CHAT, "slow-stream-6").await;
    world.throw("workflow/w", State::Fallback);
    assert!(Reply::rest_of(running).await.text().ends_with("data: [DONE]\n\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_ends_its_streams_whatever_is_set() {
    for (gone, code) in [(true, "CS-0102"), (false, "CS-0104")] {
        let world =
            World::with(Wanted { root: "[gateway]\non_switch = \"finish\"\n", ..Wanted::default() }).await;
        let running = begin(&world, CHAT, "slow-stream-200").await;
        let id = id_of(running.headers());
        let mut ring = keys();
        if gone {
            ring.remove(0);
        } else {
            ring[0].revoked = Timestamp::parse(NOW);
        }
        let revoked = Instant::now();
        world.live.publish_keys(Arc::new(KeyRing::new(ring)));
        let rest = Reply::rest_of(running).await.text();
        assert!(revoked.elapsed() < Duration::from_millis(200) && rest.contains(code), "{rest}");
        let fact = world.fact(id).await;
        assert_eq!((fact.status, fact.code.as_deref()), (Status::Cut, Some(code)));
        assert_eq!(fact.controls.last().unwrap().name, "key");
        assert_eq!(world.chat("ok", false).await.status, 401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_answer_may_not_call_a_tool_that_is_switched_off_meanwhile() {
    // More of the workflow, and whether running calls may finish.
    let table = [
        ("", ""),
        ("[tools]\nallow = [\"*\"]\n", ""),
        ("[redaction]\nresponse = \"mask\"\n", ""),
        ("", "[gateway]\non_switch = \"finish\"\n"),
    ];
    for (workflow, root) in table {
        let world = World::with(Wanted { workflow, root, ..Wanted::default() }).await;
        for path in [CHAT, RESPONSES, MESSAGES] {
            for (stream, turned) in [(true, "no_tool"), (true, "other"), (false, "no_tool")] {
                let upstream = world.upstream.count();
                let calling = world.post(path, &request(path, "slow-tool", stream)).send();
                let thrown = async {
                    while world.upstream.count() == upstream {
                        tokio::task::yield_now().await;
                    }
                    world.throw(&format!("tool/{turned}"), State::Off);
                };
                let (response, ()) = tokio::join!(calling, thrown);
                let reply = Reply::rest_of(response.unwrap()).await;
                let fact = world.fact(reply.id()).await;
                if turned == "other" || !root.is_empty() {
                    assert_eq!(fact.status, Status::Ok, "{path} {stream} {turned}: {}", reply.text());
                    assert!(reply.text().contains("tickets"), "{}", reply.text());
                } else {
                    assert!(reply.text().contains("CS-0301"), "{path} {stream}: {}", reply.text());
                    assert!(!reply.text().contains("no_tool\",\"arg"), "{}", reply.text());
                    assert!(!reply.text().contains("tickets"), "{}", reply.text());
                    assert_eq!((fact.status, fact.code.as_deref()), (Status::Cut, Some("CS-0301")));
                    assert_eq!(fact.controls.last().unwrap().name, "switch");
                    assert_eq!(fact.guarded.last().unwrap().what, "no_tool");
                }
                world.throw("tool/none", State::On);
            }
        }
    }
}
