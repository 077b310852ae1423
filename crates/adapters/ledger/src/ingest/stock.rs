//! Writes what a stretch of journal adds: one transaction, the position in it.

use std::collections::{BTreeMap, HashMap, HashSet};

use db::{Batch, Db, Fault, Sql, Tx, Value, args, row, sql};
use domain::ids::InferenceId;
use domain::money::NanoUsd;
use domain::time::Timestamp;

use super::guards::GuardNames;
use super::sums::Sums;
use super::tally::{Prepared, RunGain};
use super::telemetry::{self, Watched};
use super::traffic::{Cell, CellKey, HOUR, MINUTE, MINUTES_KEPT_MS};
use crate::histogram::Histogram;
use crate::journal::Position;

const REGISTER: Sql = sql!("journal/register");
const FIND: Sql = sql!("journal/find");
const ADVANCE: Sql = sql!("journal/advance");
const KNOWN: Sql = sql!("ingest/known");
const RUN_PUT: Sql = sql!("ingest/run_put");
const RUN_ADD: Sql = sql!("ingest/run_add");
const SPEND_UNIT: Sql = sql!("ingest/spend_unit");
const UNITS: Sql = sql!("ingest/units");
const CELL_FIND: Sql = sql!("ingest/traffic_find");
const CELL_PUT: Sql = sql!("ingest/traffic_put");
const CELL_PRUNE: Sql = sql!("ingest/traffic_prune");

/// Units of work that a day and workflow get rows of their own for; the rest share [`OTHER_UNITS`].
const MOST_UNITS: usize = 1_000;
/// The row of units beyond that.
const OTHER_UNITS: &str = "(other)";
/// How many runs, cells and days of units are remembered between transactions.
const REMEMBERED: usize = 8_192;
/// How long hour cells are kept.
const HOURS_KEPT_MS: i64 = 100 * 24 * HOUR;

row! {
    /// A journal as the database knows it.
    pub(crate) struct Registered {
        pub(crate) id: i64,
        pub(crate) segment: u64,
        pub(crate) position: u64,
    }
}

impl Registered {
    pub(crate) const fn at(&self) -> Position {
        Position { segment: self.segment, offset: self.position }
    }
}

row! {
    struct Known {
        id: InferenceId,
    }
}
row! {
    struct Unit {
        unit: String,
    }
}
row! {
    struct CellRow {
        calls: i64,
        errors: i64,
        refused: i64,
        cost: NanoUsd,
        latency: Vec<u8>,
    }
}

/// What became of a stretch.
#[derive(Debug)]
pub(super) enum Written {
    /// It is in the database.
    All,
    /// Nothing was written: these facts are in the database already and must be left out.
    Known(HashSet<InferenceId>),
}

/// The columns of a run that indexes depend on. `began` may be later than the database's, never earlier.
#[derive(PartialEq, Eq, Debug)]
struct Indexed {
    began: Timestamp,
    owner: String,
    model: String,
    status: domain::inference::Status,
}

/// The database's writing end. What it remembers between transactions only saves reads; where a
/// transaction fails it forgets all of it.
#[derive(Debug)]
pub(crate) struct Stock {
    db: Db,
    journal: i64,
    name: String,
    runs: HashMap<(String, String), Indexed>,
    cells: HashMap<CellKey, Cell>,
    units: HashMap<(i64, String), HashSet<String>>,
    watched: Watched,
    guards: GuardNames,
}

impl Stock {
    /// Finds the journal's row, or makes it.
    pub(crate) async fn open(db: Db, name: &str) -> Result<(Self, Registered), Fault> {
        db.execute(REGISTER, args![name]).await?;
        let registered: Registered = db.one(FIND, args![name]).await?;
        let watched = telemetry::watched(&db).await?;
        let stock = Self {
            db,
            journal: registered.id,
            name: name.to_owned(),
            runs: HashMap::new(),
            cells: HashMap::new(),
            units: HashMap::new(),
            watched,
            guards: GuardNames::default(),
        };
        Ok((stock, registered))
    }

    /// The id of the journal in the database.
    pub(crate) const fn journal(&self) -> i64 {
        self.journal
    }

    /// The workflows whose calls are compared with telemetry.
    pub(super) fn watched(&self) -> Watched {
        Watched::clone(&self.watched)
    }

    /// Where the database is. Asked again after every failure: a commit whose answer was lost may have lasted.
    pub(super) async fn position(&mut self) -> Result<Position, Fault> {
        self.forget();
        let registered: Registered = self.db.one(FIND, args![self.name.as_str()]).await?;
        self.watched = telemetry::watched(&self.db).await?;
        Ok(registered.at())
    }

    fn forget(&mut self) {
        self.runs.clear();
        self.cells.clear();
        self.units.clear();
        self.guards.clear();
    }

    /// Writes a stretch that begins at `from`.
    pub(super) async fn write(&mut self, from: Position, prepared: Prepared) -> Result<Written, Fault> {
        let written = self.transact(from, prepared).await;
        if !matches!(written, Ok(Written::All)) {
            self.forget();
        }
        written
    }

    async fn transact(&mut self, from: Position, mut prepared: Prepared) -> Result<Written, Fault> {
        let mut tx = self.db.begin("take in records").await?;
        let facts = std::mem::replace(&mut prepared.facts, Batch::new(KNOWN));
        let expected = u64::try_from(facts.len()).unwrap_or(0);
        if tx.execute_batch(facts).await? != expected {
            tx.rollback().await?;
            return self.already_there(&prepared.ids).await.map(Written::Known);
        }
        let next = prepared.next;
        let watched = self.put(&mut tx, prepared).await?;
        self.advance(&mut tx, from, next).await?;
        tx.commit().await?;
        self.watched = watched.unwrap_or_else(|| Watched::clone(&self.watched));
        Ok(Written::All)
    }

    /// Everything but the facts themselves. Returns the workflows watched from now on, where these
    /// are more.
    async fn put(&mut self, tx: &mut Tx, prepared: Prepared) -> Result<Option<Watched>, Fault> {
        for batch in prepared.open {
            tx.execute_batch(batch).await?;
        }
        self.put_runs(tx, prepared.runs).await?;
        for batch in prepared.spend {
            tx.execute_batch(batch).await?;
        }
        tx.execute_batch(prepared.accounts).await?;
        self.put_units(tx, prepared.units).await?;
        self.guards.put(tx, prepared.guards).await?;
        self.put_cells(tx, prepared.cells).await?;
        telemetry::put(tx, &self.watched, prepared.telemetry).await
    }

    async fn already_there(&self, ids: &[InferenceId]) -> Result<HashSet<InferenceId>, Fault> {
        let mut batch = Batch::new(KNOWN);
        ids.iter().for_each(|id| batch.push(args![*id]));
        let mut tx = self.db.snapshot("look for known facts").await?;
        let known: Vec<Known> = tx.all_batch(batch).await?;
        tx.rollback().await?;
        Ok(known.into_iter().map(|known| known.id).collect())
    }

    async fn put_runs(
        &mut self,
        tx: &mut Tx,
        runs: BTreeMap<(String, String), RunGain>,
    ) -> Result<(), Fault> {
        if self.runs.len() > REMEMBERED {
            self.runs.clear();
        }
        let (mut put, mut add) = (Batch::new(RUN_PUT), Batch::new(RUN_ADD));
        for (key, mut gain) in runs {
            let earlier = self.runs.get(&key);
            if gain.model.is_empty() {
                gain.model = earlier.map(|earlier| earlier.model.clone()).unwrap_or_default();
            }
            let row = run_row(&key, &gain);
            if earlier.is_some_and(|earlier| earlier.stays(&gain)) {
                add.push(row);
                continue;
            }
            put.push(row);
            self.runs.insert(key, Indexed::of(gain));
        }
        tx.execute_batch(put).await?;
        tx.execute_batch(add).await.map(drop)
    }

    /// Units beyond the bound are counted together, so that a ticket number a call can't grow the
    /// table without end.
    async fn put_units(
        &mut self,
        tx: &mut Tx,
        units: BTreeMap<(i64, String, String), Sums>,
    ) -> Result<(), Fault> {
        if self.units.len() > REMEMBERED / 64 {
            self.units.clear();
        }
        let mut bounded: BTreeMap<(i64, String, String), Sums> = BTreeMap::new();
        for ((day, workflow, unit), sums) in units {
            let known = self.units_of(tx, day, &workflow).await?;
            let fits = known.contains(&unit) || known.len() < MOST_UNITS;
            let unit = if fits { unit } else { OTHER_UNITS.to_owned() };
            known.insert(unit.clone());
            bounded.entry((day, workflow, unit)).or_default().add(&sums);
        }
        let mut batch = Batch::new(SPEND_UNIT);
        for ((day, workflow, unit), sums) in bounded {
            batch.push(args![day, workflow, unit].into_iter().chain(sums.values()));
        }
        tx.execute_batch(batch).await.map(drop)
    }

    async fn units_of(
        &mut self,
        tx: &mut Tx,
        day: i64,
        workflow: &str,
    ) -> Result<&mut HashSet<String>, Fault> {
        let key = (day, workflow.to_owned());
        if !self.units.contains_key(&key) {
            let rows: Vec<Unit> = tx.all(UNITS, args![day, workflow]).await?;
            self.units.insert(key.clone(), rows.into_iter().map(|row| row.unit).collect());
        }
        Ok(self.units.entry(key).or_default())
    }

    async fn put_cells(&mut self, tx: &mut Tx, gains: BTreeMap<CellKey, Cell>) -> Result<(), Fault> {
        if self.cells.len() > REMEMBERED {
            self.cells.clear();
        }
        let mut batch = Batch::new(CELL_PUT);
        for (key, gain) in gains {
            let mut cell = match self.cells.remove(&key) {
                Some(cell) => cell,
                None => find_cell(tx, &key, self.journal).await?,
            };
            cell.merge(&gain);
            let (grain, workflow, at) = &key;
            let latency = cell.latency.encode();
            let mut row = args![*grain, workflow.as_str(), *at, self.journal];
            row.extend(args![cell.calls, cell.errors, cell.refused, cell.cost, latency]);
            batch.push(row);
            self.cells.insert(key, cell);
        }
        tx.execute_batch(batch).await.map(drop)
    }

    async fn advance(&self, tx: &mut Tx, from: Position, next: Position) -> Result<(), Fault> {
        let values = args![self.journal, next.segment, next.offset, from.segment, from.offset];
        match tx.execute(ADVANCE, values).await? {
            1 => Ok(()),
            _ => Err(Fault::passing("take in records", "another process took in this stretch meanwhile")),
        }
    }

    /// Deletes cells of minutes and hours that are too old to be of use.
    pub(super) async fn prune(&mut self, now: Timestamp) -> Result<(), Fault> {
        self.db.execute(CELL_PRUNE, args![MINUTE, now.plus_ms(-MINUTES_KEPT_MS)]).await?;
        self.db.execute(CELL_PRUNE, args![HOUR, now.plus_ms(-HOURS_KEPT_MS)]).await?;
        telemetry::prune(&self.db, now).await?;
        self.watched = telemetry::watched(&self.db).await?;
        Ok(())
    }
}

async fn find_cell(tx: &mut Tx, key: &CellKey, journal: i64) -> Result<Cell, Fault> {
    let (grain, workflow, at) = key;
    let row: Option<CellRow> = tx.optional(CELL_FIND, args![*grain, workflow.as_str(), *at, journal]).await?;
    Ok(row.map_or_else(Cell::default, |row| Cell {
        calls: row.calls,
        errors: row.errors,
        refused: row.refused,
        cost: row.cost,
        latency: Histogram::decode(&row.latency),
    }))
}

fn run_row((run, workflow): &(String, String), gain: &RunGain) -> Vec<Value> {
    let sums = &gain.sums;
    let mut row = args![run.as_str(), workflow.as_str(), gain.began, gain.ended];
    row.extend(args![sums.calls, sums.errors, sums.refused, sums.cost, sums.estimated, gain.simulated]);
    row.extend(args![gain.owner.as_str(), gain.model.as_str(), gain.status.as_str()]);
    row
}

impl Indexed {
    fn of(gain: RunGain) -> Self {
        Self { began: gain.began, owner: gain.owner, model: gain.model, status: gain.status }
    }

    /// Whether the gain leaves every indexed column as it is.
    fn stays(&self, gain: &RunGain) -> bool {
        gain.began >= self.began
            && gain.owner == self.owner
            && gain.model == self.model
            && gain.status == self.status
    }
}
