//! Who sent telemetry, and what counts of it.
//!
//! The sums of each session are read from roll-ups and settled by `domain::telemetry::settle`; this
//! only adds sessions up by source.

use std::collections::BTreeMap;

use db::{Db, Fault, Sql, args, row, sql};
use domain::ids::WorkflowId;
use domain::money::NanoUsd;
use domain::telemetry::settle::{Said, Session, Settled, Sums, best, settle_all};
use domain::telemetry::{Client, Family, Measure};
use domain::time::{DAY_MS, Timestamp};

const LIST: Sql = sql!("telemetry/list");
const USAGE: Sql = sql!("telemetry/usage");
const WORK: Sql = sql!("telemetry/work");

/// Most sources of one answer.
const MOST: i64 = 1_000;

/// Which telemetry, over whole UTC days: those that `from` and the moment before `to` are in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TelemetryQuery {
    /// From the day of this time on.
    pub from: Timestamp,
    /// Before this time.
    pub to: Timestamp,
    /// Of this workflow only.
    pub workflow: Option<WorkflowId>,
}

/// A source, and what counts of what it sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TelemetryRow {
    /// The workflow whose key it shows.
    pub workflow: String,
    /// The owner of the workflow when it last sent something.
    pub owner: String,
    /// The pod then.
    pub pod: String,
    /// Which client.
    pub client: Client,
    /// What it calls itself.
    pub service: String,
    /// Its latest version.
    pub version: String,
    /// Whose machine: a person of the workspace, a pseudonym, or empty.
    pub person: String,
    /// When it first sent something.
    pub first_seen: Timestamp,
    /// When it last did.
    pub last_seen: Timestamp,
    /// Reports received since the first.
    pub records: u64,
    /// Of these, reports that could not be used.
    pub refused: u64,
    /// Sessions of the days asked for.
    pub sessions: u64,
    /// What did not pass the gateway.
    pub direct: Sums,
    /// What passed the gateway, as the client says.
    pub passed: Sums,
    /// What passed the gateway, as the gateway has it.
    pub gateway: Sums,
    /// Work, each measure in its unit.
    pub work: BTreeMap<Measure, u64>,
}

row! {
    struct Listed {
        id: String,
        workflow: String,
        client: String,
        service: String,
        person: String,
        version: String,
        owner: String,
        pod: String,
        first_seen: Timestamp,
        last_seen: Timestamp,
        records: u64,
        refused: u64,
    }
}
row! {
    struct Usage {
        source: String,
        session: String,
        side: String,
        calls: u64,
        input_tokens: u64,
        output_tokens: u64,
        price: NanoUsd,
        claimed: NanoUsd,
        unpriced: u64,
        passed_calls: u64,
        passed_input_tokens: u64,
        passed_output_tokens: u64,
        passed_price: NanoUsd,
        passed_claimed: NanoUsd,
        passed_unpriced: u64,
    }
}
row! {
    struct Work {
        source: String,
        session: String,
        family: String,
        measure: String,
        amount: u64,
    }
}

impl Usage {
    fn said(&self) -> Said {
        Said {
            all: Sums {
                calls: self.calls,
                input: self.input_tokens,
                output: self.output_tokens,
                price: self.price,
                claimed: self.claimed,
                unpriced: self.unpriced,
            },
            passed: Sums {
                calls: self.passed_calls,
                input: self.passed_input_tokens,
                output: self.passed_output_tokens,
                price: self.passed_price,
                claimed: self.passed_claimed,
                unpriced: self.passed_unpriced,
            },
        }
    }
}

pub(crate) async fn telemetry(db: &Db, query: &TelemetryQuery) -> Result<Vec<TelemetryRow>, Fault> {
    let workflow = query.workflow.as_ref().map_or("", WorkflowId::as_str);
    let (first, last) = (query.from.day(), query.to.plus_ms(-1).day());
    let until = query.to.plus_ms(-1).start_of_day().plus_ms(DAY_MS);
    let listed: Vec<Listed> = db.all(LIST, args![query.from.start_of_day(), until, workflow, MOST]).await?;
    if listed.is_empty() {
        return Ok(Vec::new());
    }
    let mut usage = by_source(db.all(USAGE, args![first, last]).await?);
    let mut work = work_by_source(db.all(WORK, args![first, last]).await?);
    Ok(listed
        .into_iter()
        .map(|one| {
            let settled = usage.remove(&one.id).unwrap_or_default();
            let work = work.remove(&one.id).unwrap_or_default();
            row_of(one, &settled, work)
        })
        .collect())
}

/// The settled sessions of each source.
fn by_source(rows: Vec<Usage>) -> BTreeMap<String, Vec<Settled>> {
    let mut sources: BTreeMap<String, BTreeMap<String, Session>> = BTreeMap::new();
    for row in rows {
        let said = row.said();
        let session = sources.entry(row.source).or_default().entry(row.session).or_default();
        match Family::parse(&row.side).and_then(|family| session.said.get_mut(place(family))) {
            Some(family) => *family = said,
            None => session.gateway = said.all,
        }
    }
    sources.into_iter().map(|(source, sessions)| (source, settle_all(&sessions))).collect()
}

/// Work of each source: of a session's measure one family counts.
fn work_by_source(rows: Vec<Work>) -> BTreeMap<String, BTreeMap<Measure, u64>> {
    let mut amounts: BTreeMap<(String, String, Measure), [u64; 3]> = BTreeMap::new();
    for row in rows {
        let (Some(family), Some(measure)) = (Family::parse(&row.family), Measure::parse(&row.measure)) else {
            continue;
        };
        let of = amounts.entry((row.source, row.session, measure)).or_default();
        if let Some(amount) = of.get_mut(place(family)) {
            *amount = row.amount;
        }
    }
    let mut sources: BTreeMap<String, BTreeMap<Measure, u64>> = BTreeMap::new();
    for ((source, _, measure), of) in amounts {
        let sum = sources.entry(source).or_default().entry(measure).or_default();
        *sum = sum.saturating_add(best(of));
    }
    sources
}

/// Where a family stands among all.
fn place(family: Family) -> usize {
    Family::ALL.iter().position(|one| *one == family).unwrap_or(0)
}

fn row_of(one: Listed, settled: &[Settled], work: BTreeMap<Measure, u64>) -> TelemetryRow {
    let sum = |of: fn(&Settled) -> Sums| settled.iter().map(of).fold(Sums::default(), Sums::plus);
    TelemetryRow {
        workflow: one.workflow,
        owner: one.owner,
        pod: one.pod,
        client: Client::parse(&one.client).unwrap_or(Client::Other),
        service: one.service,
        version: one.version,
        person: one.person,
        first_seen: one.first_seen,
        last_seen: one.last_seen,
        records: one.records,
        refused: one.refused,
        sessions: u64::try_from(settled.len()).unwrap_or(u64::MAX),
        direct: sum(|settled| settled.direct),
        passed: sum(|settled| settled.passed),
        gateway: sum(|settled| settled.gateway),
        work,
    }
}
