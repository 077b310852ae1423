//! Who sent telemetry, and what counts of it.
//!
//! The sums of each session are read from roll-ups and settled by `domain::telemetry`; this only adds
//! sessions up by source. Sums are made here and not in the database: here none can overflow.

use std::collections::BTreeMap;

use db::{Db, Fault, Sql, args, row, sql};
use domain::ids::WorkflowId;
use domain::money::NanoUsd;
use domain::telemetry::settle::{Said, Session, Settled, Sums, settle};
use domain::telemetry::together::{Amounts, Figures, Member, Who, together};
use domain::telemetry::{Client, Family, Measure};
use domain::time::{DAY_MS, Timestamp};

const LIST: Sql = sql!("telemetry/list");
const USAGE: Sql = sql!("telemetry/usage");
const WORK: Sql = sql!("telemetry/work");

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
        workflow: String,
        client: String,
        service: String,
        person: String,
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
        workflow: String,
        client: String,
        service: String,
        person: String,
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
    let listed: Vec<Listed> = db.all(LIST, args![query.from.start_of_day(), until, workflow]).await?;
    if listed.is_empty() {
        return Ok(Vec::new());
    }
    let mut usage = usage_by_source(db.all(USAGE, args![first, last, workflow]).await?);
    let mut work = work_by_source(db.all(WORK, args![first, last, workflow]).await?);
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
fn usage_by_source(rows: Vec<Usage>) -> BTreeMap<String, Vec<Settled>> {
    let mut clients: Clients<(), Session> = Clients::default();
    for row in rows {
        let (said, side) = (row.said(), Family::parse(&row.side));
        let client = (row.workflow, row.client, row.service, ());
        let session = clients.session(client, row.source, &row.person, row.session);
        match side.and_then(|family| session.said.get_mut(family.place())) {
            Some(one) => *one = Said { all: one.all.plus(said.all), passed: one.passed.plus(said.passed) },
            None => session.gateway = session.gateway.plus(said.all),
        }
    }
    let mut sources: BTreeMap<String, Vec<Settled>> = BTreeMap::new();
    for ((), source, sessions) in clients.settled() {
        let settled = sessions.values().map(settle).filter(|one| !one.is_empty());
        sources.entry(source).or_default().extend(settled);
    }
    sources
}

/// Work of each source: of a session's measure one family counts.
fn work_by_source(rows: Vec<Work>) -> BTreeMap<String, BTreeMap<Measure, u64>> {
    let mut clients: Clients<Measure, Amounts> = Clients::default();
    for row in rows {
        let (Some(family), Some(measure)) = (Family::parse(&row.family), Measure::parse(&row.measure)) else {
            continue;
        };
        let client = (row.workflow, row.client, row.service, measure);
        let session = clients.session(client, row.source, &row.person, row.session);
        if let Some(amount) = session.0.get_mut(family.place()) {
            *amount = amount.saturating_add(row.amount);
        }
    }
    let mut sources: BTreeMap<String, BTreeMap<Measure, u64>> = BTreeMap::new();
    for (measure, source, sessions) in clients.settled() {
        let sum = sources.entry(source).or_default().entry(measure).or_default();
        *sum = sessions.values().map(|amounts| amounts.best()).fold(*sum, u64::saturating_add);
    }
    sources
}

/// A workflow, a client of it and what that calls itself; and of what, where that is told apart.
type Key<K> = (String, String, String, K);

/// What each client says in each workflow, by source. That is what is settled together.
struct Clients<K, F>(BTreeMap<Key<K>, BTreeMap<String, Member<F>>>);

impl<K, F> Default for Clients<K, F> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Ord + Copy, F: Figures> Clients<K, F> {
    fn session(&mut self, client: Key<K>, source: String, person: &str, session: String) -> &mut F {
        let who = if person.is_empty() { Who::Nobody } else { Who::Somebody };
        let new = || Member { who, sessions: BTreeMap::new() };
        let member = self.0.entry(client).or_default().entry(source).or_insert_with(new);
        member.sessions.entry(session).or_default()
    }

    /// What counts, by source.
    fn settled(self) -> impl Iterator<Item = (K, String, BTreeMap<String, F>)> {
        self.0.into_iter().flat_map(|((.., of), members)| {
            let (sources, mut members): (Vec<_>, Vec<_>) = members.into_iter().unzip();
            together(&mut members);
            let settled = sources.into_iter().zip(members);
            settled.map(move |(source, member)| (of, source, member.sessions))
        })
    }
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
