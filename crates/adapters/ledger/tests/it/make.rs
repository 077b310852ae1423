//! Facts to test with.

use std::path::Path;
use std::time::Duration;

use domain::NanoUsd;
use domain::ids::{InferenceId, KeyId, PersonId, PodId, ProviderId, RunId, WorkflowId};
use domain::inference::{Attribution, Endpoint, Fact, Opened, PriceLine, Status, Target as Goal};
use domain::time::Timestamp;
use domain::usage::{Usage, UsageSource};
use ledger::{Durability, Ledger, Recovery, Settings, Target};
use testkit::{ManualClock, Postgres};

/// When the tests happen.
pub(crate) const NOW: &str = "2026-03-15T12:00:00Z";

/// A ledger's folder and database, which outlive the ledgers opened on them.
pub(crate) struct Place {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) target: Target,
    pub(crate) clock: ManualClock,
    pub(crate) server: Option<Postgres>,
    pub(crate) max_spool_bytes: u64,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let target = Target::Sqlite(folder.path().join("ledger.db"));
        Self { folder, target, clock: ManualClock::at(NOW), server: None, max_spool_bytes: 1 << 30 }
    }

    pub(crate) fn postgres() -> Self {
        let mut server = testkit::postgres();
        let target = Target::Postgres(server.fresh_and_lasting());
        let folder = tempfile::tempdir().unwrap();
        Self { folder, target, clock: ManualClock::at(NOW), server: Some(server), max_spool_bytes: 1 << 30 }
    }

    pub(crate) fn settings(&self, instance: &str) -> Settings {
        settings(self.folder.path(), self.target.clone(), instance, &self.clock, self.max_spool_bytes)
    }

    pub(crate) async fn open(&self, instance: &str) -> (Ledger, Recovery) {
        Ledger::open(self.settings(instance)).await.unwrap()
    }
}

pub(crate) fn settings(
    data: &Path,
    database: Target,
    instance: &str,
    clock: &ManualClock,
    max_spool_bytes: u64,
) -> Settings {
    Settings {
        database,
        data: data.to_owned(),
        instance: instance.to_owned(),
        durability: Durability::Process,
        clock: clock.shared(),
        body_queue_bytes: 1 << 20,
        max_spool_bytes,
    }
}

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(crate) fn workflow(name: &str) -> WorkflowId {
    WorkflowId::new(name).unwrap()
}

/// The nth inference. Everything about it follows from `number`.
pub(crate) fn id(number: u32) -> InferenceId {
    let mut seed = [0; 10];
    seed[6..].copy_from_slice(&number.to_be_bytes());
    InferenceId::new(at(NOW), seed)
}

pub(crate) fn key(number: u32) -> KeyId {
    KeyId::new(at(NOW), [u8::try_from(number % 3).unwrap(); 10])
}

pub(crate) fn fact(number: u32) -> Fact {
    let cost = NanoUsd::from_nano(1_000 + i64::from(number % 7));
    let line = |unit: &str, cost| PriceLine {
        unit: unit.into(),
        tokens: 10,
        per_million: NanoUsd::from_nano(1),
        cost,
        row: "openai/gpt-4o@2024-08-06".into(),
    };
    Fact {
        id: id(number),
        started: at(NOW).plus_ms(i64::from(number % 1000)),
        endpoint: Endpoint::Chat,
        attribution: attribution(number),
        asked: "standard".into(),
        target: Some(goal(number)),
        variant: "v-00c0ffee".into(),
        prompt: None,
        cache: None,
        config: "abcd".into(),
        stream: false,
        status: Status::Ok,
        http_status: 200,
        code: None,
        error: None,
        first_byte_ms: Some(5),
        duration_ms: i64::from(number % 500),
        usage: Usage { input: 10, output: 20, ..Usage::default() },
        usage_source: UsageSource::Reported,
        cost,
        price: vec![
            line("input", NanoUsd::from_nano(1_000)),
            line("output", NanoUsd::from_nano(i64::from(number % 7))),
        ],
        abandoned: Vec::new(),
        price_estimated: false,
        reserved: NanoUsd::from_nano(5_000),
        controls: Vec::new(),
        changes: Vec::new(),
        guarded: Vec::new(),
        request_bytes: 100,
        response_bytes: 200,
        request_hash: None,
        response_hash: None,
        upstream_id: None,
        response_id: None,
        simulated: false,
    }
}

pub(crate) fn refused(number: u32) -> Fact {
    Fact {
        status: Status::Refused,
        http_status: 402,
        target: None,
        cost: NanoUsd::ZERO,
        price: Vec::new(),
        usage: Usage::default(),
        ..fact(number)
    }
}

pub(crate) fn opened(number: u32, instance: &str) -> Opened {
    let fact = fact(number);
    Opened {
        id: fact.id,
        instance: instance.to_owned(),
        started: fact.started,
        endpoint: fact.endpoint,
        attribution: fact.attribution,
        asked: fact.asked,
        target: goal(number),
        variant: fact.variant,
        prompt: fact.prompt,
        config: fact.config,
        reserved: fact.reserved,
        abandoned: Vec::new(),
        input_estimate: 12,
        simulated: false,
    }
}

fn attribution(number: u32) -> Attribution {
    Attribution {
        workflow: workflow(["support", "sql"][usize::try_from(number % 2).unwrap()]),
        owner: PersonId::new(["maya", "tom"][usize::try_from(number % 2).unwrap()]).unwrap(),
        pod: PodId::new("desk").unwrap(),
        key: key(number),
        agent: None,
        run: RunId::from_caller(&format!("run-{:06}", number / 10)).unwrap(),
        step: None,
        unit: Some(format!("ticket-{}", number % 50)),
        user: None,
        session: None,
        trace: None,
        context: Vec::new(),
    }
}

fn goal(number: u32) -> Goal {
    Goal {
        route: None,
        provider: ProviderId::new("openai").unwrap(),
        model: ["gpt-4o", "gpt-4.1"][usize::try_from(number % 2).unwrap()].into(),
    }
}

/// Makes a call: begins it, ends it.
pub(crate) async fn call(ledger: &Ledger, instance: &str, number: u32) {
    ledger.opened(opened(number, instance)).await.unwrap();
    ledger.record(fact(number)).await.unwrap();
}

/// Makes calls `from..to`, some at once.
pub(crate) async fn calls(ledger: &Ledger, instance: &str, numbers: std::ops::Range<u32>) {
    let mut tasks = tokio::task::JoinSet::new();
    let mut lanes: Vec<Vec<u32>> = vec![Vec::new(); 32];
    for (lane, number) in (0..32).cycle().zip(numbers) {
        let lane: usize = lane;
        lanes[lane].push(number);
    }
    for lane in lanes {
        let (ledger, instance) = (ledger.clone(), instance.to_owned());
        tasks.spawn(async move {
            for number in lane {
                call(&ledger, &instance, number).await;
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}

pub(crate) async fn settle(ledger: &Ledger) {
    assert!(ledger.caught_up(Duration::from_secs(30)).await, "{:?}", ledger.health());
}

/// Everything adds up, and exactly these calls are there.
pub(crate) async fn holds(ledger: &Ledger, calls: u32) {
    settle(ledger).await;
    assert_eq!(ledger.verify().await.unwrap(), Vec::<String>::new());
    assert_eq!(total_calls(ledger).await, u64::from(calls));
}

pub(crate) async fn total_calls(ledger: &Ledger) -> u64 {
    let query = ledger::SpendQuery {
        by: ledger::SpendBy::Workflow,
        from: at("2026-01-01"),
        to: at("2027-01-01"),
        workflow: None,
    };
    ledger.spend(&query).await.unwrap().iter().map(|row| row.calls).sum()
}
