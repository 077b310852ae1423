//! Answers that are given again: to whom, for how long, and which never are.

use std::sync::Arc;
use std::time::Duration;

use domain::NanoUsd;
use domain::cache::{CacheUse, Hit};
use domain::inference::Fact;
use domain::switch::{Board, State};
use serde_json::{Value, json};

use crate::reply::{CHAT, MESSAGES, RESPONSES, Reply, chat, id_of, line, request};
use crate::world::{KEY, Wanted, World};

const PATHS: [&str; 3] = [CHAT, RESPONSES, MESSAGES];
const CACHE: &str = "[cache]\nttl = \"10m\"\n";

async fn caching(workflow: &'static str) -> World {
    World::with(Wanted { workflow, ..Wanted::default() }).await
}

fn why(fact: &Fact) -> String {
    let of = fact.controls.iter().filter(|control| control.name == "cache");
    of.map(|control| control.why.clone()).collect::<Vec<_>>().join(" | ")
}

/// Asks, and says what the header says.
async fn ask(world: &World, path: &str, body: &Value) -> (Reply, String) {
    let reply = Reply::of(world.post(path, body)).await;
    let said = reply.header("x-countersign-cache").to_owned();
    (reply, said)
}

/// What the cache says to a second call that differs from the first.
async fn second(world: &World, first: &Value, second: reqwest::RequestBuilder) -> String {
    assert_eq!(ask(world, CHAT, first).await.1, "miss");
    Reply::of(second).await.header("x-countersign-cache").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_question_is_sent_once_and_answered_the_same_for_nothing() {
    let world = caching(CACHE).await;
    for path in PATHS {
        for stream in [false, true] {
            let body = request(path, "ok", stream);
            let (first, said) = ask(&world, path, &body).await;
            assert_eq!((first.status, said.as_str()), (200, "miss"));
            let sent = world.upstream.count();
            world.clock.advance(Duration::from_secs(2));
            let (again, said) = ask(&world, path, &body).await;
            assert_eq!((again.status, said.as_str()), (200, "hit"), "{path} {stream}");
            assert_eq!(again.body, first.body, "{path} {stream}");
            assert_eq!(again.header("content-type"), first.header("content-type"));
            assert_eq!(again.header("x-countersign-target"), first.header("x-countersign-target"));
            assert_eq!(world.upstream.count(), sent, "nothing was sent");
            let (one, two) = (world.fact(first.id()).await, world.fact(again.id()).await);
            assert!(one.cost > NanoUsd::ZERO);
            assert_eq!(one.cache, Some(CacheUse::Miss));
            assert_eq!(why(&one), "miss; kept for 600 s");
            let hit = Hit { from: one.id, age_ms: 2_000, saved: one.cost };
            assert_eq!(two.cache, Some(CacheUse::Hit(hit)));
            assert_eq!(line(&two), "ok 200 - reported 0+0 0");
            assert_eq!(again.header("x-countersign-saved-usd"), one.cost.to_decimal());
            assert_eq!(again.header("age"), "2");
            assert_eq!(two.response_hash, one.response_hash);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn embeddings_are_given_again_and_counting_never_asks() {
    let world = caching(CACHE).await;
    let body = json!({"model": "up/ok", "input": ["a", "b"]});
    assert_eq!(ask(&world, "/v1/embeddings", &body).await.1, "miss");
    assert_eq!(ask(&world, "/v1/embeddings", &body).await.1, "hit");
    let body = json!({"model": "upa/ok", "messages": [{"role": "user", "content": "x"}]});
    assert_eq!(ask(&world, "/v1/messages/count_tokens", &body).await.1, "");
    assert_eq!(ask(&world, "/v1/messages/count_tokens", &body).await.1, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_without_a_cache_says_nothing_of_one() {
    for off in ["", "[cache]\nmode = \"off\"\n"] {
        let world = caching(off).await;
        let (reply, said) = ask(&world, CHAT, &chat("ok", false)).await;
        assert_eq!(said, "");
        assert_eq!(world.fact(reply.id()).await.cache, None);
        ask(&world, CHAT, &chat("ok", false)).await;
        assert_eq!(world.upstream.count(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_decides_the_answer_makes_another_key() {
    let world = caching("[cache]\nvary = [\"x-forwarded-tenant\"]\n").await;
    let mut number = 0;
    let mut fresh = || {
        number += 1;
        let mut body = chat("ok", false);
        body["messages"][0]["content"] = format!("question {number}").into();
        body
    };
    let with = |body: &Value, key: &str, value: Value| {
        let mut body = body.clone();
        body[key] = value;
        body
    };
    for (key, value, expected) in [
        ("temperature", json!(0.5), "miss"),
        ("stream", json!(true), "miss"),
        ("model", json!("up/echo"), "miss"),
        ("metadata", json!({"a": 1}), "miss"),
        ("user", json!("someone else"), "miss"),
        ("prompt_cache_key", json!("k"), "hit"),
        ("stream", json!(false), "hit"),
    ] {
        let first = fresh();
        let other = with(&first, key, value.clone());
        assert_eq!(second(&world, &first, world.post(CHAT, &other)).await, expected, "{key}: {value}");
    }
    for (name, expected) in [
        ("openai-beta", "miss"),
        ("x-forwarded-tenant", "miss"),
        ("x-forwarded-for", "hit"),
        ("x-a-provider-may-read-this", "miss"),
        ("x-stainless-retry", "hit"),
        ("traceparent", "hit"),
    ] {
        let first = fresh();
        let other = world.post(CHAT, &first).header(name, "1");
        assert_eq!(second(&world, &first, other).await, expected, "{name}");
    }
    let first = fresh();
    let other = world.raw(&format!("{CHAT}?api-version=2"), KEY, first.to_string());
    assert_eq!(second(&world, &first, other).await, "miss", "the query");
    let first = fresh();
    let turned = first.as_object().unwrap().iter().rev().map(|(key, value)| format!("{key:?}:{value}"));
    let turned = format!("{{{}}}", turned.collect::<Vec<_>>().join(", "));
    assert_eq!(second(&world, &first, world.raw(CHAT, KEY, turned)).await, "hit", "the order of fields");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_never_cross_from_one_workflow_to_another() {
    let v = crate::world::workflow_file(CACHE).leak();
    let files = vec![("workflows/v.toml", &*v)].leak();
    let world = World::with(Wanted { workflow: CACHE, files, ..Wanted::default() }).await;
    let of = |workflow: &'static str| {
        world.raw(CHAT, "cs_two", chat("ok", false).to_string()).header("x-countersign-workflow", workflow)
    };
    for (workflow, expected) in [("w", "miss"), ("v", "miss"), ("w", "hit"), ("v", "hit")] {
        assert_eq!(Reply::of(of(workflow)).await.header("x-countersign-cache"), expected, "{workflow}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_say_what_they_take_and_time_ends_it() {
    let world = caching("[cache]\nttl = \"60s\"\n").await;
    let body = chat("ok", false);
    for (second, wish, expected) in [
        (0, "no-store", "miss"),
        (0, "", "miss"),
        (0, "no-store", "miss"),
        (10, "", "hit"),
        (10, "max-age=5", "miss"),
        (12, "max-age=5", "hit"),
        (20, "no-cache", "miss"),
        (79, "max-age=100", "hit"),
        (80, "", "miss"),
    ] {
        world.clock.set(&format!("2026-03-02T09:{:02}:{:02}Z", second / 60, second % 60));
        let reply = Reply::of(world.post(CHAT, &body).header("cache-control", wish)).await;
        assert_eq!(reply.header("x-countersign-cache"), expected, "{wish:?} at {second} s");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_end_well_is_not_kept() {
    let world = caching("[cache]\nmax_answer = \"2 KB\"\n[tools]\nallow = [\"crm.*\"]\n").await;
    for (model, stream, expected) in [
        ("error-500", false, "the call did not end well"),
        ("garbage-json", false, "the call did not end well"),
        ("no-terminal-event", true, "the call did not end well"),
        ("error-in-200-stream", true, "the call did not end well"),
        ("big-40", false, "the answer is larger than max_answer"),
        ("big-40", true, "the answer is larger than max_answer"),
    ] {
        for _ in 0..2 {
            let (reply, said) = ask(&world, CHAT, &chat(model, stream)).await;
            assert_ne!(said, "hit", "{model}");
            assert_eq!(why(&world.fact(reply.id()).await), format!("miss; not kept: {expected}"), "{model}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_its_caller_did_not_wait_for_is_not_kept() {
    let world = caching(CACHE).await;
    let body = chat("slow-stream-50", true);
    let response = world.post(CHAT, &body).send().await.unwrap();
    let id = crate::reply::id_of(response.headers());
    drop(response);
    let fact = world.fact(id).await;
    assert_eq!(fact.status.as_str(), "cancelled");
    assert_eq!(why(&fact), "miss; not kept: the call did not end well");
    assert_eq!(world.gateway.caches().iter().map(|cache| cache.answers).sum::<usize>(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_get_whole_answers_and_the_shelf_keeps_its_bounds() {
    let world = caching("[cache]\nsize = \"4 KB\"\nmax_answer = \"2 KB\"\n").await;
    let ask = async |number: usize| {
        let mut body = chat("echo", number.is_multiple_of(2));
        body["messages"][0]["content"] = format!("question {}", number % 7).into();
        let reply = Reply::of(world.post(CHAT, &body)).await;
        assert!(reply.text().contains(&(number % 7).to_string()), "{}", reply.text());
        reply.status
    };
    let all = futures_util::future::join_all((0..60).map(ask)).await;
    assert!(all.iter().all(|status| *status == 200));
    world.until_quiet().await;
    assert!(world.gateway.caches().iter().all(|cache| cache.bytes <= 4_000), "{:?}", world.gateway.caches());
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_only_their_run_can_have_are_not_asked_for() {
    let world = caching("[cache]\n[redaction]\nrequest = \"pseudonym\"\nkinds = [\"email\"]\n").await;
    let mut personal = chat("ok", false);
    personal["messages"][0]["content"] = "mail a.b@example.com".into();
    let stateful = json!({"model": "up/ok", "input": "x", "previous_response_id": "resp_1"});
    let background = json!({"model": "up/ok", "input": "x", "background": true});
    for (path, body, expected) in [
        (CHAT, &personal, "not asked: it holds pseudonyms of its run"),
        (RESPONSES, &stateful, "not asked: it refers to what the provider keeps"),
        (RESPONSES, &background, "not asked: the call may leave something behind"),
    ] {
        for _ in 0..2 {
            let (reply, said) = ask(&world, path, body).await;
            assert_eq!(said, "");
            let fact = world.fact(reply.id()).await;
            assert_eq!((why(&fact).as_str(), fact.cache), (expected, None));
        }
    }
    assert_eq!(ask(&world, CHAT, &chat("ok", false)).await.1, "miss");
    assert_eq!(ask(&world, CHAT, &chat("ok", false)).await.1, "hit");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_has_passed_the_guards() {
    let world = caching("[cache]\n[redaction]\nresponse = \"mask\"\nkinds = [\"email\"]\n").await;
    for stream in [false, true] {
        let mut body = chat("echo", stream);
        body["messages"][0]["content"] = "mail a.b@example.com".into();
        let first = ask(&world, CHAT, &body).await;
        let again = ask(&world, CHAT, &body).await;
        assert_eq!((first.1.as_str(), again.1.as_str()), ("miss", "hit"));
        assert!(again.0.text().contains("[EMAIL]") && !again.0.text().contains("a.b@"), "{}", again.0.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turned_switch_forgets_and_a_thrown_one_refuses() {
    let world = caching(CACHE).await;
    assert_eq!(ask(&world, CHAT, &chat("ok", false)).await.1, "miss");
    world.throw("workflow/w", State::Off);
    let (reply, said) = ask(&world, CHAT, &chat("ok", false)).await;
    assert_eq!((reply.status, reply.code().as_str(), said.as_str()), (503, "CS-0301", ""));
    world.live.publish_board(Arc::new(Board::new(2, [])));
    assert_eq!(ask(&world, CHAT, &chat("ok", false)).await.1, "miss", "who turned it had a reason");
    assert_eq!(ask(&world, CHAT, &chat("ok", false)).await.1, "hit");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_can_change_answers_forgets() {
    let world = caching(CACHE).await;
    assert_eq!(ask(&world, CHAT, &chat("ok", false)).await.1, "miss");
    let same = Wanted { workflow: CACHE, ..Wanted::default() };
    world.reload(&same);
    assert_eq!(ask(&world, CHAT, &chat("ok", false)).await.1, "hit");
    world.reload(&Wanted { workflow: "[cache]\nttl = \"10m\"\n[tools]\nallow = []\n", ..Wanted::default() });
    assert_eq!(ask(&world, CHAT, &chat("ok", false)).await.1, "miss");
    world.reload(&Wanted { root: "[providers.more]\napi = \"simulated\"\n", ..same });
    assert_eq!(ask(&world, CHAT, &chat("ok", false)).await.1, "miss");
    world.reload(&Wanted::default());
    assert_eq!(ask(&world, CHAT, &chat("ok", false)).await.1, "");
    world.gateway.prune();
    assert_eq!(world.gateway.caches(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hit_is_within_limits_and_charges_nobody() {
    let world = caching("[cache]\n[budget]\nday = \"1 USD\"\n[limits]\niterations_per_run = 3\n").await;
    let ask = || world.post(CHAT, &chat("ok", false)).header("x-countersign-run", "r");
    let first = Reply::of(ask()).await;
    let cost = world.fact(first.id()).await.cost;
    for _ in 0..2 {
        assert_eq!(Reply::of(ask()).await.header("x-countersign-cache"), "hit");
    }
    let fourth = Reply::of(ask()).await;
    assert_eq!((fourth.status, fourth.code().as_str()), (429, "CS-0306"));
    world.until_quiet().await;
    let charged: NanoUsd = world
        .gateway
        .charged()
        .into_iter()
        .filter(|(holder, window, ..)| {
            matches!(holder, domain::holder::Holder::Workflow(_)) && *window == domain::time::Window::Day
        })
        .map(|(.., nano)| nano)
        .sum();
    assert_eq!(charged, cost);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_a_fallback_is_not_kept_for_the_first_target() {
    const ROOT: &str = "[routes.frail]\ntargets = [{ provider = \"up\", model = \"error-500\" }, { provider = \"up\", model = \"ok\" }]\n";
    let wanted = Wanted { root: ROOT, workflow: CACHE, allow: &["frail"], ..Wanted::default() };
    let world = World::with(wanted).await;
    let body = json!({"model": "frail", "messages": [{"role": "user", "content": "hello"}]});
    let (reply, said) = ask(&world, CHAT, &body).await;
    assert_eq!((reply.status, said.as_str()), (200, "miss"));
    assert_eq!(why(&world.fact(reply.id()).await), "miss; not kept: another target had to answer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_whose_caller_leaves_behind_the_models_last_word_is_not_kept() {
    let world = caching(CACHE).await;
    let body = chat("slow-stream-3", true);
    let mut running = world.post(CHAT, &body).send().await.unwrap();
    let id = id_of(running.headers());
    let mut text = Vec::new();
    while !String::from_utf8_lossy(&text).contains("\"finish_reason\":\"stop\"") {
        text.extend_from_slice(&running.chunk().await.unwrap().unwrap());
    }
    assert!(!String::from_utf8_lossy(&text).contains("[DONE]"), "there was more to come");
    drop(running);
    let fact = world.fact(id).await;
    assert_eq!(line(&fact).split(' ').next(), Some("ok"), "the caller had all that the model said");
    assert!(why(&fact).contains("not kept"), "{}", why(&fact));
    assert_eq!(ask(&world, CHAT, &body).await.1, "miss");
}
