//! What a ledger does while all is well.

use std::time::Duration;

use domain::NanoUsd;
use domain::abandoned::Abandoned;
use domain::cache::{CacheUse, Hit};
use domain::guarded::{Deed, Direction, Guard, Guarded};
use domain::holder::Holder;
use domain::ids::{PersonId, PodId, PromptId, ProviderId, RunId};
use domain::inference::{Fact, Opened, PriceLine, Status, Target};
use domain::prompt::PromptUse;
use domain::time::{DAY_MS, Window};
use domain::usage::UsageSource;
use ledger::{Ended, GuardQuery, Ledger, RunFilter, SeriesQuery, SpendBy, SpendQuery, Step};

use crate::make::{NOW, Place, at, call, calls, fact, holds, id, key, opened, refused, settle, workflow};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_conforms() {
    conforms(Place::sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_conforms() {
    conforms(Place::postgres).await;
}

async fn conforms(place: fn() -> Place) {
    let here = place();
    let (ledger, recovery) = here.open("first").await;
    assert_eq!(recovery, ledger::Recovery::default());
    what_is_recorded_can_be_read(&ledger).await;
    money_adds_up_by_everything(&ledger).await;
    runs_are_paged_and_filtered(&ledger).await;
    calls_are_drawn_over_time(&ledger).await;
    budgets_are_restored(&ledger).await;
    ledger.shutdown().await;
    assert!(ledger.record(fact(1)).await.is_err(), "a closed ledger takes nothing");
    many_facts_equal_their_sums(&place()).await;
    an_unended_call_is_charged_at_the_next_start(&place()).await;
    the_same_fact_twice_counts_once(&place()).await;
    errors_of_every_kind_are_found_together(&place()).await;
    durations_of_days_are_merged(&place()).await;
    units_of_work_are_bounded(&place()).await;
    what_guards_did_adds_up(&place()).await;
    names_of_tools_are_bounded(&place()).await;
    caches_and_prompts_are_added_up(&place()).await;
    what_was_given_up_stands_under_its_own_target(&place()).await;
}

/// Twenty calls of two workflows, one refused, one failed, one estimated and simulated.
async fn what_is_recorded_can_be_read(ledger: &Ledger) {
    let mut changed = ledger.subscribe();
    let before = *changed.borrow_and_update();
    for number in 0..17 {
        call(ledger, "first", number).await;
    }
    ledger.record(refused(17)).await.unwrap();
    ledger.opened(opened(18, "first")).await.unwrap();
    ledger.record(Fact { status: Status::Failed, ..fact(18) }).await.unwrap();
    ledger.opened(opened(19, "first")).await.unwrap();
    settle(ledger).await;
    assert_eq!(ledger.open_calls().await.unwrap(), [opened(19, "first")]);
    let last = Fact { simulated: true, usage_source: UsageSource::Estimated, ..fact(19) };
    ledger.record(last.clone()).await.unwrap();
    holds(ledger, 20).await;
    assert!(*changed.borrow_and_update() > before);
    assert_eq!(ledger.open_calls().await.unwrap(), []);
    assert_eq!(ledger.inference(id(19)).await.unwrap(), Some(last));
    assert_eq!(ledger.inference(id(999)).await.unwrap(), None);
    let run = RunId::from_caller("run-000001").unwrap();
    let numbers: Vec<_> = ledger.run(&run).await.unwrap().iter().map(|fact| fact.id).collect();
    assert_eq!(numbers, (10..20).map(id).collect::<Vec<_>>());
    assert_eq!(
        ledger.run_tally(&workflow("sql"), &run).await.unwrap().map(|tally| tally.0),
        Some(4),
        "but the refused"
    );
    assert_eq!(ledger.run_tally(&workflow("other"), &run).await.unwrap(), None);
}

async fn money_adds_up_by_everything(ledger: &Ledger) {
    let total: NanoUsd = (0..20).filter(|number| *number != 17).map(|number| fact(number).cost).sum();
    let query = |by| SpendQuery { by, from: at("2026-03-15"), to: at("2026-03-16"), workflow: None };
    for by in SpendBy::ALL {
        let rows = ledger.spend(&query(by)).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.cost).sum::<NanoUsd>(), total, "{by:?}");
        assert_eq!(rows.iter().map(|row| row.calls).sum::<u64>(), 20, "{by:?}");
        assert_eq!(rows.iter().map(|row| row.refused + row.errors).sum::<u64>(), 2, "{by:?}");
        assert_eq!(rows.iter().map(|row| row.input_tokens).sum::<u64>(), 190, "{by:?}");
        assert_eq!(rows.iter().map(|row| row.simulated_cost).sum::<NanoUsd>(), fact(19).cost, "{by:?}");
        assert_eq!(rows.iter().map(|row| row.estimated_cost).sum::<NanoUsd>(), fact(19).cost, "{by:?}");
        assert!(by == SpendBy::Day || rows.is_sorted_by(|a, b| a.cost >= b.cost), "{by:?}");
    }
    let keys = |rows: Vec<ledger::SpendRow>| {
        rows.into_iter().map(|row| row.key).collect::<std::collections::BTreeSet<_>>()
    };
    let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    assert_eq!(keys(ledger.spend(&query(SpendBy::Day)).await.unwrap()), names(&["2026-03-15"]));
    assert_eq!(
        keys(ledger.spend(&query(SpendBy::Model)).await.unwrap()),
        names(&["/", "openai/gpt-4.1", "openai/gpt-4o"])
    );
    assert!(keys(ledger.spend(&query(SpendBy::Key)).await.unwrap()).contains(&key(1).to_string()));
    let one = SpendQuery { workflow: Some(workflow("sql")), ..query(SpendBy::Owner) };
    assert_eq!(keys(ledger.spend(&one).await.unwrap()), names(&["tom"]));
    let later = SpendQuery { from: at("2026-03-16"), to: at("2026-04-01"), ..query(SpendBy::Workflow) };
    assert_eq!(ledger.spend(&later).await.unwrap(), []);
}

/// A miss of one prompt, two hits of another version of it, and a call of neither.
async fn caches_and_prompts_are_added_up(place: &Place) {
    let (ledger, _) = place.open("first").await;
    let prompt = |version: &str, label: &str| {
        let label = (!label.is_empty()).then(|| label.to_owned());
        let name = PromptId::new("reply").unwrap();
        Some(Box::new(PromptUse { name, version: version.to_owned(), label }))
    };
    let hit = Hit { from: id(1), age_ms: 5, saved: NanoUsd::from_nano(700) };
    let free = |number| Fact { cost: NanoUsd::ZERO, price: Vec::new(), ..fact(number) };
    for made in [
        Fact { cache: Some(CacheUse::Miss), prompt: prompt("aaaaaaaaaaaa", "1"), ..fact(1) },
        Fact { cache: Some(CacheUse::Hit(hit)), prompt: prompt("bbbbbbbbbbbb", ""), ..free(2) },
        Fact {
            cache: Some(CacheUse::Hit(hit)),
            prompt: prompt("bbbbbbbbbbbb", ""),
            started: at("2026-03-16T08:00:00Z"),
            ..free(3)
        },
        fact(4),
    ] {
        ledger.record(made.clone()).await.unwrap();
        settle(&ledger).await;
        assert_eq!(ledger.inference(made.id).await.unwrap(), Some(made));
    }
    let query = |by| SpendQuery { by, from: at("2026-03-15"), to: at("2026-03-17"), workflow: None };
    for by in [SpendBy::Workflow, SpendBy::Model, SpendBy::Day, SpendBy::Key, SpendBy::Unit] {
        let rows = ledger.spend(&query(by)).await.unwrap();
        let sum = |of: fn(&ledger::SpendRow) -> u64| rows.iter().map(of).sum::<u64>();
        assert_eq!((sum(|row| row.cache_lookups), sum(|row| row.cache_hits)), (3, 2), "{by:?}");
        assert_eq!(rows.iter().map(|row| row.saved_cost.nano()).sum::<i64>(), 1_400, "{by:?}");
    }
    let period = (at("2026-03-15"), at("2026-03-17"));
    let rows = ledger.prompts(period, "reply").await.unwrap();
    let lines: Vec<_> = rows
        .iter()
        .map(|row| format!("{} {:?} {} {}", row.spend.key, row.label, row.spend.calls, row.spend.cache_hits))
        .collect();
    assert_eq!(lines, [r#"reply@bbbbbbbbbbbb "" 2 2"#, r#"reply@aaaaaaaaaaaa "1" 1 0"#]);
    assert_eq!((rows[0].first, rows[0].last), (at("2026-03-15"), at("2026-03-16")));
    assert_eq!(ledger.prompts(period, "").await.unwrap(), rows);
    assert_eq!(ledger.prompts(period, "other").await.unwrap(), []);
    assert_eq!(ledger.verify().await.unwrap(), Vec::<String>::new());
    ledger.shutdown().await;
}

/// Calls that were answered after attempts at another provider, and one that was lost meanwhile.
async fn what_was_given_up_stands_under_its_own_target(place: &Place) {
    let (ledger, _) = place.open("first").await;
    let made = [fell_back(2, &[300]), fell_back(4, &[200, 100]), fact(6)];
    for fact in &made {
        ledger.record(fact.clone()).await.unwrap();
    }
    ledger.opened(opened(8, "first")).await.unwrap();
    ledger.reopened(Opened { abandoned: vec![given_up(50)], ..opened(8, "first") }).await.unwrap();
    settle(&ledger).await;
    assert_eq!(ledger.inference(made[0].id).await.unwrap().as_ref(), Some(&made[0]));
    ledger.shutdown().await;
    let (ledger, _) = place.open("second").await;
    holds(&ledger, 4).await;
    let lost = opened(8, "first").reserved;
    let whole = made.iter().map(|fact| fact.cost).sum::<NanoUsd>() + lost;
    let query = |by| SpendQuery { by, from: at("2026-03-15"), to: at("2026-03-16"), workflow: None };
    for by in SpendBy::ALL {
        let rows = ledger.spend(&query(by)).await.unwrap();
        let sum = |of: fn(&ledger::SpendRow) -> NanoUsd| rows.iter().map(of).sum::<NanoUsd>();
        assert_eq!(sum(|row| row.cost), whole, "{by:?}");
        assert_eq!(sum(|row| row.estimated_cost), lost + NanoUsd::from_nano(600), "{by:?}");
        assert_eq!(rows.iter().map(|row| row.calls).sum::<u64>(), 4, "{by:?}");
    }
    let rows = ledger.spend(&query(SpendBy::Model)).await.unwrap();
    let gone = rows.iter().find(|row| row.key == "slow/gone").unwrap();
    assert_eq!((gone.calls, gone.cost.nano(), gone.estimated_cost.nano()), (0, 650, 650));
    let answered = rows.iter().find(|row| row.key == "openai/gpt-4o").unwrap();
    assert_eq!((answered.calls, answered.cost), (4, whole - gone.cost));
    let providers = ledger.spend(&query(SpendBy::Provider)).await.unwrap();
    assert!(providers.iter().any(|row| row.key == "slow" && row.cost.nano() == 650), "{providers:?}");
    ledger.shutdown().await;
}

fn given_up(nano: i64) -> Abandoned {
    let provider = ProviderId::new("slow").unwrap();
    let target = Target { route: None, provider, model: "gone".into() };
    Abandoned { target, why: "timeout".into(), cost: NanoUsd::from_nano(nano), simulated: false }
}

/// A call that was answered after attempts that may cost `lost`.
fn fell_back(number: u32, lost: &[i64]) -> Fact {
    let mut fact = fact(number);
    fact.abandoned = lost.iter().map(|nano| given_up(*nano)).collect();
    for attempt in &fact.abandoned {
        let line = PriceLine { cost: attempt.cost, ..fact.price[0].clone() };
        fact.price.push(line.abandoned());
        fact.cost += attempt.cost;
    }
    fact
}

async fn runs_are_paged_and_filtered(ledger: &Ledger) {
    let all = ledger.runs(&RunFilter::default(), None, 50).await.unwrap();
    assert_eq!((all.items.len(), all.next), (4, None), "two runs of two workflows");
    assert!(all.items.is_sorted_by(|a, b| a.began >= b.began));
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = ledger.runs(&RunFilter::default(), cursor, 1).await.unwrap();
        seen.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, all.items, "page by page the same as at once");
    let count = async |filter: RunFilter| ledger.runs(&filter, None, 50).await.unwrap().items.len();
    let any = RunFilter::default;
    assert_eq!(count(RunFilter { workflow: Some(workflow("sql")), ..any() }).await, 2);
    assert_eq!(count(RunFilter { owner: Some(PersonId::new("maya").unwrap()), ..any() }).await, 2);
    assert_eq!(count(RunFilter { model: Some("openai/gpt-4.1".into()), ..any() }).await, 2);
    assert_eq!(count(RunFilter { ended: Some(Ended::As(Status::Failed)), ..any() }).await, 1);
    assert_eq!(count(RunFilter { ended: Some(Ended::As(Status::Lost)), ..any() }).await, 0);
    assert_eq!(
        count(RunFilter { ended: Some(Ended::As(Status::Ok)), workflow: Some(workflow("sql")), ..any() })
            .await,
        2
    );
    assert_eq!(count(RunFilter { ended: Some(Ended::InError), ..any() }).await, 1);
    assert_eq!(
        count(RunFilter { ended: Some(Ended::InError), workflow: Some(workflow("sql")), ..any() }).await,
        0
    );
    assert_eq!(count(RunFilter { ended: Some(Ended::InError), text: Some("run-".into()), ..any() }).await, 1);
    assert_eq!(count(RunFilter { min_cost: Some(NanoUsd::from_nano(5_000)), ..any() }).await, 3);
    assert_eq!(count(RunFilter { from: Some(at("2026-03-15T12:00:00.005Z")), ..any() }).await, 2);
    assert_eq!(count(RunFilter { to: Some(at("2026-03-15T12:00:00.005Z")), ..any() }).await, 2);
    assert_eq!(count(RunFilter { text: Some("run-000001".into()), ..any() }).await, 2);
    assert_eq!(
        count(RunFilter { text: Some("run-00000".into()), workflow: Some(workflow("sql")), ..any() }).await,
        2
    );
    assert_eq!(count(RunFilter { text: Some("xyz".into()), ..any() }).await, 0);
}

async fn calls_are_drawn_over_time(ledger: &Ledger) {
    for (step, points) in [(Step::Minute, 120), (Step::Hour, 2), (Step::Day, 1)] {
        let query = |name: Option<&str>| SeriesQuery {
            from: at("2026-03-15T11:00:00Z"),
            to: at("2026-03-15T13:00:00Z"),
            step,
            workflow: name.map(workflow),
        };
        let all = ledger.series(&query(None)).await.unwrap();
        assert_eq!(all.len(), points, "{step:?}");
        let busy: Vec<_> = all.iter().filter(|point| point.calls > 0).collect();
        assert_eq!(busy.len(), 1, "{step:?}");
        assert_eq!((busy[0].calls, busy[0].errors, busy[0].refused), (20, 1, 1), "{step:?}");
        assert_eq!((busy[0].p50_ms, busy[0].p95_ms), (Some(9), Some(18)), "{step:?}");
        let one: u64 =
            ledger.series(&query(Some("sql"))).await.unwrap().iter().map(|point| point.calls).sum();
        assert_eq!(one, 10, "{step:?}");
    }
}

/// Days on which calls took longer and longer: merged, they are as one day with all of them.
async fn durations_of_days_are_merged(place: &Place) {
    let (ledger, _) = place.open("first").await;
    let mut longest = 0;
    for number in 0..90 {
        let day = at("2026-03-01").plus_ms(i64::from(number % 30) * domain::time::DAY_MS);
        longest = 100 + i64::from(number % 30) * 10;
        ledger.record(Fact { started: day, duration_ms: longest, ..fact(number * 2) }).await.unwrap();
    }
    ledger
        .record(Fact { started: at("2026-03-02"), duration_ms: 9_000_000, ..refused(1_000) })
        .await
        .unwrap();
    settle(&ledger).await;
    let over = async |from: &str, to: &str, name: Option<&str>| {
        let workflow = name.map(workflow);
        ledger.durations((at(from), at(to)), workflow.as_ref()).await.unwrap()
    };
    let within = |found: Option<i64>, exact: i64| {
        let found = found.unwrap();
        assert!((found - exact).abs() * 16 <= exact, "{found} for {exact}");
    };
    for name in [None, Some("support")] {
        let month = over("2026-03-01", "2026-04-01", name).await;
        assert_eq!(month.calls, 90, "{name:?}: refused calls took no time");
        within(month.p50_ms, 240);
        within(month.p95_ms, 380);
        let week = over("2026-03-24T15:00:00Z", "2026-03-31", name).await;
        assert_eq!(week.calls, 21, "{name:?}: the whole first day counts");
        within(week.p95_ms, longest);
    }
    assert_eq!(over("2026-05-01", "2026-06-01", None).await, ledger::Durations::default());
    assert_eq!(over("2026-03-01", "2026-04-01", Some("nobody")).await, ledger::Durations::default());
    ledger.shutdown().await;
}

async fn budgets_are_restored(ledger: &Ledger) {
    let now = at("2026-03-15T23:00:00Z");
    let total: NanoUsd = (0..20).filter(|number| *number != 17).map(|number| fact(number).cost).sum();
    let day = at("2026-03-15");
    assert_eq!(ledger.settled(&Holder::Organisation, Window::Day, day).await.unwrap(), total);
    assert_eq!(
        ledger
            .settled(&Holder::Pod(PodId::new("desk").unwrap()), Window::Month, at("2026-03-01"))
            .await
            .unwrap(),
        total
    );
    assert_eq!(
        ledger.settled(&Holder::Organisation, Window::Day, at("2026-03-14")).await.unwrap(),
        NanoUsd::ZERO
    );
    let all = ledger.settled_all(now).await.unwrap();
    assert_eq!(
        all.len(),
        2 * (1 + 1 + 2 + 3),
        "an organisation, a pod, two workflows, three keys; day and month"
    );
    for (holder, window, start, settled) in all {
        assert_eq!(ledger.settled(&holder, window, start).await.unwrap(), settled);
        assert_eq!(start, window.start(now));
    }
    let next_month = ledger.settled_all(at("2026-04-01")).await.unwrap();
    assert_eq!(next_month, []);
}

async fn many_facts_equal_their_sums(place: &Place) {
    let (ledger, _) = place.open("first").await;
    calls(&ledger, "first", 0..10_000).await;
    holds(&ledger, 10_000).await;
    assert_eq!(ledger.open_calls().await.unwrap(), []);
    let tally = ledger.run_tally(&workflow("sql"), &RunId::from_caller("run-000500").unwrap()).await.unwrap();
    assert_eq!(tally.map(|tally| tally.0), Some(5));
    let health = ledger.health();
    assert!(health.accepting && health.spooled_records == 0 && health.oldest.is_none(), "{health:?}");
    ledger.shutdown().await;
    let (again, recovery) = place.open("second").await;
    assert_eq!((recovery.replayed, recovery.lost, recovery.torn_bytes), (0, 0, 0));
    calls(&again, "second", 10_000..10_300).await;
    holds(&again, 10_300).await;
    again.shutdown().await;
}

async fn an_unended_call_is_charged_at_the_next_start(place: &Place) {
    let (ledger, _) = place.open("first").await;
    ledger.opened(opened(1, "first")).await.unwrap();
    ledger.opened(opened(2, "first")).await.unwrap();
    ledger.record(fact(2)).await.unwrap();
    ledger.opened(opened(3, "first")).await.unwrap();
    settle(&ledger).await;
    let dearer = |number| Opened { reserved: NanoUsd::from_nano(99_000), ..opened(number, "first") };
    ledger.reopened(opened(1, "first")).await.unwrap();
    ledger.reopened(dearer(1)).await.unwrap();
    ledger.reopened(dearer(3)).await.unwrap();
    ledger.record(fact(3)).await.unwrap();
    settle(&ledger).await;
    ledger.shutdown().await;
    let (again, recovery) = place.open("second").await;
    assert_eq!(recovery.lost, 1);
    let lost = again.inference(id(1)).await.unwrap().unwrap();
    assert_eq!((lost.status, lost.cost), (Status::Lost, dearer(1).reserved), "as it was last written");
    holds(&again, 3).await;
    again.shutdown().await;
    let (third, recovery) = place.open("third").await;
    assert_eq!(recovery.lost, 0, "it is charged once");
    holds(&third, 3).await;
    third.shutdown().await;
}

async fn the_same_fact_twice_counts_once(place: &Place) {
    let (ledger, _) = place.open("first").await;
    ledger.record(fact(1)).await.unwrap();
    ledger.record(fact(1)).await.unwrap();
    settle(&ledger).await;
    ledger.record(fact(1)).await.unwrap();
    ledger.record(fact(2)).await.unwrap();
    ledger.opened(opened(1, "first")).await.unwrap();
    ledger.record(fact(1)).await.unwrap();
    holds(&ledger, 2).await;
    ledger.shutdown().await;
}

/// Runs with a call that failed in every way there is, in turn, most of them well again by their last
/// call: found together, newest first, page by page.
async fn errors_of_every_kind_are_found_together(place: &Place) {
    let (ledger, _) = place.open("first").await;
    for number in 0..70 {
        let status = Status::ALL[usize::try_from(number).unwrap() % Status::ALL.len()];
        let mut failing = Fact { status, ..fact(number * 2) };
        failing.attribution.run = RunId::from_caller(&format!("run {number}")).unwrap();
        let mut after = Fact { status: Status::Ok, ..fact(number * 2 + 1) };
        after.attribution = failing.attribution.clone();
        ledger.record(failing).await.unwrap();
        if number % 3 > 0 {
            ledger.record(after).await.unwrap();
        }
    }
    settle(&ledger).await;
    let all = ledger.runs(&RunFilter::default(), None, 100).await.unwrap().items;
    let failed: Vec<_> = all.into_iter().filter(|run| run.errors > 0).collect();
    assert_eq!(failed.len(), 30);
    assert!(failed.iter().any(|run| run.status == Status::Ok), "the last call went well");
    let filter = RunFilter { ended: Some(Ended::InError), ..RunFilter::default() };
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = ledger.runs(&filter, cursor, 7).await.unwrap();
        seen.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, failed, "page by page the same as at once");
    ledger.shutdown().await;
}

async fn units_of_work_are_bounded(place: &Place) {
    let (ledger, _) = place.open("first").await;
    let mut waiting = tokio::task::JoinSet::new();
    for number in 0..1_200 {
        let mut fact = fact(number * 2);
        fact.attribution.unit = Some(format!("unit-{number}"));
        let ledger = ledger.clone();
        waiting.spawn(async move { ledger.record(fact).await.unwrap() });
    }
    waiting.join_all().await;
    holds(&ledger, 1_200).await;
    let query =
        SpendQuery { by: SpendBy::Unit, from: at("2026-03-15"), to: at("2026-03-16"), workflow: None };
    let rows = ledger.spend(&query).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.calls).sum::<u64>(), 1_200);
    assert!(rows.len() <= 1_001, "{}", rows.len());
    assert!(rows.iter().any(|row| row.key == "(other)" && row.calls >= 199));
    ledger.shutdown().await;
}

fn guarded(number: u32, what: &str, deed: Deed, hits: u64) -> Fact {
    let (guard, direction) = match deed {
        Deed::Blocked | Deed::NotOffered => (Guard::Tools, Direction::Response),
        Deed::LetPass | Deed::Masked | Deed::Replaced => (Guard::Redaction, Direction::Request),
    };
    Fact { guarded: vec![Guarded { guard, what: what.into(), direction, deed, hits }], ..fact(number) }
}

async fn guards_of(ledger: &Ledger, only: Option<&str>) -> Vec<String> {
    let query = GuardQuery { from: at("2026-03-15"), to: at("2026-03-16"), workflow: only.map(workflow) };
    let run = |row: &ledger::GuardRow| row.last_run.as_ref().map(ToString::to_string).unwrap_or_default();
    let line = |row: &ledger::GuardRow| {
        let words = [row.workflow.as_str(), row.guard.as_str(), &row.what, row.deed.as_str()].join(" ");
        format!("{words}: {} in {}, {}", row.hits, row.calls, run(row))
    };
    ledger.guards(&query).await.unwrap().iter().map(line).collect()
}

/// Even numbers are of `support`, odd ones of `sql`; ten make a run.
async fn what_guards_did_adds_up(place: &Place) {
    let (ledger, _) = place.open("first").await;
    for (number, what, deed, hits) in [
        (0, "email", Deed::Masked, 3),
        (2, "email", Deed::Masked, 1),
        (12, "email", Deed::Masked, 2),
        (4, "email", Deed::LetPass, 1),
        (1, "shell", Deed::Blocked, 1),
    ] {
        ledger.record(guarded(number, what, deed, hits)).await.unwrap();
    }
    ledger.record(fact(6)).await.unwrap();
    settle(&ledger).await;
    let expected = [
        "support redaction email masked: 6 in 3, run-000001",
        "sql tools shell blocked: 1 in 1, run-000000",
        "support redaction email let_pass: 1 in 1, run-000000",
    ];
    assert_eq!(guards_of(&ledger, None).await, expected);
    assert_eq!(guards_of(&ledger, Some("sql")).await, expected[1..2]);
    let late = Fact { started: at(NOW).plus_ms(-DAY_MS), ..guarded(14, "email", Deed::Masked, 5) };
    ledger.record(late).await.unwrap();
    settle(&ledger).await;
    let query = GuardQuery { from: at("2026-03-14"), to: at("2026-03-16"), workflow: None };
    let days = ledger.guard_days(&query).await.unwrap();
    let days: Vec<_> =
        days.iter().map(|day| (day.day.date().to_string(), day.guard.as_str(), day.hits)).collect();
    let first = ("2026-03-14".to_owned(), "redaction", 5);
    let day = |guard, hits| ("2026-03-15".to_owned(), guard, hits);
    assert_eq!(days, [first, day("redaction", 7), day("tools", 1)]);
    let rows = ledger.guards(&query).await.unwrap();
    assert_eq!((rows[0].hits, rows[0].last_at), (11, at(NOW).plus_ms(12)), "the latest call's run is told");
    assert_eq!(rows[0].last_run, RunId::from_caller("run-000001").ok());
    ledger.shutdown().await;
}

async fn names_of_tools_are_bounded(place: &Place) {
    let (ledger, _) = place.open("first").await;
    for number in 0..250 {
        ledger.record(guarded(number * 2, &format!("tool-{number:03}"), Deed::Blocked, 1)).await.unwrap();
    }
    ledger.record(guarded(1_000, "email", Deed::Masked, 1)).await.unwrap();
    settle(&ledger).await;
    let rows = guards_of(&ledger, None).await;
    assert_eq!(rows.len(), 202, "two hundred tools, the others together, and the email");
    assert!(rows[0].starts_with("support tools (other) blocked: 50 in 50"), "{}", rows[0]);
    ledger.shutdown().await;
}

#[tokio::test]
async fn waiting_for_what_is_there_ends_at_once() {
    let place = Place::sqlite();
    let (ledger, _) = place.open("first").await;
    assert!(ledger.caught_up(Duration::from_secs(5)).await);
    ledger.shutdown().await;
}
