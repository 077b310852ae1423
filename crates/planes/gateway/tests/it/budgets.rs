//! Money: held before a call, charged after it, never more than there is.

use domain::budget::{Account, Standing};
use domain::holder::Holder;
use domain::ids::WorkflowId;
use domain::inference::Status;
use domain::money::NanoUsd;
use domain::time::Window;
use futures_util::future::join_all;
use ledger::{SpendBy, SpendQuery};
use serde_json::json;
use tokio_util::task::TaskTracker;

use crate::reply::{CHAT, Reply, chat, line};
use crate::world::{NOW, Wanted, World};

fn day() -> Account {
    Account::Held(Holder::Workflow(WorkflowId::new("w").unwrap()), Window::Day)
}

fn standing(world: &World) -> Standing {
    world.gateway.standing(&[day()])[0]
}

/// What the ledger has charged the workflow.
async fn charged(world: &World) -> NanoUsd {
    assert!(world.ledger.caught_up(testkit::seconds(5)).await);
    let from = domain::Timestamp::parse(NOW).unwrap();
    let query = SpendQuery {
        by: SpendBy::Workflow,
        from: from.start_of_day(),
        to: from.plus_ms(86_400_000),
        workflow: None,
    };
    world.ledger.spend(&query).await.unwrap().iter().map(|row| row.cost).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_only_others_under_way_keep_out_may_come_back() {
    // One slow call holds all there is, though it will cost a fraction; the model writes 1,000 tokens at most.
    let world =
        World::with(Wanted { workflow: "[budget]\nday = \"0.0021 USD\"\n", ..Wanted::default() }).await;
    let mut slow = chat("slow-first-byte-1500", false);
    slow["max_tokens"] = json!(99_999_999);
    let first = TaskTracker::new().spawn(Reply::of(world.post(CHAT, &slow)));
    while standing(&world).reserved == NanoUsd::ZERO {
        tokio::task::yield_now().await;
    }
    let held = standing(&world).reserved;
    assert!(held.nano() <= 2_100_000, "the model's own limit bounds what is held: {held}");
    let mut second = chat("ok", false);
    second["max_tokens"] = json!(900);
    let refused = Reply::of(world.post(CHAT, &second)).await;
    assert_eq!((refused.status, refused.code().as_str()), (402, "CS-0307"), "{}", refused.text());
    assert!(refused.text().contains("is held: $0.00 charged"), "{}", refused.text());
    assert_eq!((refused.header("retry-after"), refused.header("x-should-retry")), ("2", "true"));
    assert_eq!(first.await.unwrap().status, 200);
    assert_eq!(Reply::of(world.post(CHAT, &second)).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_calls_at_once_never_overspend() {
    // One call costs 25,000 nano-dollars and holds more; the budget has room for about twenty.
    let world =
        World::with(Wanted { workflow: "[budget]\nday = \"0.0005 USD\"\n", ..Wanted::default() }).await;
    let limit = NanoUsd::from_nano(500_000);
    for wave in 0..3 {
        let calls = (0..200).map(|n| {
            let mut body = chat("ok", n % 2 == 0);
            if n % 3 == 0 {
                body["max_tokens"] = json!(50);
            }
            Reply::of(world.post(CHAT, &body))
        });
        let replies = join_all(calls).await;
        for reply in &replies {
            assert!(matches!(reply.status, 200 | 402), "{}", reply.text());
        }
        world.until_quiet().await;
        let now = standing(&world);
        assert!(domain::invariants::within_budget(now, limit), "{now:?}");
        assert_eq!((now.reserved, now.settled), (NanoUsd::ZERO, charged(&world).await), "wave {wave}");
    }
    let mut body = chat("ok", false);
    body["max_tokens"] = json!(16);
    while Reply::of(world.post(CHAT, &body)).await.status == 200 {}
    let now = standing(&world);
    assert!(domain::invariants::within_budget(now, limit), "{now:?}");
    assert!(now.settled > NanoUsd::from_nano(400_000), "most of it can be put to use: {now:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn near_the_end_an_answer_is_shortened_rather_than_refused() {
    let world =
        World::with(Wanted { workflow: "[budget]\nday = \"0.0002 USD\"\n", ..Wanted::default() }).await;
    let mut body = chat("stream-90", false);
    body["max_tokens"] = json!(500);
    let reply = Reply::of(world.post(CHAT, &body)).await;
    let sent = world.upstream.last().json()["max_tokens"].as_u64().unwrap();
    assert!((16..100).contains(&sent), "{sent}");
    let fact = world.fact(reply.id()).await;
    assert!(fact.cost <= fact.reserved && fact.reserved <= NanoUsd::from_nano(200_000), "{fact:?}");
    assert!(fact.changes.iter().any(|c| c.starts_with("output limit: 500 → ")), "{:?}", fact.changes);
    let reply = world.chat("ok", false).await;
    assert_eq!(
        (reply.status, reply.code().as_str(), reply.header("x-should-retry")),
        (402, "CS-0307", "false")
    );
    assert_eq!(reply.json()["error"]["type"], "insufficient_quota");
    assert_eq!(line(&world.fact(reply.id()).await), "refused 402 CS-0307 reported 0+0 0");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_nothing_bounds_gets_a_bound_near_the_end() {
    let world = World::with(Wanted { workflow: "[budget]\nday = \"1 USD\"\n", ..Wanted::default() }).await;
    let mut body = chat("ok", false);
    body["model"] = json!("sparse/listed"); // its price says nothing about the longest answer
    let reply = Reply::of(world.post(CHAT, &body)).await;
    assert_eq!(reply.status, 200);
    assert_eq!(
        world.upstream.last().json()["max_tokens"]
            .as_u64()
            .or(world.upstream.last().json()["max_completion_tokens"].as_u64()),
        Some(4_096)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_bills_more_is_paid_and_closes_the_budget() {
    let world =
        World::with(Wanted { workflow: "[budget]\nday = \"0.003 USD\"\n", ..Wanted::default() }).await;
    let mut body = chat("ignores-max-tokens", false);
    body["max_tokens"] = json!(20);
    let fact = world.fact(Reply::of(world.post(CHAT, &body)).await.id()).await;
    assert_eq!(line(&fact), "ok 200 - reported 11+5000 10011000");
    assert!(fact.cost > fact.reserved);
    assert_eq!(standing(&world).settled, fact.cost);
    assert_eq!(world.chat("ok", false).await.status, 402);
}

#[tokio::test(flavor = "multi_thread")]
async fn marks_are_told_once_and_shown() {
    let mut world = World::with(Wanted {
        workflow: "[budget]\nday = \"0.0002 USD\"\nwarn_at = [10, 25]\n",
        ..Wanted::default()
    })
    .await;
    let mut body = chat("ok", false);
    body["max_tokens"] = json!(20);
    let first = Reply::of(world.post(CHAT, &body)).await;
    let warning = world.warnings.try_recv().unwrap();
    assert_eq!((warning.account, warning.mark, warning.settled.nano()), (day(), 10, 25_000));
    assert!(world.warnings.try_recv().is_err());
    let fact = world.fact(first.id()).await;
    let told = fact.controls.last().unwrap();
    assert_eq!(told.why, "the workflow w this day has passed 10 % of its budget: 0.0025 ¢ of 0.02 ¢");
    Reply::of(world.post(CHAT, &body)).await;
    assert_eq!(world.warnings.try_recv().unwrap().mark, 25);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spent_budget_can_mean_the_economy_route() {
    let world = World::with(Wanted {
        workflow: "[budget]\nday = \"0.0001 USD\"\nat_limit = \"economy\"\n",
        ..Wanted::default()
    })
    .await;
    let mut targets = Vec::new();
    for _ in 0..4 {
        let mut body = chat("ok", false);
        body["max_tokens"] = json!(16);
        let reply = Reply::of(world.post(CHAT, &body)).await;
        targets.push(reply.header("x-countersign-target").to_owned());
        let fact = world.fact(reply.id()).await;
        assert_eq!(fact.status, Status::Ok, "{}", reply.text());
        assert_eq!(
            fact.controls.iter().any(|c| c.why.ends_with("downgraded to the route economy")),
            targets.last().unwrap() == "up/cheap"
        );
    }
    assert_eq!((targets[0].as_str(), targets[3].as_str()), ("up/ok", "up/cheap"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_has_a_budget_of_its_own() {
    let world =
        World::with(Wanted { workflow: "[budget]\nrun = \"0.0001 USD\"\n", ..Wanted::default() }).await;
    let ask = |run: &'static str| {
        let mut body = chat("ok", false);
        body["max_tokens"] = json!(20);
        Reply::of(world.post(CHAT, &body).header("x-countersign-run", run))
    };
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(ask("r1").await.status);
    }
    assert_eq!((statuses[0], statuses[5]), (200, 402), "{statuses:?}");
    assert_eq!(ask("r2").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_comes_to_a_run_under_way_begins_with_what_it_has_used() {
    let (cap, none) = ("[limits]\niterations_per_run = 99\n", "");
    let (budget, spent) = ("[budget]\nrun = \"1 USD\"\n", "[budget]\nrun = \"0.0001 USD\"\n");
    let used_up = "[limits]\niterations_per_run = 6\n";
    let table = [
        ("no limit, then a budget", none, spent, "CS-0307"),
        ("a cap, then a budget", cap, spent, "CS-0307"),
        ("no limit, then a cap", none, used_up, "CS-0306"),
        ("a budget, then a cap", budget, used_up, "CS-0306"),
    ];
    let with = |workflow| Wanted { workflow, ..Wanted::default() };
    for (name, before, then, code) in table {
        let world = World::with(with(before)).await;
        let ask = |model: &str, run: &'static str| {
            Reply::of(world.post(CHAT, &chat(model, false)).header("x-countersign-run", run))
        };
        let slow = TaskTracker::new().spawn(ask("slow-first-byte-800", "r"));
        while world.upstream.count() == 0 {
            tokio::task::yield_now().await;
        }
        for _ in 0..5 {
            assert_eq!(ask("ok", "r").await.status, 200, "{name}");
        }
        world.reload(&with(then));
        // Five calls are counted by now, or six: the slow one may have ended.
        assert_eq!(slow.await.unwrap().status, 200, "{name}");
        let reply = ask("ok", "r").await;
        assert_eq!(reply.code(), code, "{name}: {}", reply.text());
        assert_eq!(ask("ok", "another").await.status, 200, "{name}");
    }
}
