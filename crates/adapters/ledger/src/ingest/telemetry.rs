//! Takes in what clients report: counts it once, and finds what the gateway has of it.
//!
//! Runs in the transaction that takes in the journal, so a crash counts nothing twice and loses
//! nothing. The rules are `domain::telemetry`'s; here is only what they need to remember: which
//! reports were counted, which calls carry which marks, and the sums. Records of the gateway are
//! looked at only for workflows that send telemetry; all others cost nothing here.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use db::{Batch, Fault, Sql, Tx, Value, args, row, sql};
use domain::ids::InferenceId;
use domain::money::NanoUsd;
use domain::telemetry::settle::{Sums, gain};
use domain::telemetry::{Call, Growth, Identity, Intake, Measure, OLDEST_MS, Observation, Reading, Source};
use domain::time::{DAY_MS, Timestamp};
use sha2::{Digest, Sha256};

use super::rows::Slim;

const SOURCES: Sql = sql!("telemetry/sources");
const SOURCE_PUT: Sql = sql!("telemetry/source_put");
const SEEN: Sql = sql!("telemetry/seen");
const SEEN_PUT: Sql = sql!("telemetry/seen_put");
const CALL_PUT: Sql = sql!("telemetry/call_put");
const CALL_OPEN: Sql = sql!("telemetry/call_open");
const CALL_PASS: Sql = sql!("telemetry/call_pass");
const MARK_PUT: Sql = sql!("telemetry/mark_put");
const MARK_MET: Sql = sql!("telemetry/mark_met");
const USAGE_PUT: Sql = sql!("telemetry/usage_put");
const WORK_PUT: Sql = sql!("telemetry/work_put");
const FACTS: Sql = sql!("telemetry/facts");
const SEEN_PRUNE: Sql = sql!("telemetry/seen_prune");
const CALLS_PRUNE: Sql = sql!("telemetry/calls_prune");
const MARKS_PRUNE: Sql = sql!("telemetry/marks_prune");

/// The side of the gateway's own records.
const GATEWAY: &str = "gateway";
/// Longer than any report is believed.
const KEPT_MS: i64 = OLDEST_MS + 2 * DAY_MS;
/// How far back a workflow's calls are looked through when it first sends telemetry …
const BACK_MS: i64 = DAY_MS;
/// … and how many of them.
const BACK_MOST: i64 = 20_000;

/// What a stretch of journal holds for this module.
#[derive(Debug, Default)]
pub(super) struct Gain {
    /// What clients reported.
    pub(super) intakes: Vec<Intake>,
    /// What the gateway recorded for workflows that are watched.
    pub(super) recorded: Vec<Recorded>,
}

impl Gain {
    fn is_empty(&self) -> bool {
        self.intakes.is_empty() && self.recorded.is_empty()
    }
}

/// A record of the gateway, as far as it is compared.
#[derive(Clone, Debug)]
pub(super) struct Recorded {
    id: InferenceId,
    at: Timestamp,
    workflow: String,
    sums: Sums,
    marks: Vec<String>,
}

impl Recorded {
    /// Of a fact; `None` of one that used nothing.
    pub(super) fn of(id: InferenceId, fact: &Slim<'_>) -> Option<Self> {
        let usage = fact.figures().usage;
        if usage.total() == 0 {
            return None;
        }
        let run = Some(fact.attribution.run.to_string());
        let own = [Some(id.to_string()), run, fact.upstream_id.as_deref().map(ToOwned::to_owned)];
        let session = fact.attribution.session.as_deref().map(ToOwned::to_owned);
        let like = domain::telemetry::likeness(fact.started, &usage);
        Some(Self {
            id,
            at: fact.started,
            workflow: fact.attribution.workflow.to_owned(),
            sums: Sums {
                calls: 1,
                input: usage.input_total(),
                output: usage.output,
                price: fact.cost,
                ..Sums::default()
            },
            marks: own.into_iter().chain([session, like]).flatten().collect(),
        })
    }
}

row! {
    struct Name {
        workflow: String,
    }
}
row! {
    struct Seen {
        id: [u8; 16],
        value: u64,
    }
}
row! {
    struct Met {
        mark: String,
        place: String,
    }
}
row! {
    struct Body {
        body: String,
    }
}
row! {
    struct Open {
        mark: String,
        id: [u8; 16],
        side: String,
        at: Timestamp,
        source: String,
        session: String,
        input_tokens: u64,
        output_tokens: u64,
        price: NanoUsd,
        claimed: NanoUsd,
        unpriced: u64,
    }
}

impl Open {
    fn sums(&self) -> Sums {
        Sums {
            calls: 1,
            input: self.input_tokens,
            output: self.output_tokens,
            price: self.price,
            claimed: self.claimed,
            unpriced: self.unpriced,
        }
    }
}

/// The workflows that have sent telemetry.
pub(super) type Watched = Arc<BTreeSet<String>>;

/// Reads which workflows are watched.
pub(super) async fn watched(db: &db::Db) -> Result<Watched, Fault> {
    let names: Vec<Name> = db.all(SOURCES, args![]).await?;
    Ok(Arc::new(names.into_iter().map(|name| name.workflow).collect()))
}

/// Forgets what is too old to be sent again.
pub(super) async fn prune(db: &db::Db, now: Timestamp) -> Result<(), Fault> {
    for sql in [SEEN_PRUNE, CALLS_PRUNE, MARKS_PRUNE] {
        db.execute(sql, args![now.plus_ms(-KEPT_MS)]).await?;
    }
    Ok(())
}

/// Writes what a stretch adds; returns the workflows watched from now on, where these are more.
pub(super) async fn put(tx: &mut Tx, watched: &Watched, mut gain: Gain) -> Result<Option<Watched>, Fault> {
    if gain.is_empty() {
        return Ok(None);
    }
    let new = newly_watched(watched, &gain.intakes);
    for (workflow, at) in &new {
        gain.recorded.extend(look_back(tx, workflow, *at).await?);
    }
    let mut pages = Pages::default();
    pages.take(tx, gain.intakes).await?;
    pages.record(gain.recorded);
    pages.write(tx).await?;
    let more: BTreeSet<String> = watched.iter().cloned().chain(new.into_keys()).collect();
    Ok((more.len() > watched.len()).then(|| Arc::new(more)))
}

fn newly_watched(watched: &Watched, intakes: &[Intake]) -> BTreeMap<String, Timestamp> {
    let names = intakes.iter().map(|intake| (intake.workflow.to_string(), intake.at));
    names.filter(|(workflow, _)| !watched.contains(workflow)).collect()
}

/// What a workflow called before anyone watched it.
async fn look_back(tx: &mut Tx, workflow: &str, at: Timestamp) -> Result<Vec<Recorded>, Fault> {
    let first = InferenceId::new(at.plus_ms(-BACK_MS), [0; 10]);
    let bodies: Vec<Body> = tx.all(FACTS, args![first, workflow, BACK_MOST]).await?;
    let read = |body: &Body| {
        let fact: domain::inference::Fact = serde_json::from_str(&body.body).ok()?;
        let slim: Slim<'_> = serde_json::from_str(&body.body).ok()?;
        Recorded::of(fact.id, &slim)
    };
    Ok(bodies.iter().filter_map(read).collect())
}

/// A day, a source, a session, and a side or a family.
type Cell = (i64, String, String, &'static str);

/// What is to be written, added up.
#[derive(Default)]
struct Pages {
    sources: BTreeMap<String, Sent>,
    seen: BTreeMap<[u8; 16], (Timestamp, u64)>,
    calls: Vec<Vec<Value>>,
    marks: BTreeMap<(String, &'static str, [u8; 16]), (String, Timestamp)>,
    usage: BTreeMap<Cell, [Sums; 2]>,
    work: BTreeMap<(Cell, &'static str), u64>,
}

/// What a source sent.
struct Sent {
    about: Intake,
    last_seen: Timestamp,
    records: u64,
    refused: u64,
}

/// Where a report belongs.
struct Spot<'a> {
    workflow: &'a str,
    source: &'a str,
}

impl Pages {
    /// Counts what is new of what clients reported.
    async fn take(&mut self, tx: &mut Tx, intakes: Vec<Intake>) -> Result<(), Fault> {
        let mut before = known(tx, &intakes).await?;
        for mut intake in intakes {
            if before.insert(intake.id.0, 0).is_some() {
                continue;
            }
            self.seen.insert(intake.id.0, (intake.at, 0));
            let source = source_id(intake.workflow.as_str(), &intake.source);
            let observations = std::mem::take(&mut intake.observations);
            let spot = Spot { workflow: intake.workflow.as_str(), source: &source };
            for observation in observations {
                self.count(&spot, intake.at, observation, &mut before);
            }
            self.sent(source, intake);
        }
        Ok(())
    }

    fn sent(&mut self, source: String, intake: Intake) {
        let (at, records, refused) = (intake.at, intake.records, intake.refused);
        let sent = self.sources.entry(source).or_insert_with(|| Sent {
            about: intake,
            last_seen: at,
            records: 0,
            refused: 0,
        });
        sent.last_seen = sent.last_seen.max(at);
        sent.records = sent.records.saturating_add(records);
        sent.refused = sent.refused.saturating_add(refused);
    }

    fn count(
        &mut self,
        spot: &Spot<'_>,
        now: Timestamp,
        observation: Observation,
        before: &mut HashMap<[u8; 16], u64>,
    ) {
        let (id, growth, amount) = match &observation {
            Observation::Call(call) => (call.id.0, Growth::Once, 1),
            Observation::Reading(reading) => (reading.id.0, reading.growth, reading.amount),
        };
        let more = gain(growth, amount, before.get(&id).copied());
        if more == 0 {
            return;
        }
        before.insert(id, amount);
        self.seen.insert(id, (now, amount));
        match observation {
            Observation::Call(call) => self.call(spot, call),
            Observation::Reading(reading) => self.reading(spot, &reading, more),
        }
    }

    fn call(&mut self, spot: &Spot<'_>, call: Call) {
        let sums = Sums {
            calls: 1,
            input: call.usage.input_total(),
            output: call.usage.output,
            price: call.price,
            claimed: call.claimed.unwrap_or_default(),
            unpriced: u64::from(call.pricing == domain::telemetry::Pricing::Unknown),
        };
        let side = call.family.as_str();
        let place = format!("{} {}", spot.source, call.session);
        for mark in &call.marks {
            self.mark(spot.workflow, mark, (side, call.id.0), (&place, call.at));
        }
        let cell = (call.at.day(), spot.source.to_owned(), call.session.clone(), side);
        self.add(cell, sums, Sums::default());
        let mut row = args![call.id.0, side, call.at, spot.workflow, spot.source, call.session];
        row.extend(values(&sums).into_iter().skip(1));
        self.calls.push(row);
    }

    fn reading(&mut self, spot: &Spot<'_>, reading: &Reading, more: u64) {
        let family = reading.family.as_str();
        let cell = (reading.at.day(), spot.source.to_owned(), reading.session.clone(), family);
        if !reading.measure.is_usage() {
            let sum = self.work.entry((cell, reading.measure.as_str())).or_default();
            *sum = sum.saturating_add(more);
            return;
        }
        self.add(cell, worth(reading, more), Sums::default());
        if !reading.session.is_empty() {
            let place = format!("{} {}", spot.source, reading.session);
            let id = Identity(digest(&[spot.source, &reading.session]));
            self.mark(spot.workflow, &reading.session, (family, id.0), (&place, reading.at));
        }
    }

    /// Adds records of the gateway, to be found by their marks.
    fn record(&mut self, recorded: Vec<Recorded>) {
        for one in recorded {
            for mark in &one.marks {
                self.mark(&one.workflow, mark, (GATEWAY, one.id.bytes()), ("", one.at));
            }
            let mut row = args![one.id, GATEWAY, one.at, one.workflow, "", ""];
            row.extend(values(&one.sums).into_iter().skip(1));
            self.calls.push(row);
        }
    }

    fn mark(
        &mut self,
        workflow: &str,
        mark: &str,
        (side, id): (&'static str, [u8; 16]),
        (place, at): (&str, Timestamp),
    ) {
        let side = if side == GATEWAY { GATEWAY } else { "client" };
        self.marks.insert((format!("{workflow} {mark}"), side, id), (place.to_owned(), at));
    }

    fn add(&mut self, cell: Cell, all: Sums, passed: Sums) {
        let [sum, sum_passed] = self.usage.entry(cell).or_default();
        *sum = sum.plus(all);
        *sum_passed = sum_passed.plus(passed);
    }

    async fn write(mut self, tx: &mut Tx) -> Result<(), Fault> {
        let mut calls = Batch::new(CALL_PUT);
        std::mem::take(&mut self.calls).into_iter().for_each(|row| calls.push(row));
        tx.execute_batch(calls).await?;
        let mut marks = Batch::new(MARK_PUT);
        for ((mark, side, id), (place, at)) in &self.marks {
            marks.push(args![mark, *side, *id, place, *at]);
        }
        tx.execute_batch(marks).await?;
        self.meet(tx).await?;
        self.write_sums(tx).await
    }

    /// Calls that share a mark with the other side are on both.
    async fn meet(&mut self, tx: &mut Tx) -> Result<(), Fault> {
        let touched: BTreeSet<&String> = self.marks.keys().map(|(mark, ..)| mark).collect();
        let mut batch = Batch::new(MARK_MET);
        touched.into_iter().for_each(|mark| batch.push(args![mark]));
        let met: Vec<Met> = tx.all_batch(batch).await?;
        let places: HashMap<String, String> = met.into_iter().map(|met| (met.mark, met.place)).collect();
        let mut batch = Batch::new(CALL_OPEN);
        places.keys().for_each(|mark| batch.push(args![mark]));
        let open: Vec<Open> = tx.all_batch(batch).await?;
        let (mut passed, mut batch) = (HashSet::new(), Batch::new(CALL_PASS));
        for call in open {
            if !passed.insert(call.id) {
                continue;
            }
            batch.push(args![call.id]);
            let place = places.get(&call.mark).map(String::as_str).unwrap_or_default();
            self.pass(&call, place);
        }
        tx.execute_batch(batch).await.map(drop)
    }

    /// A client's call moves to what passed; a record of the gateway is added to the session that
    /// it belongs to.
    fn pass(&mut self, call: &Open, place: &str) {
        let (day, sums) = (call.at.day(), call.sums());
        let family = domain::telemetry::Family::parse(&call.side);
        match family {
            Some(family) => {
                let cell = (day, call.source.clone(), call.session.clone(), family.as_str());
                self.add(cell, Sums::default(), sums);
            }
            None => {
                let (source, session) = place.split_once(' ').unwrap_or((place, ""));
                self.add((day, source.to_owned(), session.to_owned(), GATEWAY), sums, Sums::default());
            }
        }
    }

    async fn write_sums(self, tx: &mut Tx) -> Result<(), Fault> {
        let mut usage = Batch::new(USAGE_PUT);
        for ((day, source, session, side), [all, passed]) in &self.usage {
            let row = args![*day, source, session, *side];
            usage.push(row.into_iter().chain(values(all)).chain(values(passed)));
        }
        tx.execute_batch(usage).await?;
        let mut work = Batch::new(WORK_PUT);
        for (((day, source, session, family), measure), amount) in &self.work {
            work.push(args![*day, source, session, *family, *measure, *amount]);
        }
        tx.execute_batch(work).await?;
        let mut seen = Batch::new(SEEN_PUT);
        for (id, (at, value)) in &self.seen {
            seen.push(args![*id, *at, *value]);
        }
        tx.execute_batch(seen).await?;
        let mut sources = Batch::new(SOURCE_PUT);
        for (id, sent) in &self.sources {
            sources.push(source_row(id, sent));
        }
        tx.execute_batch(sources).await.map(drop)
    }
}

fn source_row(id: &String, sent: &Sent) -> Vec<Value> {
    let about = &sent.about;
    let source = &about.source;
    let mut row = args![id, &about.workflow, source.client.as_str(), &source.service, &source.person];
    row.extend(args![&about.version, &about.owner, &about.pod, about.at, sent.last_seen]);
    row.extend(args![sent.records, sent.refused]);
    row
}

/// What was counted before, of everything that is reported here.
async fn known(tx: &mut Tx, intakes: &[Intake]) -> Result<HashMap<[u8; 16], u64>, Fault> {
    let of = |observation: &Observation| match observation {
        Observation::Call(call) => call.id.0,
        Observation::Reading(reading) => reading.id.0,
    };
    let ids: BTreeSet<[u8; 16]> = intakes
        .iter()
        .flat_map(|intake| std::iter::once(intake.id.0).chain(intake.observations.iter().map(of)))
        .collect();
    let mut batch = Batch::new(SEEN);
    ids.into_iter().for_each(|id| batch.push(args![id]));
    let seen: Vec<Seen> = tx.all_batch(batch).await?;
    Ok(seen.into_iter().map(|seen| (seen.id, seen.value)).collect())
}

/// What more of a counter is worth.
fn worth(reading: &Reading, more: u64) -> Sums {
    if reading.measure == Measure::Claimed {
        let claimed = NanoUsd::from_nano(i64::try_from(more).unwrap_or(i64::MAX));
        return Sums { claimed, ..Sums::default() };
    }
    let price = reading.per_million.map(|price| price.cost(more).unwrap_or(NanoUsd::MAX));
    let (input, output) = if reading.measure == Measure::Output { (0, more) } else { (more, 0) };
    Sums {
        input,
        output,
        price: price.unwrap_or_default(),
        unpriced: u64::from(price.is_none()),
        ..Sums::default()
    }
}

/// Sums in the order of the columns.
fn values(sums: &Sums) -> Vec<Value> {
    args![sums.calls, sums.input, sums.output, sums.price, sums.claimed, sums.unpriced]
}

fn source_id(workflow: &str, source: &Source) -> String {
    let bytes = digest(&[workflow, source.client.as_str(), &source.service, &source.person]);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The first sixteen bytes of a hash over texts, none of which holds the separator.
fn digest(parts: &[&str]) -> [u8; 16] {
    let whole: [u8; 32] = Sha256::digest(parts.join("\u{1f}").as_bytes()).into();
    let mut first = [0; 16];
    first.copy_from_slice(&whole[..16]);
    first
}
