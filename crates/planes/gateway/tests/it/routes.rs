//! A target that fails: what the caller gets instead, what is tried, and what is written down.

use std::time::Duration;

use domain::budget::Account;
use domain::holder::Holder;
use domain::ids::WorkflowId;
use domain::inference::Fact;
use domain::money::NanoUsd;
use domain::routing::Allowance;
use domain::switch::State;
use domain::time::Window;
use futures_util::future::join_all;
use ledger::{SpendBy, SpendQuery, SpendRow};
use serde_json::json;

use crate::reply::{CHAT, MESSAGES, Reply, line};
use crate::world::{Wanted, World};

const ROUTES: &str = r#"
[gateway]
first_byte_timeout = "2s"
idle_timeout = "1s"

[routes.limited]
targets = [{ provider = "up", model = "error-429" }]
fallback = ["economy"]

[routes.full]
targets = [{ provider = "up", model = "error-503" }]
fallback = ["economy"]

[routes.overloaded]
targets = [{ provider = "up", model = "error-529" }]
fallback = ["economy"]

[routes.hiccup]
targets = [{ provider = "up", model = "error-500" }]
fallback = ["economy"]

[routes.refused]
targets = [{ provider = "up", model = "error-401" }]
fallback = ["economy"]

[routes.missing]
targets = [{ provider = "up", model = "error-404" }]
fallback = ["economy"]

[routes.bad]
targets = [{ provider = "up", model = "error-400" }]
fallback = ["economy"]

[routes.unreachable]
targets = [{ provider = "down", model = "m" }]
fallback = ["economy"]

[routes.closes]
targets = [{ provider = "up", model = "close-at-once" }]
fallback = ["economy"]

[routes.nonsense]
targets = [{ provider = "up", model = "garbage-json" }]
fallback = ["economy"]

[routes.wrong-status]
targets = [{ provider = "up", model = "error-in-200" }]
fallback = ["economy"]

[routes.short]
targets = [{ provider = "up", model = "short-body" }]
fallback = ["economy"]

[routes.silent]
targets = [{ provider = "up", model = "hang" }]
fallback = ["economy"]

[routes.impatient]
targets = [{ provider = "up", model = "hang" }]
fallback = ["economy"]
after_timeout = "next"
first_byte_timeout = "1s"

[routes.early]
targets = [{ provider = "up", model = "error-before-content" }]
fallback = ["economy"]

[routes.early-messages]
targets = [{ provider = "upa", model = "error-before-content" }]
fallback = ["economy"]

[routes.late]
targets = [{ provider = "up", model = "error-in-200-stream" }]
fallback = ["economy"]

[routes.breaks]
targets = [{ provider = "up", model = "reset-after-1" }]
fallback = ["economy"]

[routes.alone]
targets = [{ provider = "up", model = "error-529" }]

[routes.waits]
targets = [{ provider = "up", model = "error-429" }]

[routes.once]
targets = [{ provider = "up", model = "error-529" }]
fallback = ["economy"]
retries = 0

[routes.worse]
targets = [{ provider = "up", model = "error-529" }, { provider = "up", model = "error-503" }]

[routes.proxy]
targets = [{ provider = "up", model = "error-504" }]
fallback = ["economy"]

[routes.foreign]
targets = [{ provider = "upa", model = "ok" }]
fallback = ["cheap-chat"]

[routes.last-foreign]
targets = [{ provider = "up", model = "error-503" }]
fallback = ["only-messages"]

[routes.cheap-chat]
targets = [{ provider = "up", model = "cheap" }]

[routes.only-messages]
targets = [{ provider = "upa", model = "ok" }]

[routes.dear]
targets = [{ provider = "up", model = "error-529" }, { provider = "sparse", model = "listed" }, { provider = "up", model = "cheap" }]
"#;

const NAMES: &[&str] = &[
    "limited",
    "full",
    "overloaded",
    "hiccup",
    "refused",
    "missing",
    "bad",
    "unreachable",
    "closes",
    "short",
    "nonsense",
    "wrong-status",
    "silent",
    "impatient",
    "early",
    "early-messages",
    "late",
    "breaks",
    "alone",
    "once",
    "worse",
    "waits",
    "dear",
    "proxy",
    "foreign",
    "last-foreign",
];

async fn world(workflow: &'static str) -> World {
    World::with(Wanted { root: ROUTES, allow: NAMES, workflow, ..Wanted::default() }).await
}

fn ask(route: &str, stream: bool) -> serde_json::Value {
    json!({"model": route, "stream": stream, "max_tokens": 50, "messages": [{"role": "user", "content": "hello"}]})
}

/// What the record says of the attempts that failed.
fn attempts(fact: &Fact) -> Vec<&str> {
    fact.controls.iter().filter(|c| c.name == "attempt").map(|c| c.why.as_str()).collect()
}

fn day() -> Account {
    Account::Held(Holder::Workflow(WorkflowId::new("w").unwrap()), Window::Day)
}

/// An answer of the fallback, with nothing lost on the way, and with the input of one attempt, or two, estimated.
const ANSWERED: &str = "ok 200 - reported 11+7 25000";
const ONE_LOST: &str = "ok 200 - reported 11+7 51000";

const WRONG: &[&str] = &[
    "up/error-in-200 KEY: api_error/scripted_503 under status 200 after 0 ms; again",
    "up/error-in-200 KEY: api_error/scripted_503 under status 200 after 0 ms; next target",
];

/// Route, streamed or not, fact, target, and the attempts that failed: `KEY` is the credential, `0` the time.
const REACTIONS: [(&str, bool, &str, &str, &[&str]); 23] = [
    (
        "limited",
        false,
        ANSWERED,
        "up/cheap",
        &["up/error-429 KEY: 429 rate_limit_error/scripted_429 0; next target"],
    ),
    (
        "limited",
        true,
        ANSWERED,
        "up/cheap",
        &["up/error-429 KEY: 429 rate_limit_error/scripted_429 0; next target"],
    ),
    ("full", false, ANSWERED, "up/cheap", &["up/error-503 KEY: 503 api_error/scripted_503 0; next target"]),
    (
        "overloaded",
        true,
        ANSWERED,
        "up/cheap",
        &["up/error-529 KEY: 529 api_error/scripted_529 0; next target"],
    ),
    (
        "hiccup",
        false,
        ANSWERED,
        "up/cheap",
        &[
            "up/error-500 KEY: 500 api_error/scripted_500 0; again after",
            "up/error-500 KEY: 500 api_error/scripted_500 0; next target",
        ],
    ),
    (
        "refused",
        false,
        ANSWERED,
        "up/cheap",
        &["up/error-401 KEY: 401 authentication_error/scripted_401 0; next target"],
    ),
    (
        "missing",
        false,
        ANSWERED,
        "up/cheap",
        &["up/error-404 KEY: 404 not_found_error/scripted_404 0; next target"],
    ),
    ("bad", false, "upstream_error 400 - reported 0+0 0", "up/error-400", &[]),
    ("unreachable", false, ANSWERED, "up/cheap", &["down/m: could not connect:"]),
    ("closes", false, ONE_LOST, "up/cheap", &["up/close-at-once KEY: the connection broke:"]),
    ("closes", true, ONE_LOST, "up/cheap", &["up/close-at-once KEY: the connection broke:"]),
    ("nonsense", false, ONE_LOST, "up/cheap", &["up/garbage-json KEY: its answer is not JSON"]),
    ("wrong-status", false, ANSWERED, "up/cheap", WRONG),
    ("wrong-status", true, ANSWERED, "up/cheap", WRONG),
    ("short", false, ONE_LOST, "up/cheap", &["up/short-body KEY: the connection broke:"]),
    ("silent", false, "failed 504 CS-0402 estimated 26+0 26000", "up/hang", &[]),
    (
        "impatient",
        false,
        ONE_LOST,
        "up/cheap",
        &["up/hang KEY: nothing came for 1 s (first byte) 0; next target"],
    ),
    (
        "early",
        true,
        ANSWERED,
        "up/cheap",
        &[
            "up/error-before-content KEY: server_error inside the stream 0; again after",
            "up/error-before-content KEY: server_error inside the stream 0; next target",
        ],
    ),
    ("late", true, "upstream_error 200 - estimated 26+1 28000", "up/error-in-200-stream", &[]),
    ("breaks", true, ONE_LOST, "up/cheap", &["up/reset-after-1 KEY: the connection broke:"]),
    ("once", false, "upstream_error 529 - reported 0+0 0", "up/error-529", &[]),
    (
        "worse",
        false,
        "upstream_error 503 - reported 0+0 0",
        "up/error-503",
        &[
            "up/error-529 KEY: 529 api_error/scripted_529 0; next target",
            "up/error-503 KEY: 503 api_error/scripted_503 0; again after",
            "up/error-503 KEY: 503 api_error/scripted_503 0; passed on",
        ],
    ),
    ("up/error-503", false, "upstream_error 503 - reported 0+0 0", "up/error-503", &[]),
];

#[tokio::test(flavor = "multi_thread")]
async fn each_failure_gets_its_reaction() {
    for (route, stream, expected, target, tried) in REACTIONS {
        let world = world("[budget]\nday = \"1 USD\"\n").await;
        let reply = Reply::of(world.post(CHAT, &ask(route, stream))).await;
        let fact = world.fact(reply.id()).await;
        let seen = attempts(&fact);
        assert_eq!(line(&fact), expected, "{route}: {seen:?}");
        assert_eq!(reply.header("x-countersign-target"), target, "{route}");
        let answered = fact.target.as_ref().map(|target| format!("{}/{}", target.provider, target.model));
        assert_eq!(answered.as_deref(), Some(target), "{route}");
        assert_eq!(seen.len(), tried.len(), "{route}: {seen:?}");
        for (seen, tried) in seen.iter().zip(tried) {
            let tried = tried.replace("KEY", "with env:UP_KEY").replace(" 0;", " after 0 ms;");
            assert!(seen.starts_with(&tried), "{route}: {seen}");
        }
        world.until_quiet().await;
        let standing = world.gateway.standing(&[day()])[0];
        assert_eq!((standing.reserved, standing.settled), (NanoUsd::ZERO, fact.cost), "{route}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_failed_attempt_may_cost_stands_under_the_target_it_went_to() {
    for (route, gone, why) in [
        ("impatient", "up/hang", "nothing came for 1 s (first byte)"),
        ("closes", "up/close-at-once", "the connection broke"),
    ] {
        let world = world("").await;
        let reply = Reply::of(world.post(CHAT, &ask(route, false))).await;
        let fact = world.fact(reply.id()).await;
        let [attempt] = fact.abandoned.as_slice() else { panic!("{fact:?}") };
        let target = format!("{}/{}", attempt.target.provider, attempt.target.model);
        assert_eq!((target.as_str(), attempt.cost.nano()), (gone, 26_000));
        assert!(attempt.why.starts_with(why), "{}", attempt.why);
        assert!(!fact.price_estimated, "the price of what was answered is known");
        let spent = async |by| {
            let (from, to) = (fact.started, fact.started.plus_ms(1));
            let rows = world.ledger.spend(&SpendQuery { by, from, to, workflow: None }).await.unwrap();
            let line = |row: &SpendRow| {
                let (cost, estimated) = (row.cost.nano(), row.estimated_cost.nano());
                format!("{}: {} for {cost}, {estimated} estimated", row.key, row.calls)
            };
            rows.iter().map(line).collect::<Vec<_>>()
        };
        let lost = format!("{gone}: 0 for 26000, 26000 estimated");
        assert_eq!(spent(SpendBy::Model).await, [lost, "up/cheap: 1 for 25000, 0 estimated".into()]);
        assert_eq!(spent(SpendBy::Workflow).await, ["w: 1 for 51000, 26000 estimated"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_was_declined_costs_nothing_anywhere() {
    let world = world("").await;
    let reply = Reply::of(world.post(CHAT, &ask("overloaded", false))).await;
    assert_eq!(world.fact(reply.id()).await.abandoned, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_fails_before_its_content_is_answered_in_either_dialect() {
    let world = world("").await;
    let reply = Reply::of(world.post(MESSAGES, &ask("early-messages", true))).await;
    assert_eq!(reply.header("x-countersign-target"), "upa/cheap");
    assert!(
        reply.text().contains("message_stop") && !reply.text().contains("overloaded"),
        "{}",
        reply.text()
    );
    let fact = world.fact(reply.id()).await;
    assert_eq!(
        line(&fact),
        "ok 200 - reported 11+7 38000",
        "the input that the first one reported, and the answer"
    );
    let tried = "upa/error-before-content with env:UP_KEY: overloaded_error inside the stream after 0 ms; next target";
    assert_eq!(attempts(&fact), [tried]);
    let streams = [("up/error-before-content", "server_error"), ("up/error-in-200-stream", "it broke")];
    for (model, said) in streams {
        let reply = Reply::of(world.post(CHAT, &ask(model, true))).await;
        assert!(reply.status == 200 && reply.text().contains(said), "{model}: {}", reply.text());
        assert_eq!(attempts(&world.fact(reply.id()).await), [""; 0], "{model}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_can_not_take_the_call_is_passed_over() {
    let world = world("").await;
    let mut body = ask("foreign", false);
    body["n"] = json!(2); // which the other dialect has no words for
    let reply = Reply::of(world.post(CHAT, &body)).await;
    assert_eq!((reply.status, reply.header("x-countersign-target")), (200, "up/cheap"), "{}", reply.text());
    let fact = world.fact(reply.id()).await;
    assert!(attempts(&fact)[0].starts_with("upa/ok") && attempts(&fact)[0].ends_with("next target"));
    assert!(!fact.changes.iter().any(|change| change.contains("→ ok")), "{:?}", fact.changes);

    body["model"] = json!("last-foreign");
    let reply = Reply::of(world.post(CHAT, &body)).await;
    assert_eq!(
        (reply.status, reply.header("x-countersign-target")),
        (503, "up/error-503"),
        "{}",
        reply.text()
    );
    let alone = json!({"model": "upa/ok", "n": 2, "messages": [{"role": "user", "content": "x"}]});
    let reply = Reply::of(world.post(CHAT, &alone)).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "CS-0220"), "{}", reply.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_provider_may_have_done_is_not_done_twice() {
    let world = world("").await;
    let acts = json!([{"type": "mcp", "server_label": "mail", "server_url": "https://mail.example"}]);
    for (model, status) in [("hiccup", 500), ("closes", 502)] {
        let body = json!({"model": model, "input": "x", "tools": acts});
        let before = world.upstream.count();
        let reply = Reply::of(world.post("/v1/responses", &body)).await;
        assert_eq!((reply.status, world.upstream.count() - before), (status, 1), "{model}: {}", reply.text());
    }
    let before = world.upstream.count();
    let reply = Reply::of(world.post(CHAT, &ask("proxy", false))).await;
    assert_eq!(
        (reply.status, world.upstream.count() - before),
        (504, 1),
        "a proxy gave up, the model may not have"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_to_fallback_reaches_the_next_attempt() {
    let world = world("").await;
    let (reply, ()) = tokio::join!(Reply::of(world.post(CHAT, &ask("waits", false))), async {
        while !world.gateway.lanes().iter().any(|lane| lane.resting.is_some()) {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        world.throw("workflow/w", State::Fallback);
    });
    assert_eq!((reply.status, world.upstream.count()), (429, 1), "the route has no fallback to go on with");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_breaker_opens_is_passed_over_and_lets_one_probe_through() {
    let world = world("").await;
    for n in 0..5 {
        let reply = Reply::of(world.post(CHAT, &ask("overloaded", false))).await;
        assert_eq!(attempts(&world.fact(reply.id()).await).len(), 1, "call {n}");
    }
    assert_eq!(world.upstream.count(), 10);
    let reply = Reply::of(world.post(CHAT, &ask("overloaded", false))).await;
    let fact = world.fact(reply.id()).await;
    assert_eq!((world.upstream.count(), attempts(&fact).len()), (11, 0), "it is passed over");
    let route = fact.controls.iter().find(|control| control.name == "route").unwrap();
    assert!(
        route.why.contains("passed over up/error-529 with env:UP_KEY: its breaker is open (529"),
        "{}",
        route.why
    );
    let transition = &world.gateway.transitions()[0];
    assert_eq!((transition.from, transition.to), ("closed", "open"));
    assert_eq!(transition.why, "capacity: 529 api_error/scripted_529");
    world.clock.advance(Duration::from_secs(6));
    let replies = join_all((0..20).map(|_| Reply::of(world.post(CHAT, &ask("overloaded", false))))).await;
    assert!(replies.iter().all(|reply| reply.status == 200));
    assert_eq!(world.upstream.count(), 11 + 20 + 1, "twenty answers and one probe");
    let lane = world.gateway.lanes().into_iter().find(|lane| lane.lane.model == "error-529").unwrap();
    assert_eq!(lane.position.as_str(), "open", "for twice as long");
    let alone = Reply::of(world.post(CHAT, &ask("alone", false))).await;
    assert_eq!(alone.status, 529, "where no lane is ready, the least bad is tried");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_whose_caller_leaves_gives_its_place_to_the_next() {
    let world = world("").await;
    join_all((0..5).map(|_| Reply::of(world.post(CHAT, &ask("silent", false))))).await;
    let lane = || world.gateway.lanes().into_iter().find(|lane| lane.lane.model == "hang").unwrap();
    let until = async |position: &str| {
        while lane().position.as_str() != position {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    assert_eq!(lane().position.as_str(), "open", "silence is an illness");
    world.clock.advance(Duration::from_secs(6));
    let call = world.post(CHAT, &ask("silent", false)).send();
    tokio::select! {
        _ = call => panic!("it hangs"),
        () = until("half-open") => {}
    }
    until("open").await;
    assert_eq!(lane().resting, None, "the next call may probe");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_after_is_honoured_until_it_is_over() {
    let world = world("").await;
    Reply::of(world.post(CHAT, &ask("limited", false))).await;
    assert_eq!(world.upstream.count(), 2);
    Reply::of(world.post(CHAT, &ask("limited", false))).await;
    assert_eq!(world.upstream.count(), 3, "its quota is known to be used up");
    world.clock.advance(Duration::from_secs(3));
    Reply::of(world.post(CHAT, &ask("limited", false))).await;
    assert_eq!(world.upstream.count(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_failures_does_not_become_a_storm_of_retries() {
    let world = world("").await;
    let replies = join_all((0..100).map(|_| Reply::of(world.post(CHAT, &ask("alone", false))))).await;
    assert!(replies.iter().all(|reply| reply.status == 529));
    let retries = world.upstream.count() - 100;
    assert!((1..=20).contains(&retries), "{retries} retries of 100 calls");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_credential_gives_way_to_the_next_and_is_left_alone() {
    let world = world("").await;
    for n in 0..12 {
        let request = world.post(CHAT, &ask("keys/needs-good-key", n % 2 == 0));
        let reply = Reply::of(request.header("x-countersign-run", format!("run-{n}"))).await;
        assert_eq!(reply.status, 200, "run {n}: {}", reply.text());
        world.fact(reply.id()).await;
    }
    let refused = world
        .upstream
        .requests()
        .iter()
        .filter(|r| r.header("authorization") == Some("Bearer sk-bad"))
        .count();
    assert_eq!(refused, 1, "the first refusal was enough");
    assert_eq!(world.upstream.count(), 13);
    let states: Vec<_> =
        world.gateway.lanes().iter().map(|l| (l.lane.to_string(), l.position.as_str())).collect();
    let expected = [
        ("keys/needs-good-key with env:BAD_KEY", "open"),
        ("keys/needs-good-key with env:GOOD_KEY", "closed"),
    ];
    assert_eq!(states, expected.map(|(lane, state)| (lane.to_owned(), state)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_of_a_quota_is_read_from_the_headers() {
    let world = world("").await;
    Reply::of(world.post(CHAT, &ask("up/odd-headers", false))).await;
    assert_eq!(world.gateway.lanes()[0].quota.left(Allowance::Requests).remaining, Some(41));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_does_not_fit_the_budget_is_passed_over() {
    // Fifty tokens at `up` hold 126,000 at most, at `sparse` ten times as much.
    let world = world("[budget]\nday = \"0.0005 USD\"\n").await;
    let reply = Reply::of(world.post(CHAT, &ask("dear", false))).await;
    let fact = world.fact(reply.id()).await;
    let seen = attempts(&fact);
    assert_eq!(line(&fact), "ok 200 - reported 11+7 25000", "{seen:?}");
    assert!(
        seen.iter().any(|line| line.starts_with("sparse/listed is passed over: the budget of")),
        "{seen:?}"
    );
    assert_eq!(reply.header("x-countersign-target"), "up/cheap");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_are_tried_again_never_overspend_together() {
    // Each call loses 26,000 at the target that breaks, and costs 25,000 at the next.
    let world = world("[budget]\nday = \"0.001 USD\"\n").await;
    let limit = NanoUsd::from_nano(1_000_000);
    for wave in 0..2 {
        let calls = (0..60).map(|n| Reply::of(world.post(CHAT, &ask("closes", n % 2 == 0))));
        for reply in join_all(calls).await {
            assert!(matches!(reply.status, 200 | 402 | 502), "{}", reply.text());
        }
        world.until_quiet().await;
        let standing = world.gateway.standing(&[day()])[0];
        assert!(domain::invariants::within_budget(standing, limit), "wave {wave}: {standing:?}");
        assert!(standing.reserved == NanoUsd::ZERO && standing.settled > NanoUsd::ZERO, "{standing:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_goes_by_its_own_route() {
    let world = world("[routes.steps]\n\"sum*\" = \"economy\"\n").await;
    for (step, target) in [("summarise", "up/cheap"), ("plan", "up/ok")] {
        let request = world.post(CHAT, &ask("standard", false)).header("x-countersign-step", step);
        assert_eq!(Reply::of(request).await.header("x-countersign-target"), target, "{step}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_ends_the_wait_for_a_retry() {
    let world = world("").await;
    let body = ask("waits", false);
    let (reply, ()) = tokio::join!(Reply::of(world.post(CHAT, &body)), async {
        while !world.gateway.lanes().iter().any(|lane| lane.resting.is_some()) {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        world.throw("provider/up", State::Off);
    });
    assert_eq!((reply.status, reply.code().as_str()), (503, "CS-0301"));
    assert_eq!(world.upstream.count(), 1);
    assert_eq!(line(&world.fact(reply.id()).await), "cut 503 CS-0301 reported 0+0 0");
}
