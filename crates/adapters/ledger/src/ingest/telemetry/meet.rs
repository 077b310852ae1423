//! Finds the calls that are on both sides by the marks they carry.
//!
//! Names are shared by whole groups, such as a trace: where both sides have one, all of its calls
//! passed the gateway. What is only alike is paired one to one.

use std::collections::{BTreeMap, HashMap};

use db::{Batch, Fault, Sql, Tx, args, row, sql};
use domain::money::NanoUsd;
use domain::telemetry::settle::Sums;
use domain::time::Timestamp;

use super::GATEWAY;

const CALL_OPEN: Sql = sql!("telemetry/call_open");
const CALL_NEW: Sql = sql!("telemetry/call_new");
const MARK_MET: Sql = sql!("telemetry/mark_met");
const MARK_COUNT: Sql = sql!("telemetry/mark_count");

row! {
    struct Met {
        mark: String,
        place: String,
    }
}
row! {
    struct Count {
        mark: String,
        side: String,
        calls: u64,
        passed: u64,
    }
}
row! {
    /// A call of either side that is not settled.
    pub(super) struct Open {
        pub(super) mark: String,
        pub(super) id: [u8; 16],
        pub(super) side: String,
        pub(super) at: Timestamp,
        pub(super) source: String,
        pub(super) session: String,
        pub(super) input_tokens: u64,
        pub(super) output_tokens: u64,
        pub(super) price: NanoUsd,
        pub(super) claimed: NanoUsd,
        pub(super) unpriced: u64,
    }
}

impl Open {
    pub(super) fn sums(&self) -> Sums {
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

/// Whether a mark, without its workflow, is that of a call known by nothing but its size.
pub(super) fn is_likeness(mark: &str) -> bool {
    mark.split_once(' ').is_some_and(|(_, mark)| mark.starts_with("like "))
}

/// Marks that both sides have, and the calls that have them and are not settled.
pub(super) struct Meeting {
    places: HashMap<String, String>,
    pub(super) open: Vec<Open>,
}

/// Of these marks, those that both sides have, with a place on the client's side.
pub(super) async fn places(tx: &mut Tx, marks: &[String]) -> Result<HashMap<String, String>, Fault> {
    let mut batch = Batch::new(MARK_MET);
    marks.iter().for_each(|mark| batch.push(args![mark]));
    let met: Vec<Met> = tx.all_batch(batch).await?;
    Ok(met.into_iter().map(|met| (met.mark, met.place)).collect())
}

impl Meeting {
    /// At marks that may have met just now: all calls that have them.
    pub(super) async fn of(tx: &mut Tx, marks: Vec<String>) -> Result<Self, Fault> {
        let places = places(tx, &marks).await?;
        let mut batch = Batch::new(CALL_OPEN);
        places.keys().for_each(|mark| batch.push(args![mark]));
        Ok(Self { open: tx.all_batch(batch).await?, places })
    }

    /// At marks that had met before: these calls, each with one of them. However many calls share a
    /// mark, no other is read.
    pub(super) async fn of_new(
        tx: &mut Tx,
        places: HashMap<String, String>,
        calls: BTreeMap<[u8; 16], String>,
    ) -> Result<Self, Fault> {
        let mut batch = Batch::new(CALL_NEW);
        calls.keys().for_each(|id| batch.push(args![*id]));
        let mut open: Vec<Open> = tx.all_batch(batch).await?;
        for call in &mut open {
            call.mark = calls.get(&call.id).cloned().unwrap_or_default();
        }
        Ok(Self { places, open })
    }

    /// The source and the session of the client's side.
    pub(super) fn place(&self, call: &Open) -> &str {
        self.places.get(&call.mark).map(String::as_str).unwrap_or_default()
    }
}

/// How many calls are alike, by mark and side, and how many of them are settled. As many reports of
/// one family are taken for records of the gateway as it has such records, and no more records for
/// reports than there are such reports.
pub(super) struct Counts(HashMap<(String, String), (u64, u64)>);

impl Counts {
    pub(super) async fn of(tx: &mut Tx, met: &Meeting) -> Result<Self, Fault> {
        let mut batch = Batch::new(MARK_COUNT);
        met.places.keys().for_each(|mark| batch.push(args![mark]));
        let rows: Vec<Count> = tx.all_batch(batch).await?;
        Ok(Self(rows.into_iter().map(|row| ((row.mark, row.side), (row.calls, row.passed))).collect()))
    }

    /// Whether one more report of this side finds a record.
    pub(super) fn report(&mut self, call: &Open) -> bool {
        let records = self.0.get(&(call.mark.clone(), GATEWAY.to_owned())).map_or(0, |(calls, _)| *calls);
        self.take(call, records)
    }

    /// Whether one more record finds a report.
    pub(super) fn record(&mut self, call: &Open) -> bool {
        let of_mark = |key: &(String, String)| key.0 == call.mark && key.1 != GATEWAY;
        let reports = self.0.iter().filter(|(key, _)| of_mark(key)).map(|(_, (_, passed))| *passed).max();
        self.take(call, reports.unwrap_or(0))
    }

    fn take(&mut self, call: &Open, most: u64) -> bool {
        let (_, passed) = self.0.entry((call.mark.clone(), call.side.clone())).or_default();
        let fits = *passed < most;
        *passed += u64::from(fits);
        fits
    }
}
