//! Rates, calls at once, iterations.

use serde_json::json;
use testkit::prelude::*;

use crate::reply::{CHAT, MESSAGES, Reply, chat, line, request};
use crate::world::{Wanted, World};

#[tokio::test(flavor = "multi_thread")]
async fn requests_a_minute_are_counted_and_told() {
    let world =
        World::with(Wanted { workflow: "[limits]\nrequests_per_minute = 2\n", ..Wanted::default() }).await;
    let reply = world.chat("ok", false).await;
    assert_eq!(
        ["limit", "remaining", "reset"]
            .map(|what| reply.header(&format!("x-ratelimit-{what}-requests")).to_owned()),
        ["2", "1", "30000ms"]
    );
    let reply = Reply::of(world.post(MESSAGES, &request(MESSAGES, "ok", false))).await;
    assert_eq!(reply.header("anthropic-ratelimit-requests-remaining"), "0");
    assert_eq!(reply.header("anthropic-ratelimit-requests-reset"), "2026-03-02T09:01:00.000Z");
    let reply = world.chat("ok", true).await;
    assert_eq!((reply.status, reply.code().as_str(), reply.header("retry-after")), (429, "CS-0303", "30"));
    assert_eq!((reply.header("x-ratelimit-remaining-requests"), reply.header("x-should-retry")), ("0", ""));
    assert_eq!(line(&world.fact(reply.id()).await), "refused 429 CS-0303 reported 0+0 0");
    world.clock.advance(seconds(30));
    assert_eq!(world.chat("ok", false).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_a_minute_are_estimated_then_corrected() {
    let world =
        World::with(Wanted { workflow: "[limits]\ntokens_per_minute = 1000\n", ..Wanted::default() }).await;
    for _ in 0..3 {
        let reply = world.chat("ok", false).await; // 512 are assumed, 18 are used
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
    assert_eq!(world.chat("ignores-max-tokens", false).await.status, 200);
    let reply = world.chat("ok", false).await;
    assert_eq!((reply.status, reply.code().as_str()), (429, "CS-0304"));
    assert!(reply.header("retry-after").parse::<u64>().unwrap() > 60, "the overrun is waited for");
    assert_eq!(reply.header("x-ratelimit-remaining-tokens"), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_at_once_are_given_back_however_they_end() {
    let world = World::with(Wanted { workflow: "[limits]\nconcurrent = 1\n", ..Wanted::default() }).await;
    let running = world.post(CHAT, &chat("slow-stream-100", true)).send().await.unwrap();
    let reply = world.chat("ok", false).await;
    assert_eq!((reply.status, reply.code().as_str(), reply.header("retry-after")), (429, "CS-0305", "1"));
    drop(running);
    world.until_quiet().await;
    for model in
        ["ok", "error-500", "close-at-once", "garbage-json", "error-in-200-stream", "no-terminal-event"]
    {
        for stream in [false, true] {
            assert_ne!(world.chat(model, stream).await.status, 429, "{model}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_makes_so_many_inferences_and_no_more() {
    let world =
        World::with(Wanted { workflow: "[limits]\niterations_per_run = 2\n", ..Wanted::default() }).await;
    let ask =
        |model: &str| Reply::of(world.post(CHAT, &chat(model, false)).header("x-countersign-run", "r1"));
    assert_eq!(ask("ok").await.status, 200);
    let mut refused = chat("ok", false);
    refused["model"] = json!("nope");
    let reply = Reply::of(world.post(CHAT, &refused).header("x-countersign-run", "r1")).await;
    assert_eq!(reply.status, 400, "what is refused does not count");
    assert_eq!(ask("ok").await.status, 200);
    let reply = ask("ok").await;
    assert_eq!(
        (reply.status, reply.code().as_str(), reply.header("x-should-retry")),
        (429, "CS-0306", "false")
    );
    assert_eq!(world.chat("ok", false).await.status, 200, "another run is another matter");
    let controls = world.fact(reply.id()).await.controls;
    assert!(
        controls.iter().any(|c| c.name == "iteration-cap" && c.why.contains("start a new run")),
        "{controls:?}"
    );
}
