//! What clients report is counted once, and never beside the gateway's own record of it.

use std::time::Duration;

use domain::cache::{CacheUse, Hit};
use domain::ids::{KeyId, PersonId, PodId, RunId};
use domain::inference::Fact;
use domain::money::{NanoUsd, PerMillion};
use domain::telemetry::settle::Sums;
use domain::telemetry::{
    Call, Client, Family, Growth, Identity, Intake, MOST_SUM, Measure, Observation, Pricing, Reading, Source,
};
use domain::time::DAY_MS;
use domain::usage::Usage;
use ledger::{Ledger, NotTaken, TelemetryQuery, TelemetryRow};

use crate::make::{NOW, Place, at, fact, settle, workflow};

fn identity(number: u32) -> Identity {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    Identity(bytes)
}

/// Post `number` of the workflow `support`.
pub(crate) fn intake(number: u32, observations: Vec<Observation>) -> Intake {
    Intake {
        id: identity(1_000_000 + number),
        at: at(NOW),
        workflow: workflow("support"),
        owner: PersonId::new("maya").unwrap(),
        pod: PodId::new("desk").unwrap(),
        key: KeyId::new(at(NOW), [9; 10]),
        source: Source { client: Client::ClaudeCode, service: "claude-code".into(), person: "tom".into() },
        version: "2.1".into(),
        records: 3,
        refused: 1,
        observations,
    }
}

pub(crate) fn call(number: u32, marks: &[&str]) -> Observation {
    Observation::Call(Call {
        id: identity(number),
        at: at(NOW),
        session: "s-1".into(),
        family: Family::Events,
        seller: "anthropic".into(),
        model: "m".into(),
        usage: Usage { input: 11, output: 20, ..Usage::default() },
        claimed: Some(NanoUsd::from_nano(700)),
        marks: marks.iter().map(|mark| (*mark).to_owned()).collect(),
        price: NanoUsd::from_nano(500),
        pricing: Pricing::Listed,
    })
}

pub(crate) fn reading(number: u32, measure: Measure, amount: u64, growth: Growth) -> Observation {
    Observation::Reading(Reading {
        id: identity(number),
        at: at(NOW),
        session: "s-1".into(),
        family: Family::Metrics,
        measure,
        amount,
        growth,
        seller: String::new(),
        model: String::new(),
        per_million: Some(PerMillion::new(NanoUsd::from_nano(1_000_000))),
        pricing: Pricing::Listed,
    })
}

/// A fact of the workflow `support`: ten tokens in, twenty out.
pub(crate) fn recorded(number: u32) -> Fact {
    let mut fact = fact(number * 2);
    fact.attribution.run = RunId::from_caller(&format!("own-{number}")).unwrap();
    fact
}

pub(crate) fn query() -> TelemetryQuery {
    TelemetryQuery { from: at(NOW).plus_ms(-1), to: at(NOW).plus_ms(1), workflow: None }
}

pub(crate) async fn rows(ledger: &Ledger) -> Vec<TelemetryRow> {
    settle(ledger).await;
    ledger.telemetry_sources(&query()).await.unwrap()
}

async fn only(ledger: &Ledger) -> TelemetryRow {
    let mut rows = rows(ledger).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.remove(0)
}

pub(crate) fn tokens(sums: &Sums) -> (u64, u64, u64) {
    (sums.calls, sums.input, sums.output)
}

#[tokio::test]
async fn a_post_sent_again_counts_once_also_in_another_cut_and_after_a_restart() {
    for place in [Place::sqlite(), Place::postgres()] {
        let (ledger, _) = place.open("a").await;
        assert_eq!(rows(&ledger).await, Vec::new());
        let lines = reading(3, Measure::LinesAdded, 5, Growth::Once);
        let first = intake(1, vec![call(1, &[]), call(2, &[]), lines.clone()]);
        ledger.telemetry(vec![first.clone(), first.clone()]).await.unwrap();
        ledger.telemetry(vec![first.clone()]).await.unwrap();
        let row = only(&ledger).await;
        assert_eq!((row.records, row.refused, row.sessions), (3, 1, 1));
        ledger.telemetry(vec![intake(2, vec![call(2, &[]), call(4, &[]), lines])]).await.unwrap();
        settle(&ledger).await;
        ledger.shutdown().await;
        let (ledger, _) = place.open("b").await;
        ledger.telemetry(vec![first]).await.unwrap();
        let row = only(&ledger).await;
        assert_eq!(tokens(&row.direct), (3, 33, 60));
        assert_eq!((row.direct.price.nano(), row.direct.claimed.nano()), (1_500, 2_100));
        assert_eq!(row.work.get(&Measure::LinesAdded), Some(&5));
        assert_eq!((row.records, row.client, row.person.as_str()), (6, Client::ClaudeCode, "tom"));
        assert_eq!((row.owner.as_str(), row.version.as_str()), ("maya", "2.1"));
        ledger.shutdown().await;
    }
}

#[tokio::test]
async fn a_running_total_adds_what_is_new_of_it() {
    for place in [Place::sqlite(), Place::postgres()] {
        let (ledger, _) = place.open("a").await;
        for (post, total) in [(1, 10), (2, 25), (3, 25), (4, 10), (5, 30)] {
            let output = reading(1, Measure::Output, total, Growth::Total);
            let commits = reading(2, Measure::Commits, total, Growth::Total);
            ledger.telemetry(vec![intake(post, vec![output, commits])]).await.unwrap();
        }
        let row = only(&ledger).await;
        assert_eq!((row.direct.output, row.direct.price.nano()), (30, 30));
        assert_eq!(row.work.get(&Measure::Commits), Some(&30));
        ledger.shutdown().await;
    }
}

#[tokio::test]
async fn of_events_and_counters_of_one_session_the_events_count() {
    for place in [Place::sqlite(), Place::postgres()] {
        let (ledger, _) = place.open("a").await;
        let counter = reading(2, Measure::Output, 999, Growth::Once);
        ledger.telemetry(vec![intake(1, vec![counter])]).await.unwrap();
        assert_eq!(only(&ledger).await.direct.output, 999);
        ledger.telemetry(vec![intake(2, vec![call(1, &[])])]).await.unwrap();
        assert_eq!(tokens(&only(&ledger).await.direct), (1, 11, 20));
        ledger.shutdown().await;
    }
}

/// Gives a fact one of the names that a call may share with it, and returns that name.
type Named = fn(&mut Fact) -> String;

const NAMES: [Named; 7] = [
    |fact| {
        fact.upstream_id = Some("req_1".into());
        "req_1".into()
    },
    |fact| {
        fact.response_id = Some("chatcmpl-1".into());
        "chatcmpl-1".into()
    },
    |fact| {
        fact.attribution.trace = Some("0af7651916cd43dd8448eb211c80319c".into());
        "0af7651916cd43dd8448eb211c80319c".into()
    },
    |fact| fact.id.to_string(),
    |fact| fact.attribution.run.to_string(),
    |fact| {
        fact.attribution.session = Some("session-1".into());
        "session-1".into()
    },
    |fact| {
        fact.usage = Usage { input: 90, output: 20, ..Usage::default() };
        domain::telemetry::likeness(fact.started, &fact.usage).unwrap()
    },
];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum First {
    Gateway,
    Client,
}

#[tokio::test]
async fn a_call_that_passed_the_gateway_is_compared_with_its_record_whichever_comes_first() {
    for place in [Place::sqlite(), Place::postgres()] {
        let (ledger, _) = place.open("a").await;
        let mut number = 0;
        for named in NAMES {
            for first in [First::Gateway, First::Client] {
                number += 1;
                let mut fact = recorded(number);
                let mark = named(&mut fact);
                // The same name is used twice here; the ledger must not take one for the other.
                let mark = format!("{mark} {number}");
                rename(&mut fact, number);
                let post = intake(number, vec![call(number, &[&mark_of(&fact, &mark)])]);
                let before = tally(&ledger).await;
                if first == First::Gateway {
                    ledger.record(fact).await.unwrap();
                    settle(&ledger).await;
                    ledger.telemetry(vec![post]).await.unwrap();
                } else {
                    ledger.telemetry(vec![post]).await.unwrap();
                    settle(&ledger).await;
                    ledger.record(fact).await.unwrap();
                }
                let after = tally(&ledger).await;
                assert_eq!(after, (0, before.1 + 1, before.2 + 1), "{number} {first:?}");
            }
        }
        ledger.shutdown().await;
    }
}

/// Makes the names of a fact its own.
fn rename(fact: &mut Fact, number: u32) {
    let at = &mut fact.attribution;
    for name in [&mut fact.upstream_id, &mut fact.response_id, &mut at.trace, &mut at.session] {
        *name = name.take().map(|id| format!("{id} {number}"));
    }
    if fact.usage.input == 90 {
        fact.usage.input += u64::from(number);
    }
}

/// The name that a fact has after that.
fn mark_of(fact: &Fact, renamed: &str) -> String {
    let like = domain::telemetry::likeness(fact.started, &fact.usage);
    let at = &fact.attribution;
    let own = [&fact.upstream_id, &fact.response_id, &at.trace, &at.session, &like];
    let plain = renamed.rsplit_once(' ').unwrap().0.to_owned();
    own.into_iter().flatten().next().cloned().unwrap_or(plain)
}

/// Calls that did not pass, calls that did, and records of the gateway.
pub(crate) async fn tally(ledger: &Ledger) -> (u64, u64, u64) {
    let rows = rows(ledger).await;
    rows.first().map_or((0, 0, 0), |row| (row.direct.calls, row.passed.calls, row.gateway.calls))
}

#[tokio::test]
async fn where_they_disagree_both_figures_stand_and_the_spend_is_the_gateways() {
    for place in [Place::sqlite(), Place::postgres()] {
        let (ledger, _) = place.open("a").await;
        let mut known = recorded(1);
        known.upstream_id = Some("req_1".into());
        let cost = known.cost;
        ledger.record(known).await.unwrap();
        ledger.telemetry(vec![intake(1, vec![call(1, &["req_1"]), call(2, &["req_2"])])]).await.unwrap();
        let row = only(&ledger).await;
        assert_eq!(tokens(&row.passed), (1, 11, 20));
        assert_eq!((tokens(&row.gateway), row.gateway.price), ((1, 10, 20), cost));
        assert_eq!(tokens(&row.direct), (1, 11, 20));
        assert_eq!(crate::make::total_calls(&ledger).await, 1);
        assert_eq!(ledger.verify().await.unwrap(), Vec::<String>::new());
        ledger.shutdown().await;
    }
}

#[tokio::test]
async fn calls_that_are_only_alike_are_paired_one_to_one() {
    for place in [Place::sqlite(), Place::postgres()] {
        let (ledger, _) = place.open("a").await;
        let usage = Usage { input: 90, output: 20, ..Usage::default() };
        let alike = domain::telemetry::likeness(at(NOW), &usage).unwrap();
        for number in [1, 2] {
            ledger.record(Fact { usage, ..recorded(number) }).await.unwrap();
        }
        ledger.telemetry(vec![intake(1, vec![call(1, &[&alike])])]).await.unwrap();
        assert_eq!(tally(&ledger).await, (0, 1, 1), "one of two records is the one reported");
        ledger.telemetry(vec![intake(2, vec![call(2, &[&alike]), call(3, &[&alike])])]).await.unwrap();
        assert_eq!(tally(&ledger).await, (1, 2, 2), "the third has no record");
        ledger.record(Fact { usage, ..recorded(3) }).await.unwrap();
        assert_eq!(tally(&ledger).await, (0, 3, 3), "until it has");
        ledger.shutdown().await;
    }
}

#[tokio::test]
async fn counters_of_a_session_that_the_gateway_knows_are_only_compared() {
    for place in [Place::sqlite(), Place::postgres()] {
        let (ledger, _) = place.open("a").await;
        let mut known = recorded(1);
        known.attribution.session = Some("s-1".into());
        ledger.record(known.clone()).await.unwrap();
        let output = reading(1, Measure::Output, 21, Growth::Once);
        ledger.telemetry(vec![intake(1, vec![output])]).await.unwrap();
        let row = only(&ledger).await;
        assert_eq!((row.direct.output, row.passed.output, row.gateway.output), (0, 21, 20));
        let mut later = recorded(2);
        later.attribution.session = Some("s-1".into());
        ledger.record(later).await.unwrap();
        assert_eq!(only(&ledger).await.gateway.calls, 2);
        ledger.shutdown().await;
    }
}

#[tokio::test]
async fn another_workflows_calls_are_not_met_and_leave_nothing_behind() {
    for place in [Place::sqlite(), Place::postgres()] {
        let (ledger, _) = place.open("a").await;
        let mut other = fact(1);
        other.upstream_id = Some("req_1".into());
        assert_ne!(other.attribution.workflow, workflow("support"));
        ledger.record(other).await.unwrap();
        ledger.telemetry(vec![intake(1, vec![call(1, &["req_1"])])]).await.unwrap();
        let row = only(&ledger).await;
        assert_eq!((row.direct.calls, row.gateway.calls), (1, 0));
        ledger.shutdown().await;
    }
}

#[tokio::test]
async fn telemetry_is_refused_where_the_spool_is_full() {
    let mut place = Place::postgres();
    place.max_spool_bytes = 0;
    let (ledger, _) = place.open("a").await;
    ledger.telemetry(vec![intake(1, vec![call(1, &[])])]).await.unwrap();
    settle(&ledger).await;
    place.server.as_mut().unwrap().stop();
    ledger.telemetry(vec![intake(2, vec![call(2, &[])])]).await.unwrap();
    assert!(ledger.telemetry(vec![intake(3, vec![call(3, &[])])]).await.is_err());
    place.server.as_mut().unwrap().start();
    ledger.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn telemetry_is_refused_long_before_calls_are() {
    let mut place = Place::postgres();
    place.max_spool_bytes = 256 << 10;
    let (ledger, _) = place.open("a").await;
    ledger.telemetry(vec![intake(1, vec![call(1, &[])])]).await.unwrap();
    settle(&ledger).await;
    place.server.as_mut().unwrap().stop();
    let flood: Vec<Intake> = (2..10_000).map(|number| intake(number, vec![call(number, &[])])).collect();
    assert!(matches!(ledger.telemetry(flood).await, Err(NotTaken::Behind)));
    let health = ledger.health();
    assert!(health.accepting && health.spooled_bytes < (80 << 10), "{health:?}");
    ledger.opened(crate::make::opened(1, "a")).await.unwrap();
    ledger.record(fact(1)).await.unwrap();
    place.server.as_mut().unwrap().start();
    settle(&ledger).await;
    assert!(ledger.takes_telemetry());
    ledger.telemetry(vec![intake(1, vec![call(1, &[])])]).await.unwrap();
    ledger.shutdown().await;
}

#[tokio::test]
async fn no_number_of_reports_makes_a_sum_that_does_not_fit() {
    for place in [Place::sqlite(), Place::postgres()] {
        let (ledger, _) = place.open("a").await;
        let huge = |number: u32| {
            let tokens = reading(number * 10, Measure::Output, u64::MAX, Growth::Once);
            let lines = reading(number * 10 + 1, Measure::LinesAdded, u64::MAX, Growth::Once);
            let mut other = reading(number * 10 + 2, Measure::Claimed, u64::MAX, Growth::Once);
            if let Observation::Reading(other) = &mut other {
                other.session = format!("other-{number}");
                other.at = at(NOW).plus_ms(-i64::from(number) * DAY_MS);
            }
            intake(number, vec![tokens, lines, other])
        };
        for number in 1..=15 {
            ledger.telemetry(vec![huge(number)]).await.unwrap();
            settle(&ledger).await;
        }
        ledger
            .telemetry(vec![intake(16, vec![reading(1_000, Measure::Commits, 1, Growth::Once)])])
            .await
            .unwrap();
        settle(&ledger).await;
        assert_eq!((ledger.health().rejected_records, ledger.health().database_error), (0, None));
        let month = TelemetryQuery { from: at(NOW).plus_ms(-30 * DAY_MS), ..query() };
        let row = ledger.telemetry_sources(&month).await.unwrap().remove(0);
        assert!(row.direct.output >= MOST_SUM && row.work[&Measure::LinesAdded] >= MOST_SUM, "{row:?}");
        assert_eq!((row.direct.claimed, row.work.get(&Measure::Commits)), (NanoUsd::MAX, Some(&1)));
        assert_eq!(ledger.verify().await.unwrap(), Vec::<String>::new());
        ledger.shutdown().await;
    }
}

/// Reports of Codex of one call: an event that names the person, a span and a counter that do not.
fn codex(number: u32, person: &str, mut observation: Observation) -> Intake {
    if let Observation::Reading(counter) = &mut observation {
        counter.session.clear();
    }
    let source = Source { client: Client::CodexCli, service: "codex_cli_rs".into(), person: person.into() };
    Intake { source, ..intake(number, vec![observation]) }
}

#[tokio::test]
async fn what_names_nobody_does_not_repeat_what_names_a_person() {
    for place in [Place::sqlite(), Place::postgres()] {
        let (ledger, _) = place.open("a").await;
        let mut span = call(2, &[]);
        if let Observation::Call(span) = &mut span {
            span.family = Family::Spans;
        }
        let counter = reading(3, Measure::Output, 20, Growth::Once);
        let mut sessions = reading(4, Measure::Sessions, 1, Growth::Once);
        if let Observation::Reading(sessions) = &mut sessions {
            sessions.family = Family::Events;
        }
        let also = reading(5, Measure::Sessions, 1, Growth::Once);
        ledger.telemetry(vec![codex(2, "", span), codex(3, "", counter)]).await.unwrap();
        assert_eq!(tokens(&only(&ledger).await.direct), (1, 11, 20), "until somebody is named");
        let mut named = codex(1, "tom", call(1, &[]));
        named.observations.push(sessions);
        ledger.telemetry(vec![named, codex(4, "", also)]).await.unwrap();
        let rows = rows(&ledger).await;
        let of = |person: &str| rows.iter().find(|row| row.person == person).unwrap();
        assert_eq!((tokens(&of("tom").direct), of("tom").sessions), ((1, 11, 20), 1));
        assert_eq!((tokens(&of("").direct), of("").sessions), ((0, 0, 0), 0));
        let begun = |row: &TelemetryRow| row.work.get(&Measure::Sessions).copied().unwrap_or(0);
        assert_eq!((begun(of("tom")), begun(of(""))), (1, 0));
        ledger.shutdown().await;
    }
}

#[tokio::test]
async fn counters_without_a_session_are_held_against_what_else_the_gateway_has_that_day() {
    for place in [Place::sqlite(), Place::postgres()] {
        let (ledger, _) = place.open("a").await;
        let output = |number, amount, later: i64| {
            let Observation::Reading(mut counter) = reading(number, Measure::Output, amount, Growth::Once)
            else {
                unreachable!("a counter")
            };
            counter.session.clear();
            counter.at = at(NOW).plus_ms(later * DAY_MS);
            Observation::Reading(counter)
        };
        let week = TelemetryQuery { from: at(NOW), to: at(NOW).plus_ms(3 * DAY_MS), ..query() };
        let direct = async || {
            settle(&ledger).await;
            let row = ledger.telemetry_sources(&week).await.unwrap().remove(0);
            (row.direct.output, row.passed.output, row.direct.price.nano())
        };
        ledger.telemetry(vec![intake(1, vec![output(1, 50, 0), output(2, 50, 1)])]).await.unwrap();
        assert_eq!(direct().await, (100, 0, 100));
        ledger.record(recorded(1)).await.unwrap();
        assert_eq!(direct().await, (80, 20, 80), "twenty of the first day, none of the second");
        let mut known = recorded(2);
        known.upstream_id = Some("req_1".into());
        ledger.record(known).await.unwrap();
        assert_eq!(direct().await, (60, 40, 60));
        let Intake { source, .. } = codex(3, "tom", call(3, &["req_1"]));
        ledger.telemetry(vec![Intake { source, ..intake(3, vec![call(3, &["req_1"])]) }]).await.unwrap();
        settle(&ledger).await;
        let rows = ledger.telemetry_sources(&week).await.unwrap();
        let claude = rows.iter().find(|row| row.client == Client::ClaudeCode).unwrap();
        assert_eq!(claude.direct.output, 80, "what another client's report was found for is not its");
        ledger.record(fact(1)).await.unwrap();
        ledger.record(recorded(4)).await.unwrap();
        ledger.record(recorded(5)).await.unwrap();
        ledger.record(recorded(6)).await.unwrap();
        settle(&ledger).await;
        let rows = ledger.telemetry_sources(&week).await.unwrap();
        let claude = rows.iter().find(|row| row.client == Client::ClaudeCode).unwrap();
        assert_eq!((claude.direct.output, claude.passed.output), (50, 50), "no day takes from another");
        ledger.shutdown().await;
    }
}

#[tokio::test]
async fn a_total_that_stands_still_for_longer_than_anything_is_remembered_counts_once() {
    for place in [Place::sqlite(), Place::postgres()] {
        let (ledger, _) = place.open("a").await;
        let idle = || reading(1, Measure::Output, 10, Growth::Total);
        for number in 1..=5 {
            let now = place.clock.shared().now();
            let other = reading(100 + number, Measure::Commits, 1, Growth::Once);
            // What is too old is forgotten after a post was taken in: one comes before the total does.
            for observation in [other, idle()] {
                let post = number * 10 + u32::from(observation == idle());
                ledger.telemetry(vec![Intake { at: now, ..intake(post, vec![observation]) }]).await.unwrap();
                settle(&ledger).await;
            }
            place.clock.advance(Duration::from_secs(20 * 24 * 3_600));
        }
        let all = TelemetryQuery { to: place.clock.shared().now(), ..query() };
        let row = ledger.telemetry_sources(&all).await.unwrap().remove(0);
        assert_eq!((row.direct.output, row.work.get(&Measure::Commits)), (10, Some(&5)));
        ledger.shutdown().await;
    }
}

#[tokio::test]
async fn an_answer_out_of_the_cache_passed_the_gateway() {
    for place in [Place::sqlite(), Place::postgres()] {
        let (ledger, _) = place.open("a").await;
        ledger.telemetry(vec![intake(1, vec![call(1, &["own-2"])])]).await.unwrap();
        assert_eq!(tally(&ledger).await, (1, 0, 0));
        let hit = Hit { from: crate::make::id(4), age_ms: 5, saved: NanoUsd::from_nano(9) };
        let usage = Usage::default();
        let replayed = Fact {
            usage,
            cost: NanoUsd::ZERO,
            price: Vec::new(),
            cache: Some(CacheUse::Hit(hit)),
            ..recorded(2)
        };
        ledger.record(replayed).await.unwrap();
        assert_eq!(tally(&ledger).await, (0, 1, 1));
        let row = only(&ledger).await;
        assert_eq!((tokens(&row.gateway), row.gateway.price), ((1, 0, 0), NanoUsd::ZERO), "and cost nothing");
        let missed = Fact { usage, cost: NanoUsd::ZERO, price: Vec::new(), ..recorded(3) };
        ledger.record(missed).await.unwrap();
        ledger.telemetry(vec![intake(2, vec![call(2, &["own-3"])])]).await.unwrap();
        assert_eq!(tally(&ledger).await, (1, 1, 1), "what used nothing answered nothing");
        ledger.shutdown().await;
    }
}
