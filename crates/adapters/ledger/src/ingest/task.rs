//! When the journal is taken in: at once if little happens or someone waits for it, otherwise in
//! batches that grow with the load; and again and again while the database is away.

use std::collections::HashSet;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use db::{Fault, Retry};
use domain::ids::InferenceId;
use domain::time::{HOUR_MS, SharedClock, Timestamp};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::stock::{Stock, Written};
use super::tally::{self, Context, Prepared};
use crate::health::Counters;
use crate::journal::{Chunk, Folder, Mark, Tail};

/// Least time between two transactions while records keep coming …
const GAP: Duration = Duration::from_millis(100);
/// … and after a large one: most of a transaction is the same however many records share it.
const LONG_GAP: Duration = Duration::from_millis(250);
/// Records that make a transaction large.
const LARGE: u64 = 150;
/// Most bytes of journal in one transaction: about a thousand records.
const MOST: u64 = 1 << 20;
/// Waits after failures double from here …
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// … to here.
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// How long the end may take.
const LAST_CALL: Duration = Duration::from_secs(10);

/// How much of the journal has been taken in, in the measure of [`Mark`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Progress {
    pub(crate) bytes: u64,
    pub(crate) records: u64,
}

/// What the ledger and its ingest tell each other.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    /// Someone waits for what has been written so far.
    pub(crate) urgent: Notify,
    /// How many wait.
    pub(crate) waiting: AtomicUsize,
    /// The ledger is going down.
    pub(crate) stop: CancellationToken,
}

/// What came of one step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    /// There is nothing to take in.
    Idle,
    /// A stretch was taken in.
    Stored,
    /// A stretch was refused and is being taken apart.
    TakenApart,
}

/// The ingest. Holds the folder, so that it stays locked until the last transaction is over.
pub(crate) struct Ingest {
    pub(crate) folder: Arc<Folder>,
    pub(crate) tail: Tail,
    pub(crate) stock: Stock,
    pub(crate) mark: watch::Receiver<Mark>,
    pub(crate) progress: watch::Sender<Progress>,
    pub(crate) bumped: watch::Sender<u64>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) signals: Arc<Signals>,
    pub(crate) clock: SharedClock,
    /// How many lines are still to be taken one by one.
    pub(crate) singly: u64,
    /// Whether the database's position must be asked for again.
    pub(crate) in_doubt: bool,
}

impl Ingest {
    /// Runs until the ledger goes down or is dropped.
    pub(crate) async fn run(mut self) {
        let signals = Arc::clone(&self.signals);
        let (mut last, mut gap, mut wait, mut pruned) =
            (Instant::now(), GAP, FIRST_WAIT, Timestamp::default());
        while !signals.stop.is_cancelled() && self.something_to_do(&signals).await {
            pace(&signals, last + gap).await;
            last = Instant::now();
            let before = self.progress.borrow().records;
            match self.step().await {
                Ok(_) => wait = FIRST_WAIT,
                Err(fault) => {
                    self.complain(&fault);
                    rest(&signals, wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
            }
            let large = self.progress.borrow().records.saturating_sub(before) >= LARGE;
            gap = if large { LONG_GAP } else { GAP };
            if self.clock.now().since(pruned) > HOUR_MS {
                pruned = self.clock.now();
                self.prune().await;
            }
        }
        self.finish().await;
    }

    /// Waits for something to take in; `false` where nothing can come any more.
    async fn something_to_do(&mut self, signals: &Signals) -> bool {
        loop {
            let mark = *self.mark.borrow_and_update();
            if self.in_doubt || self.tail.at() < mark.end && self.progress.borrow().bytes < mark.bytes {
                return true;
            }
            tokio::select! {
                () = signals.stop.cancelled() => return true,
                changed = self.mark.changed() => if changed.is_err() { return false },
            }
        }
    }

    /// Takes in one stretch.
    pub(crate) async fn step(&mut self) -> Result<Step, Fault> {
        if self.in_doubt {
            let at = self.stock.position().await?;
            self.tail.seek(at);
            self.in_doubt = false;
        }
        let mark = *self.mark.borrow();
        let Some(chunk) = self.read(mark).await? else {
            self.caught_up(mark);
            return Ok(Step::Idle);
        };
        let chunk = Arc::new(chunk);
        let result = self.store(&chunk).await;
        self.in_doubt = result.is_err();
        match result {
            Ok(()) => Ok(Step::Stored),
            Err(fault) if fault.retry == Retry::Never => self.take_apart(&chunk, &fault).await,
            Err(fault) => Err(fault),
        }
    }

    async fn read(&mut self, mark: Mark) -> Result<Option<Chunk>, Fault> {
        let placeholder = Tail::new(self.folder.path().to_owned(), self.tail.at());
        let mut tail = std::mem::replace(&mut self.tail, placeholder);
        let one_line = self.singly > 0;
        let done = tokio::task::spawn_blocking(move || {
            let chunk = tail.read(mark, MOST, one_line);
            (tail, chunk)
        });
        let (tail, chunk) = done.await.map_err(|error| Fault::passing("read the journal", error))?;
        self.tail = tail;
        chunk.map_err(|error| Fault::passing("read the journal", error))
    }

    async fn store(&mut self, chunk: &Arc<Chunk>) -> Result<(), Fault> {
        let mut known = HashSet::new();
        // Each round either stores the stretch or learns of more facts to leave out, of which there are only so many.
        loop {
            let before = known.len();
            let prepared = self.prepare(chunk, known.clone()).await?;
            match self.write(prepared).await? {
                Written::All => return Ok(()),
                Written::Known(more) => known.extend(more),
            }
            if known.len() == before {
                return Err(Fault::passing(
                    "take in records",
                    "facts were refused that are not in the database",
                ));
            }
        }
    }

    async fn prepare(&self, chunk: &Arc<Chunk>, known: HashSet<InferenceId>) -> Result<Prepared, Fault> {
        let context =
            Context { journal: self.stock.journal(), now: self.clock.now(), watched: self.stock.watched() };
        let chunk = Arc::clone(chunk);
        tokio::task::spawn_blocking(move || tally::prepare(&chunk, &context, &known))
            .await
            .map_err(|error| Fault::new("read records", error))
    }

    async fn write(&mut self, prepared: Prepared) -> Result<Written, Fault> {
        let (next, changes) = (prepared.next, prepared.ids.len() + prepared.telemetry.intakes.len());
        let (bytes, records, corrupt) = (prepared.bytes, prepared.records, prepared.corrupt);
        self.counters.set_oldest(prepared.oldest);
        let written = self.stock.write(self.tail.at(), prepared).await?;
        if matches!(written, Written::All) {
            if corrupt > 0 {
                self.counters.corrupt.fetch_add(corrupt, Ordering::Relaxed);
                tracing::error!(
                    records = corrupt,
                    segment = next.segment,
                    "damaged records in the journal were skipped"
                );
            }
            self.tail.seek(next);
            self.singly = self.singly.saturating_sub(records);
            self.progress.send_modify(|progress| {
                progress.bytes += bytes;
                progress.records += records;
            });
            self.recovered();
            if changes > 0 {
                self.bumped.send_modify(|count| *count += 1);
            }
        }
        Ok(written)
    }

    /// What the database refuses for good is stored line by line, and the line at fault set aside.
    async fn take_apart(&mut self, chunk: &Arc<Chunk>, fault: &Fault) -> Result<Step, Fault> {
        self.in_doubt = false;
        if self.singly == 0 {
            self.singly = chunk.bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum();
            tracing::error!(error = %fault.chain(), "a batch of records was refused; trying them one by one");
            return Ok(Step::TakenApart);
        }
        self.reject(chunk, fault).await.map(|()| Step::TakenApart)
    }

    async fn reject(&mut self, chunk: &Arc<Chunk>, fault: &Fault) -> Result<(), Fault> {
        set_aside(rejected(self.folder.path()), Arc::clone(chunk)).await?;
        self.counters.rejected.fetch_add(1, Ordering::Relaxed);
        tracing::error!(error = %fault.chain(), "a record was refused by the database and set aside");
        self.write(Prepared::nothing(chunk)).await.map(drop)
    }

    fn caught_up(&mut self, mark: Mark) {
        self.counters.set_oldest(None);
        self.progress.send_replace(Progress { bytes: mark.bytes, records: mark.records });
    }

    fn complain(&self, fault: &Fault) {
        if self.counters.database_error().is_none() {
            tracing::warn!(error = %fault.chain(), "the database can't take records; they wait in the journal");
        }
        self.counters.set_database_error(Some(fault.chain()));
    }

    fn recovered(&self) {
        if self.counters.database_error().is_some() {
            tracing::info!("the database takes records again");
            self.counters.set_database_error(None);
        }
    }

    async fn prune(&mut self) {
        if let Err(fault) = self.stock.prune(self.clock.now()).await {
            tracing::warn!(error = %fault.chain(), "old roll-ups were not deleted; trying again in an hour");
        }
    }

    /// Takes in what is left. What can't be stored now is still in the journal at the next start.
    async fn finish(&mut self) {
        let all = async { while matches!(self.step().await, Ok(Step::Stored | Step::TakenApart)) {} };
        if tokio::time::timeout(LAST_CALL, all).await.is_err() {
            tracing::warn!("records are left in the journal for the next start");
        }
    }
}

/// Waits until `due`, unless someone waits for the result or the ledger goes down.
async fn pace(signals: &Signals, due: Instant) {
    if signals.waiting.load(Ordering::Acquire) > 0 {
        return;
    }
    tokio::select! {
        () = tokio::time::sleep_until(due) => {},
        () = signals.urgent.notified() => {},
        () = signals.stop.cancelled() => {},
    }
}

async fn rest(signals: &Signals, wait: Duration) {
    tokio::select! {
        () = tokio::time::sleep(wait) => {},
        () = signals.stop.cancelled() => {},
    }
}

fn rejected(folder: &Path) -> PathBuf {
    folder.join("rejected.log")
}

async fn set_aside(path: PathBuf, chunk: Arc<Chunk>) -> Result<(), Fault> {
    let write = move || {
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        file.write_all(&chunk.bytes)?;
        file.sync_data()
    };
    let written = tokio::task::spawn_blocking(write).await.map_err(std::io::Error::other).flatten();
    written.map_err(|error| Fault::passing("set a record aside", error))
}
