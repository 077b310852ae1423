//! The ledger as its callers see it.

use std::borrow::Borrow;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use db::{Db, Fault};
use domain::holder::Holder;
use domain::ids::{InferenceId, RunId, WorkflowId};
use domain::inference::{Fact, Opened};
use domain::money::NanoUsd;
use domain::telemetry::Intake;
use domain::time::{SharedClock, Timestamp, Window};
use tokio::sync::{mpsc, watch};
use tokio_util::task::TaskTracker;

use crate::content::{Content, Expired, Kept, Queue, Shelf, StoredContent};
use crate::health::{Counters, Health};
use crate::ingest::{Progress, Signals};
use crate::journal::{Entry, Kind, Mark};
use crate::read::{
    self, Charged, Cursor, Durations, GuardDay, GuardQuery, GuardRow, Page, RunFilter, RunRow, SeriesPoint,
    SeriesQuery, SpendQuery, SpendRow, TelemetryQuery, TelemetryRow,
};
use crate::recording::Recording;
use crate::settings::{Recovery, Settings};

/// The ledger. Cheap to clone.
#[derive(Clone)]
pub struct Ledger(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) shelf: Shelf,
    pub(crate) entries: mpsc::Sender<Entry>,
    pub(crate) mark: watch::Receiver<Mark>,
    pub(crate) progress: watch::Receiver<Progress>,
    pub(crate) bumped: watch::Receiver<u64>,
    pub(crate) attached: watch::Receiver<bool>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) signals: Arc<Signals>,
    pub(crate) queue: Queue,
    /// The journal's id in the database, once that has answered.
    pub(crate) journal: OnceLock<i64>,
    pub(crate) clock: SharedClock,
    pub(crate) instance: String,
    pub(crate) max_spool_bytes: u64,
    pub(crate) tasks: TaskTracker,
    pub(crate) thread: Mutex<Option<JoinHandle<()>>>,
}

/// Most bytes that may wait in the journal for more telemetry to be taken …
const TELEMETRY_SPOOL_BYTES: u64 = 64 << 20;
/// … and not more than this part of what may wait there at all.
const TELEMETRY_SHARE: u64 = 4;

/// Why telemetry was not taken. Nothing is lost: its sender sends it again.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// More waits in the journal than telemetry may add to.
    #[error("the database is behind with what was taken before")]
    Behind,
    /// The journal can't be written.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// How long closing may wait for what is under way.
const CLOSING: Duration = Duration::from_secs(15);

impl Ledger {
    /// Opens the ledger, takes in what an earlier life left in the journal, and charges the calls
    /// that were under way when it ended.
    ///
    /// # Errors
    /// Where the journal's folder is in use or can't be written, the database's schema is newer than
    /// this program, or the database can't be reached and never was from this folder. Where it was,
    /// records wait in the journal until it answers.
    pub async fn open(settings: Settings) -> Result<(Self, Recovery), Fault> {
        Box::pin(crate::open::open(settings)).await
    }

    /// Records that a call begins. Returns when that is durable: only then may the call be made.
    ///
    /// # Errors
    /// Where the journal can't be written, or holds as much as it may while the database is away.
    pub async fn opened(&self, opened: Opened) -> Result<(), Fault> {
        self.opening(opened).await?.durable().await
    }

    /// As [`Self::opened`], but returns when the record is handed in: what it takes to make the call
    /// can be done while it is written.
    ///
    /// # Errors
    /// Where the journal holds as much as it may while the database is away.
    pub async fn opening(&self, opened: Opened) -> Result<Recording, Fault> {
        if self.spooled_bytes() > self.0.max_spool_bytes {
            return Err(Fault::passing(
                "open a record",
                "the journal is full and the database does not take it in",
            ));
        }
        self.0.hand_in(Kind::Opened, opened.id.bytes(), &opened).await
    }

    /// Records that a call which has begun turns to another target. Returns when that is durable:
    /// only then may it be sent there. Taken even where the spool is full, as the call was.
    ///
    /// # Errors
    /// Where the journal can't be written.
    pub async fn reopened(&self, opened: Opened) -> Result<(), Fault> {
        self.0.append(Kind::Reopened, opened.id.bytes(), &opened).await
    }

    /// Records how a call ended. Returns when that is durable. Taken even where the spool is full:
    /// the call has been made. A second fact with the same id changes nothing.
    ///
    /// # Errors
    /// Where the journal can't be written. Trying again is safe.
    pub async fn record(&self, fact: impl Borrow<Fact>) -> Result<(), Fault> {
        let fact = fact.borrow();
        self.0.append(Kind::Fact, fact.id.bytes(), fact).await
    }

    /// Takes what clients reported. Returns when all of it is durable; sent again, it counts once.
    ///
    /// # Errors
    /// Where the journal can't be written, or holds so much that what is left of it is for calls.
    /// Parts may have been taken then; sending all of it again is safe.
    pub async fn telemetry(&self, intakes: Vec<Intake>) -> Result<(), NotTaken> {
        for intake in intakes {
            if !self.takes_telemetry() {
                return Err(NotTaken::Behind);
            }
            self.0.append(Kind::Telemetry, intake.id.0, &intake).await?;
        }
        Ok(())
    }

    /// Whether telemetry would be taken now. It is not long before calls are not: whoever floods
    /// the journal with reports must not stop anyone's calls.
    #[must_use]
    pub fn takes_telemetry(&self) -> bool {
        self.spooled_bytes() <= TELEMETRY_SPOOL_BYTES.min(self.0.max_spool_bytes / TELEMETRY_SHARE)
    }

    /// Takes bodies to be written later, or drops them if too many wait. Never waits.
    pub fn keep(&self, content: Content) -> Kept {
        self.0.queue.keep(content)
    }

    /// Waits until everything recorded before this call can be read; `false` if that takes longer.
    pub async fn caught_up(&self, longest: Duration) -> bool {
        let goal = self.0.mark.borrow().bytes;
        let _waiting = Waiting::new(&self.0.signals);
        let mut progress = self.0.progress.clone();
        let reached = progress.wait_for(|progress| progress.bytes >= goal);
        tokio::time::timeout(longest, reached).await.is_ok_and(|reached| reached.is_ok())
    }

    /// How the ledger is. Cheap.
    #[must_use]
    pub fn health(&self) -> Health {
        let counters = &self.0.counters;
        let (mark, progress) = (*self.0.mark.borrow(), *self.0.progress.borrow());
        let spooled_bytes = mark.bytes.saturating_sub(progress.bytes);
        let journal_error = counters.journal_error();
        Health {
            accepting: journal_error.is_none() && spooled_bytes <= self.0.max_spool_bytes,
            journal_error,
            database_error: counters.database_error(),
            spooled_records: mark.records.saturating_sub(progress.records),
            spooled_bytes,
            oldest: counters.oldest().filter(|_| spooled_bytes > 0),
            corrupt_records: counters.corrupt.load(Ordering::Relaxed),
            rejected_records: counters.rejected.load(Ordering::Relaxed),
            dropped_bodies: counters.dropped.load(Ordering::Relaxed),
            waiting_body_bytes: self.0.queue.waiting_bytes(),
        }
    }

    /// Waits until the database has answered for the first time and has taken in what waited for
    /// it; at once, where it did so at the start. `false` where the ledger ends first.
    pub async fn attached(&self) -> bool {
        self.0.attached.clone().wait_for(|attached| *attached).await.is_ok()
    }

    /// A number that changes whenever new facts can be read.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.0.bumped.clone()
    }

    /// Writes what is waiting and closes. Records sent afterwards fail.
    pub async fn shutdown(&self) {
        let _closed_already = self.0.entries.send(Entry::Stop).await;
        let thread = self.0.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ended = tokio::task::spawn_blocking(move || thread.join()).await;
        }
        self.0.signals.stop.cancel();
        if tokio::time::timeout(CLOSING, self.0.tasks.wait()).await.is_err() {
            tracing::warn!(
                "the ledger closes before everything was written; the rest follows at the next start"
            );
        }
        self.0.db.close().await;
        self.0.shelf.close().await;
    }

    /// One inference.
    ///
    /// # Errors
    /// Where the database does not answer; so for all that read.
    pub async fn inference(&self, id: InferenceId) -> Result<Option<Fact>, Fault> {
        read::inference(&self.0.db, id).await
    }

    /// The inferences of a run, oldest first, whichever workflows used that run id.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn run(&self, run: &RunId) -> Result<Vec<Fact>, Fault> {
        read::run(&self.0.db, run).await
    }

    /// Calls under way, oldest first.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn open_calls(&self) -> Result<Vec<Opened>, Fault> {
        Ok(read::open_calls(&self.0.db).await?.into_iter().map(|call| call.opened).collect())
    }

    /// A page of runs, newest first.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn runs(
        &self,
        filter: &RunFilter,
        cursor: Option<Cursor>,
        limit: u32,
    ) -> Result<Page<RunRow>, Fault> {
        read::runs(&self.0.db, filter, cursor, limit).await
    }

    /// What a run has used: inferences that were not refused, and money.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn run_tally(
        &self,
        workflow: &WorkflowId,
        run: &RunId,
    ) -> Result<Option<(u64, NanoUsd)>, Fault> {
        read::run_tally(&self.0.db, workflow, run).await
    }

    /// What a holder was charged in the window that began at `start`: calls count in the window in which they began.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn settled(&self, holder: &Holder, window: Window, start: Timestamp) -> Result<NanoUsd, Fault> {
        read::settled(&self.0.db, holder, window, start).await
    }

    /// What every holder was charged in the day and the month that contain `now`.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn settled_all(&self, now: Timestamp) -> Result<Vec<Charged>, Fault> {
        read::settled_all(&self.0.db, now).await
    }

    /// Money, added up.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn spend(&self, query: &SpendQuery) -> Result<Vec<SpendRow>, Fault> {
        read::spend(&self.0.db, query).await
    }

    /// What guards found and stopped, the most frequent first.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn guards(&self, query: &GuardQuery) -> Result<Vec<GuardRow>, Fault> {
        read::guards(&self.0.db, query).await
    }

    /// What guards found and stopped by day, the oldest first. A quiet day has no row.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn guard_days(&self, query: &GuardQuery) -> Result<Vec<GuardDay>, Fault> {
        read::guard_days(&self.0.db, query).await
    }

    /// What versions of prompts were used for, the last used first; of one prompt, or of all where
    /// `prompt` is empty. Whole UTC days.
    ///
    /// # Errors
    /// A fault, where the database can't be read.
    pub async fn prompts(
        &self,
        period: (Timestamp, Timestamp),
        prompt: &str,
    ) -> Result<Vec<read::PromptRow>, Fault> {
        read::prompts(&self.0.db, period, prompt).await
    }

    /// Calls over time: every step of the time asked for, quiet ones included.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn series(&self, query: &SeriesQuery) -> Result<Vec<SeriesPoint>, Fault> {
        read::series(&self.0.db, query).await
    }

    /// How long calls took over whole UTC days: from the day of the first time to before the second.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn durations(
        &self,
        days: (Timestamp, Timestamp),
        workflow: Option<&WorkflowId>,
    ) -> Result<Durations, Fault> {
        read::durations(&self.0.db, days, workflow).await
    }

    /// Who sent telemetry, and what counts of it, over whole UTC days: from the day of `from` to
    /// before `to`.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn telemetry_sources(&self, query: &TelemetryQuery) -> Result<Vec<TelemetryRow>, Fault> {
        read::telemetry(&self.0.db, query).await
    }

    /// The bodies of an inference.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn content(&self, id: InferenceId) -> Result<StoredContent, Fault> {
        self.0.shelf.get(id).await
    }

    /// Deletes bodies older than each workflow keeps them (days). Facts stay.
    ///
    /// # Errors
    /// [`Fault`]; what was deleted until then stays deleted.
    pub async fn apply_retention(&self, keep: &[(WorkflowId, u32)]) -> Result<Expired, Fault> {
        self.0.shelf.expire(keep, self.0.clock.now()).await
    }

    /// Holds what is stored against what must hold: roll-ups equal the sums over the facts, the
    /// newest facts break no invariant, no call of an earlier life is open. Returns what is wrong.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn verify(&self) -> Result<Vec<String>, Fault> {
        let away = || Fault::passing("verify the ledger", "the database has not answered since the start");
        let journal = self.0.journal.get().ok_or_else(away)?;
        crate::verify::verify(&self.0.db, *journal, &self.0.instance).await
    }

    fn spooled_bytes(&self) -> u64 {
        let written = self.0.mark.borrow().bytes;
        written.saturating_sub(self.0.progress.borrow().bytes)
    }
}

/// Counts one who waits for the ingest, for as long as it lives.
struct Waiting<'a>(&'a Signals);

impl<'a> Waiting<'a> {
    fn new(signals: &'a Signals) -> Self {
        signals.waiting.fetch_add(1, Ordering::AcqRel);
        signals.urgent.notify_one();
        Self(signals)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}
