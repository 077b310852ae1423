//! What guards did, by day: gathered from facts, and written with a bounded number of names.
//!
//! A model can call a tool by any name it makes up, so names are bounded: beyond so many a day,
//! workflow and guard they are together.

use std::collections::{BTreeMap, HashMap, HashSet};

use db::{Batch, Fault, Sql, Tx, args, row, sql};
use domain::Timestamp;
use domain::guarded::{Deed, Direction, Guard};

use super::rows::Slim;

const GUARDS: Sql = sql!("ingest/guards");
const NAMES: Sql = sql!("ingest/guard_names");

/// Names that a day, workflow and guard get rows of their own for; the rest share [`OTHER`].
const MOST_NAMES: usize = 200;
/// The row of names beyond that.
const OTHER: &str = "(other)";
/// How many days of workflows are remembered between transactions.
const REMEMBERED: usize = 256;

/// Day, workflow, guard, what, direction, deed.
pub(super) type GuardKey = (i64, String, Guard, String, Direction, Deed);

/// What is added.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct GuardGain {
    calls: u64,
    hits: u64,
    last_at: Timestamp,
    last_run: String,
}

impl GuardGain {
    fn merge(&mut self, other: Self) {
        self.calls += other.calls;
        self.hits += other.hits;
        if other.last_at >= self.last_at {
            (self.last_at, self.last_run) = (other.last_at, other.last_run);
        }
    }
}

/// Adds what the guards of a call did.
pub(super) fn add(gains: &mut BTreeMap<GuardKey, GuardGain>, fact: &Slim<'_>) {
    let (of, day) = (&fact.attribution, fact.started.day());
    for guarded in &fact.guarded {
        let key = (
            day,
            of.workflow.to_owned(),
            guarded.guard,
            guarded.what.clone(),
            guarded.direction,
            guarded.deed,
        );
        let gain =
            GuardGain { calls: 1, hits: guarded.hits, last_at: fact.started, last_run: of.run.to_string() };
        join(gains, key, gain);
    }
}

fn join(gains: &mut BTreeMap<GuardKey, GuardGain>, key: GuardKey, gain: GuardGain) {
    match gains.get_mut(&key) {
        Some(known) => known.merge(gain),
        None => {
            gains.insert(key, gain);
        }
    }
}

row! {
    struct Name {
        guard: String,
        what: String,
    }
}

/// The names that have rows, by day and workflow. Remembered between transactions to save reads.
#[derive(Debug, Default)]
pub(super) struct GuardNames(HashMap<(i64, String), HashSet<(String, String)>>);

impl GuardNames {
    /// Forgets everything, where a transaction failed.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Writes what is added.
    pub(super) async fn put(
        &mut self,
        tx: &mut Tx,
        gains: BTreeMap<GuardKey, GuardGain>,
    ) -> Result<(), Fault> {
        if self.0.len() > REMEMBERED {
            self.0.clear();
        }
        let mut bounded = BTreeMap::new();
        for ((day, workflow, guard, what, direction, deed), gain) in gains {
            let names = self.of(tx, day, &workflow).await?;
            let name = (guard.as_str().to_owned(), what);
            let count = names.iter().filter(|(of, _)| *of == name.0).count();
            let what = if names.contains(&name) || count < MOST_NAMES { name.1 } else { OTHER.to_owned() };
            names.insert((name.0, what.clone()));
            join(&mut bounded, (day, workflow, guard, what, direction, deed), gain);
        }
        let mut batch = Batch::new(GUARDS);
        for ((day, workflow, guard, what, direction, deed), gain) in bounded {
            let mut row = args![day, workflow, guard.as_str(), what, direction.as_str(), deed.as_str()];
            row.extend(args![gain.calls, gain.hits, gain.last_at, gain.last_run]);
            batch.push(row);
        }
        tx.execute_batch(batch).await.map(drop)
    }

    async fn of(
        &mut self,
        tx: &mut Tx,
        day: i64,
        workflow: &str,
    ) -> Result<&mut HashSet<(String, String)>, Fault> {
        let key = (day, workflow.to_owned());
        if !self.0.contains_key(&key) {
            let rows: Vec<Name> = tx.all(NAMES, args![day, workflow]).await?;
            self.0.insert(key.clone(), rows.into_iter().map(|row| (row.guard, row.what)).collect());
        }
        Ok(self.0.entry(key).or_default())
    }
}
