//! What a stretch of journal adds to the tables of telemetry, added up before it is written.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use db::{Batch, Fault, Sql, Tx, Value, args, row, sql};
use domain::money::NanoUsd;
use domain::telemetry::settle::{Sums, gain};
use domain::telemetry::{Call, Growth, Identity, Intake, MOST_SUM, Measure, Observation, Reading, Source};
use domain::time::{DAY_MS, Timestamp};
use sha2::{Digest, Sha256};

use super::meet::{Counts, Meeting, Open, is_likeness, places};
use super::{GATEWAY, Recorded};

const SOURCE_PUT: Sql = sql!("telemetry/source_put");
const SEEN: Sql = sql!("telemetry/seen");
const SEEN_PUT: Sql = sql!("telemetry/seen_put");
const CALL_PUT: Sql = sql!("telemetry/call_put");
const CALL_PASS: Sql = sql!("telemetry/call_pass");
const MARK_PUT: Sql = sql!("telemetry/mark_put");
const USAGE_PUT: Sql = sql!("telemetry/usage_put");
const WORK_PUT: Sql = sql!("telemetry/work_put");

row! {
    struct Seen {
        id: [u8; 16],
        at: Timestamp,
        value: u64,
    }
}

/// What was counted before, and when that was last written: by the identity of what was reported.
type Before = HashMap<[u8; 16], (Timestamp, u64)>;

/// How often it is written down of a report that adds nothing that it still comes. It is forgotten
/// when it has not come for a month.
const STILL_COMES_MS: i64 = DAY_MS;

/// A day, a source, a session, and a side or a family.
type Cell = (i64, String, String, &'static str);

/// What is to be written, added up.
#[derive(Default)]
pub(super) struct Pages {
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
    pub(super) async fn take(&mut self, tx: &mut Tx, intakes: Vec<Intake>) -> Result<(), Fault> {
        let mut before = known(tx, &intakes).await?;
        for mut intake in intakes {
            if before.insert(intake.id.0, (intake.at, 0)).is_some() {
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

    fn count(&mut self, spot: &Spot<'_>, now: Timestamp, observation: Observation, before: &mut Before) {
        let (id, growth, amount) = match &observation {
            Observation::Call(call) => (call.id.0, Growth::Once, 1),
            Observation::Reading(reading) => (reading.id.0, reading.growth, reading.amount),
        };
        let known = before.get(&id).copied();
        let more = gain(growth, amount, known.map(|(_, counted)| counted));
        if more == 0 {
            if let Some((_, counted)) = known.filter(|(at, _)| now.since(*at) > STILL_COMES_MS) {
                before.insert(id, (now, counted));
                self.seen.insert(id, (now, counted));
            }
            return;
        }
        before.insert(id, (now, amount));
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
    pub(super) fn record(&mut self, recorded: Vec<Recorded>) {
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

    pub(super) async fn write(mut self, tx: &mut Tx) -> Result<(), Fault> {
        let mut calls = Batch::new(CALL_PUT);
        std::mem::take(&mut self.calls).into_iter().for_each(|row| calls.push(row));
        tx.execute_batch(calls).await?;
        let touched: BTreeSet<String> = self.marks.keys().map(|(mark, ..)| mark.clone()).collect();
        let (alike, named): (Vec<_>, Vec<_>) = touched.into_iter().partition(|mark| is_likeness(mark));
        let known = places(tx, &named).await?;
        let mut marks = Batch::new(MARK_PUT);
        for ((mark, side, id), (place, at)) in &self.marks {
            marks.push(args![mark, *side, *id, place, *at]);
        }
        tx.execute_batch(marks).await?;
        self.meet_by_name(tx, named, known).await?;
        self.meet_alike(tx, alike).await?;
        self.write_sums(tx).await
    }

    /// Calls that share a name with the other side are on both. Of names that both sides had before,
    /// only what is new can be open: everything else was settled when it came.
    async fn meet_by_name(
        &mut self,
        tx: &mut Tx,
        named: Vec<String>,
        known: HashMap<String, String>,
    ) -> Result<(), Fault> {
        let of_known = self.marks.keys().filter(|(mark, ..)| known.contains_key(mark));
        let fresh: BTreeMap<[u8; 16], String> = of_known.map(|(mark, _, id)| (*id, mark.clone())).collect();
        let unknown = named.into_iter().filter(|mark| !known.contains_key(mark)).collect();
        let met = Meeting::of_new(tx, known, fresh).await?;
        self.settle(tx, met.open.iter().map(|call| (call, met.place(call)))).await?;
        let met = Meeting::of(tx, unknown).await?;
        self.settle(tx, met.open.iter().map(|call| (call, met.place(call)))).await
    }

    /// Calls that are only alike are paired one to one, after those that share a name.
    async fn meet_alike(&mut self, tx: &mut Tx, alike: Vec<String>) -> Result<(), Fault> {
        let met = Meeting::of(tx, alike).await?;
        let mut counts = Counts::of(tx, &met).await?;
        let (recorded, reported): (Vec<_>, Vec<_>) = met.open.iter().partition(|call| call.side == GATEWAY);
        let mut pairs: Vec<_> = reported.into_iter().filter(|call| counts.report(call)).collect();
        pairs.extend(recorded.into_iter().filter(|call| counts.record(call)));
        self.settle(tx, pairs.into_iter().map(|call| (call, met.place(call)))).await
    }

    async fn settle(&mut self, tx: &mut Tx, calls: impl Iterator<Item = (&Open, &str)>) -> Result<(), Fault> {
        let (mut passed, mut batch) = (HashSet::new(), Batch::new(CALL_PASS));
        for (call, place) in calls {
            if passed.insert(call.id) {
                batch.push(args![call.id]);
                self.pass(call, place);
            }
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
            work.push(args![*day, source, session, *family, *measure, (*amount).min(MOST_SUM)]);
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
async fn known(tx: &mut Tx, intakes: &[Intake]) -> Result<Before, Fault> {
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
    Ok(seen.into_iter().map(|seen| (seen.id, (seen.at, seen.value))).collect())
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

/// Sums in the order of the columns, none of them larger than sums get.
pub(super) fn values(sums: &Sums) -> Vec<Value> {
    let most = |count: u64| count.min(MOST_SUM);
    let money = |money: NanoUsd| money.min(NanoUsd::from_nano(i64::try_from(MOST_SUM).unwrap_or(i64::MAX)));
    args![
        most(sums.calls),
        most(sums.input),
        most(sums.output),
        money(sums.price),
        money(sums.claimed),
        most(sums.unpriced)
    ]
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
