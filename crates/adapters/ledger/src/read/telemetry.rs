//! Who sent telemetry, and what counts of it.
//!
//! The sums of each session are read from roll-ups and settled by `domain::telemetry`, those of sessions
//! that are over were settled before; this only adds them up by source. Sums are made here and not in the database: here none can overflow.

use std::collections::BTreeMap;

use db::{Db, Fault, FromRow, Sql, Tx, Value, args, row, sql};
use domain::ids::WorkflowId;
use domain::money::NanoUsd;
use domain::telemetry::settle::{Session, Settled, Sums, Unclaimed, hold, settle_days};
use domain::telemetry::together::{Amounts, Days};
use domain::telemetry::{Client, Family, Measure};
use domain::time::{DAY_MS, Timestamp};

use crate::sources::{Clients, Usage, Work};

const LIST: Pair = [sql!("telemetry/list"), sql!("telemetry/list_of")];
const USAGE: Pair = [sql!("telemetry/usage"), sql!("telemetry/usage_of")];
const WORK: Pair = [sql!("telemetry/work"), sql!("telemetry/work_of")];
const RECORDED: Pair = [sql!("telemetry/recorded"), sql!("telemetry/recorded_of")];
const OVER: Pair = [sql!("telemetry/over"), sql!("telemetry/over_of")];
const WORK_OVER: Pair = [sql!("telemetry/work_over"), sql!("telemetry/work_over_of")];

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
    struct Recorded {
        workflow: String,
        day: i64,
        input_tokens: u64,
        output_tokens: u64,
    }
}
row! {
    struct Over {
        workflow: String,
        client: String,
        service: String,
        person: String,
        day: i64,
        source: String,
        family: String,
        sessions: u64,
        direct_calls: u64,
        direct_input_tokens: u64,
        direct_output_tokens: u64,
        direct_price: NanoUsd,
        direct_claimed: NanoUsd,
        direct_unpriced: u64,
        passed_calls: u64,
        passed_input_tokens: u64,
        passed_output_tokens: u64,
        passed_price: NanoUsd,
        passed_claimed: NanoUsd,
        passed_unpriced: u64,
        gateway_calls: u64,
        gateway_input_tokens: u64,
        gateway_output_tokens: u64,
        gateway_price: NanoUsd,
        gateway_claimed: NanoUsd,
        gateway_unpriced: u64,
    }
}
row! {
    struct WorkOver {
        workflow: String,
        client: String,
        service: String,
        person: String,
        source: String,
        family: String,
        measure: String,
        amount: u64,
    }
}

impl Over {
    fn settled(&self) -> Settled {
        Settled {
            family: Family::parse(&self.family),
            direct: Sums {
                calls: self.direct_calls,
                input: self.direct_input_tokens,
                output: self.direct_output_tokens,
                price: self.direct_price,
                claimed: self.direct_claimed,
                unpriced: self.direct_unpriced,
            },
            passed: Sums {
                calls: self.passed_calls,
                input: self.passed_input_tokens,
                output: self.passed_output_tokens,
                price: self.passed_price,
                claimed: self.passed_claimed,
                unpriced: self.passed_unpriced,
            },
            gateway: Sums {
                calls: self.gateway_calls,
                input: self.gateway_input_tokens,
                output: self.gateway_output_tokens,
                price: self.gateway_price,
                claimed: self.gateway_claimed,
                unpriced: self.gateway_unpriced,
            },
        }
    }
}

/// What counts of a source.
#[derive(Default)]
struct Counted {
    sessions: u64,
    direct: Sums,
    passed: Sums,
    gateway: Sums,
}

impl Counted {
    fn add(&mut self, sessions: u64, settled: &Settled) {
        self.sessions = self.sessions.saturating_add(sessions);
        self.direct = self.direct.plus(settled.direct);
        self.passed = self.passed.plus(settled.passed);
        self.gateway = self.gateway.plus(settled.gateway);
    }
}

/// A read of all workflows, and the same of one.
type Pair = [Sql; 2];

/// Reads for a query: of one workflow by its sources, so that what others say costs nothing.
async fn read<T: FromRow>(
    (tx, query): (&mut Tx, &TelemetryQuery),
    [all, of_one]: Pair,
    mut values: Vec<Value>,
) -> Result<Vec<T>, Fault> {
    let Some(workflow) = &query.workflow else { return tx.all(all, values).await };
    values.extend(args![workflow.as_str()]);
    tx.all(of_one, values).await
}

pub(crate) async fn telemetry(db: &Db, query: &TelemetryQuery) -> Result<Vec<TelemetryRow>, Fault> {
    let days = || args![query.from.day(), query.to.plus_ms(-1).day()];
    let until = query.to.plus_ms(-1).start_of_day().plus_ms(DAY_MS);
    let mut tx = db.snapshot("read telemetry").await?;
    let times = args![query.from.start_of_day(), until];
    let listed: Vec<Listed> = read((&mut tx, query), LIST, times).await?;
    let usage: Vec<Usage> = read((&mut tx, query), USAGE, days()).await?;
    let over: Vec<Over> = read((&mut tx, query), OVER, days()).await?;
    let work: Vec<Work> = read((&mut tx, query), WORK, days()).await?;
    let work_over: Vec<WorkOver> = read((&mut tx, query), WORK_OVER, days()).await?;
    let recorded: Vec<Recorded> = if usage.iter().any(Usage::is_unnamed_counter) {
        read((&mut tx, query), RECORDED, days()).await?
    } else {
        Vec::new()
    };
    tx.rollback().await?;
    let unclaimed = unclaimed(recorded, &usage, &over);
    let mut usage = usage_by_source(usage, over, unclaimed);
    let mut work = work_by_source(work, work_over);
    Ok(listed
        .into_iter()
        .map(|one| {
            let counted = usage.remove(&one.id).unwrap_or_default();
            let work = work.remove(&one.id).unwrap_or_default();
            row_of(one, &counted, work)
        })
        .collect())
}

/// Tokens by workflow and day that the gateway has, and that no report was found for.
type ByDay = BTreeMap<(String, i64), Unclaimed>;

fn unclaimed(recorded: Vec<Recorded>, usage: &[Usage], over: &[Over]) -> ByDay {
    let of = |one: Recorded| {
        let tokens = Unclaimed { input: one.input_tokens, output: one.output_tokens };
        ((one.workflow, one.day), tokens)
    };
    let mut days: ByDay = recorded.into_iter().map(of).collect();
    let mut found = |workflow: &str, day: i64, sums: Sums| {
        if let Some(left) = days.get_mut(&(workflow.to_owned(), day)) {
            left.input = left.input.saturating_sub(sums.input);
            left.output = left.output.saturating_sub(sums.output);
        }
    };
    for row in usage {
        row.gateway().into_iter().for_each(|sums| found(&row.workflow, row.day, sums));
    }
    for row in over {
        found(&row.workflow, row.day, row.settled().gateway);
    }
    days
}

/// What counts of each source: its sessions settled, and those that were settled when they were over.
/// Counters that name no session are held against what the gateway has that no report was found for.
fn usage_by_source(rows: Vec<Usage>, over: Vec<Over>, mut unclaimed: ByDay) -> BTreeMap<String, Counted> {
    let mut clients: Clients<(), Days<Session>> = Clients::default();
    let mut sources: BTreeMap<String, Counted> = BTreeMap::new();
    for row in rows {
        let client = (row.workflow.clone(), row.client.clone(), row.service.clone(), ());
        let member = clients.member(client, row.source.clone(), &row.person);
        let days = member.sessions.entry(row.session.clone()).or_default();
        row.add_to(days.0.entry(row.day).or_default());
    }
    for row in over {
        let settled = row.settled();
        sources.entry(row.source.clone()).or_default().add(row.sessions, &settled);
        let member = clients.member((row.workflow, row.client, row.service, ()), row.source, &row.person);
        member.over.extend(settled.family);
    }
    for ((workflow, ..), source, sessions) in clients.settled() {
        let counted = sources.entry(source).or_default();
        for (name, days) in sessions {
            let mut ended = 1;
            for (day, settled) in settle_days(&days.0) {
                let left = unclaimed.get_mut(&(workflow.clone(), day)).filter(|_| name.is_empty());
                let settled = left.map_or(settled, |left| hold(settled, left));
                if !settled.is_empty() {
                    counted.add(std::mem::take(&mut ended), &settled);
                }
            }
        }
    }
    sources
}

/// Work of each source: of a session's measure one family counts.
fn work_by_source(rows: Vec<Work>, over: Vec<WorkOver>) -> BTreeMap<String, BTreeMap<Measure, u64>> {
    let mut clients: Clients<Measure, Amounts> = Clients::default();
    let mut sources: BTreeMap<String, BTreeMap<Measure, u64>> = BTreeMap::new();
    let known = |family: &str, measure: &str| Some((Family::parse(family)?, Measure::parse(measure)?));
    for row in rows {
        let Some((family, measure)) = known(&row.family, &row.measure) else { continue };
        let client = (row.workflow, row.client, row.service, measure);
        let member = clients.member(client, row.source, &row.person);
        member.sessions.entry(row.session).or_default().add(family, row.amount);
    }
    for row in over {
        let Some((family, measure)) = known(&row.family, &row.measure) else { continue };
        let sum = sources.entry(row.source.clone()).or_default().entry(measure).or_default();
        *sum = sum.saturating_add(row.amount);
        let client = (row.workflow, row.client, row.service, measure);
        clients.member(client, row.source, &row.person).over.insert(family);
    }
    for ((.., measure), source, sessions) in clients.settled() {
        let sum = sources.entry(source).or_default().entry(measure).or_default();
        *sum = sessions.values().map(|amounts| amounts.best()).fold(*sum, u64::saturating_add);
    }
    sources
}

fn row_of(one: Listed, counted: &Counted, work: BTreeMap<Measure, u64>) -> TelemetryRow {
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
        sessions: counted.sessions,
        direct: counted.direct,
        passed: counted.passed,
        gateway: counted.gateway,
        work,
    }
}
