//! Attaching the database to a journal: schema, position, what waits, what was left open.
//!
//! Done once in a ledger's life, at its start or, where the database is away then, as soon as it
//! answers. Nothing is read from the journal into a database before its position is known.

use std::sync::{Arc, Weak};
use std::time::Duration;

use db::{Db, Fault, Migrations, migrations};
use domain::inference::Fact;
use tokio::sync::watch;

use crate::ingest::{Ingest, Progress, Signals, Step, Stock};
use crate::journal::{Folder, Kind, Mark, Position, Tail};
use crate::ledger::Inner;
use crate::read;

const LEDGER: Migrations = migrations!(
    "ledger",
    "0001_ledger",
    "0002_cache_and_prompts",
    "0003_telemetry",
    "0004_guards",
    "0005_telemetry_over",
    "0006_runs_in_error"
);
const CONTENT: Migrations = migrations!("content", "0001_content");

/// How long a database that is away is left alone.
const WAIT: Duration = Duration::from_secs(1);

/// What the ingest will be made of, the database apart.
pub(crate) struct Attach {
    pub(crate) folder: Arc<Folder>,
    /// Where bodies go, for its schema.
    pub(crate) content: Db,
    /// The first segment that this process writes.
    pub(crate) first: u64,
    pub(crate) mark: watch::Receiver<Mark>,
    pub(crate) progress: watch::Sender<Progress>,
    pub(crate) bumped: watch::Sender<u64>,
    pub(crate) attached: watch::Sender<bool>,
}

/// Brings the schemas up to date and asks how far the database has read the journal.
///
/// # Errors
/// Where the database can't be reached, which may pass, and where its schema is newer than this
/// program, which won't.
pub(crate) async fn reach(db: &Db, content: &Db, folder: &Folder) -> Result<(Stock, Position), Fault> {
    db.migrate(&LEDGER).await?;
    content.migrate(&CONTENT).await?;
    let (stock, registered) = Stock::open(db.clone(), folder.name()).await?;
    folder.keep_name().map_err(|error| Fault::passing("name the journal", error))?;
    Ok((stock, registered.at()))
}

impl Attach {
    /// Makes the ingest, which begins where the database left off.
    pub(crate) fn ingest(&self, ledger: &Inner, (stock, at): (Stock, Position)) -> Ingest {
        // Set once: a folder keeps its name, and the database its id.
        let _journal = ledger.journal.get_or_init(|| stock.journal());
        Ingest {
            tail: Tail::new(self.folder.path().to_owned(), at),
            folder: Arc::clone(&self.folder),
            stock,
            mark: self.mark.clone(),
            progress: self.progress.clone(),
            bumped: self.bumped.clone(),
            counters: Arc::clone(&ledger.counters),
            signals: Arc::clone(&ledger.signals),
            clock: Arc::clone(&ledger.clock),
            singly: 0,
            in_doubt: false,
        }
    }

    /// Takes in what waits and charges what an earlier life left open; returns how many calls
    /// that were. May be tried again where it fails.
    pub(crate) async fn catch_up(&self, ledger: &Inner, ingest: &mut Ingest) -> Result<u64, Fault> {
        drain(ingest).await?;
        let lost = sweep(ledger).await?;
        drain(ingest).await?;
        self.attached.send_replace(true);
        Ok(lost)
    }

    /// Tries until the database answers, then runs the ingest; ends with the ledger.
    pub(crate) async fn run(self, ledger: Weak<Inner>, signals: Arc<Signals>) {
        let mut begun = None;
        while let Some(ledger) = ledger.upgrade() {
            if self.is_attached(&ledger, &mut begun).await {
                break;
            }
            drop(ledger);
            if signals.stop.run_until_cancelled(tokio::time::sleep(WAIT)).await.is_none() {
                return;
            }
        }
        if let Some(ingest) = begun {
            ingest.run().await;
        }
    }

    /// Tries once.
    async fn is_attached(&self, ledger: &Inner, begun: &mut Option<Ingest>) -> bool {
        match self.try_once(ledger, begun).await {
            Ok(lost) => {
                ledger.counters.set_database_error(None);
                tracing::info!(lost, "the database answers; it has taken in the journal");
                true
            }
            Err(fault) => {
                ledger.counters.set_database_error(Some(fault.chain()));
                false
            }
        }
    }

    async fn try_once(&self, ledger: &Inner, begun: &mut Option<Ingest>) -> Result<u64, Fault> {
        if begun.is_none() {
            let (stock, at) = reach(&ledger.db, &self.content, &self.folder).await?;
            self.progress.send_replace(taken_in(&self.folder, at, self.first)?);
            *begun = Some(self.ingest(ledger, (stock, at)));
        }
        match begun {
            Some(ingest) => self.catch_up(ledger, ingest).await,
            None => Ok(0),
        }
    }
}

/// How much a database at `at` has of the segments before `first`, which were there at the start.
pub(crate) fn taken_in(folder: &Folder, at: Position, first: u64) -> Result<Progress, Fault> {
    let fault = |error| Fault::passing("read the journal", error);
    let (bytes, records) = folder.between(Position::default(), first).map_err(fault)?;
    let (bytes_left, records_left) = folder.between(at, first).map_err(fault)?;
    Ok(Progress { bytes: bytes - bytes_left, records: records - records_left })
}

/// Takes in everything that has been written so far.
async fn drain(ingest: &mut Ingest) -> Result<(), Fault> {
    while ingest.step().await? != Step::Idle {}
    Ok(())
}

/// Charges the calls that were under way when an earlier life of this data folder ended.
async fn sweep(ledger: &Inner) -> Result<u64, Fault> {
    let now = ledger.clock.now();
    let mut lost = 0;
    for call in read::open_calls(&ledger.db).await? {
        if Some(&call.journal) == ledger.journal.get() && call.opened.instance != ledger.instance {
            let fact = Fact::lost(call.opened, now);
            ledger.append(Kind::Fact, fact.id.bytes(), &fact).await?;
            lost += 1;
        }
    }
    if lost > 0 {
        tracing::warn!(
            calls = lost,
            "calls that an earlier life left open were charged what was reserved for them"
        );
    }
    Ok(lost)
}
