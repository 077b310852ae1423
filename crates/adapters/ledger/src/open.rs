//! Opening a ledger: lock, mend, read on, sweep, and only then take records.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use db::{Db, Fault, Migrations, Options, Sync, migrations};
use domain::inference::Fact;
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use crate::content::{Queue, Shelf};
use crate::health::Counters;
use crate::ingest::{Ingest, Progress, Signals, Step, Stock};
use crate::journal::{Folder, Kind, Mark, Position, Tail, Writer, WriterSettings};
use crate::ledger::{Inner, Ledger};
use crate::read;
use crate::settings::{Durability, Recovery, Settings};

const LEDGER: Migrations = migrations!("ledger", "0001_ledger");
const CONTENT: Migrations = migrations!("content", "0001_content");

/// A segment is closed when it would grow beyond this, or beyond a quarter of the spool.
const SEGMENT_BYTES: u64 = 32 << 20;
const SMALLEST_SEGMENT: u64 = 16 << 10;

pub(crate) async fn open(settings: Settings) -> Result<(Ledger, Recovery), Fault> {
    let (folder, torn_bytes) = open_folder(&settings).await?;
    let (db, shelf) = open_databases(&settings).await?;
    let (stock, registered) = Stock::open(db.clone(), folder.name()).await?;
    let journal = stock.journal();
    let counters = Arc::new(Counters::default());
    let signals = Arc::new(Signals::default());

    let (mark, waiting) = first_mark(&folder, registered.at())?;
    let (mark_sender, mark) = watch::channel(mark);
    let (progress_sender, progress) = watch::channel(Progress::default());
    let (bumped_sender, bumped) = watch::channel(0);
    let writer = WriterSettings {
        folder: folder.path().to_owned(),
        durability: settings.durability,
        segment_bytes: (settings.max_spool_bytes / 4).clamp(SMALLEST_SEGMENT, SEGMENT_BYTES),
        counters: Arc::clone(&counters),
    };
    let (entries, thread) =
        Writer::start(writer, mark_sender).map_err(|error| Fault::passing("start the journal", error))?;
    let mut ingest = Ingest {
        folder: Arc::clone(&folder),
        tail: Tail::new(folder.path().to_owned(), registered.at()),
        stock,
        mark: mark.clone(),
        progress: progress_sender,
        bumped: bumped_sender,
        counters: Arc::clone(&counters),
        signals: Arc::clone(&signals),
        clock: Arc::clone(&settings.clock),
        singly: 0,
        in_doubt: false,
    };
    drain(&mut ingest).await?;
    let (queue, shelver) =
        Queue::new(settings.body_queue_bytes, shelf.clone(), Arc::clone(&counters), signals.stop.clone());
    let ledger = Ledger(Arc::new(Inner {
        db,
        shelf,
        entries,
        mark,
        progress,
        bumped,
        counters,
        signals,
        queue,
        journal,
        clock: settings.clock,
        instance: settings.instance,
        max_spool_bytes: settings.max_spool_bytes,
        tasks: TaskTracker::new(),
        thread: Mutex::new(Some(thread)),
    }));
    let lost = sweep(&ledger).await?;
    drain(&mut ingest).await?;
    let corrupt = ledger.health().corrupt_records;
    ledger.0.tasks.spawn(ingest.run());
    ledger.0.tasks.spawn(shelver.run());
    ledger.0.tasks.close();
    Ok((ledger, Recovery { replayed: waiting, lost, torn_bytes, corrupt }))
}

async fn open_folder(settings: &Settings) -> Result<(Arc<Folder>, u64), Fault> {
    let (data, instance) = (settings.data.clone(), settings.instance.clone());
    let opened = tokio::task::spawn_blocking(move || {
        let folder = Folder::open(&data, &instance)?;
        let torn = folder.mend()?;
        Ok::<_, std::io::Error>((Arc::new(folder), torn))
    });
    let opened = opened.await.map_err(|error| Fault::new("open the journal", error))?;
    let (folder, torn) = opened.map_err(|error| Fault::passing("open the journal", error))?;
    if torn > 0 {
        tracing::warn!(bytes = torn, "a half-written record was cut from the end of the journal");
    }
    Ok((folder, torn))
}

async fn open_databases(settings: &Settings) -> Result<(Db, Shelf), Fault> {
    let sync = match settings.durability {
        Durability::Process => Sync::Normal,
        Durability::Power => Sync::Full,
    };
    let accounts = Options { cache_kib: 32 * 1024, checkpoint_pages: 3_000, sync, ..Options::default() };
    let bodies =
        Options { cache_kib: 4 * 1024, readers: 2, acquire: Duration::from_secs(30), ..Options::default() };
    let db = Db::open(&settings.database, &accounts, &LEDGER).await?;
    let content = Db::open(&settings.database.beside("content"), &bodies, &CONTENT).await?;
    Ok((db, Shelf::new(content)))
}

/// Where the journal stands, counting what the database does not have yet, and how many records that is.
fn first_mark(folder: &Folder, stored: Position) -> Result<(Mark, u64), Fault> {
    let fault = |error| Fault::passing("read the journal", error);
    let (bytes, records) = folder.waiting(stored).map_err(fault)?;
    let end = Position { segment: folder.next_segment(stored).map_err(fault)?, offset: 0 };
    Ok((Mark { end, bytes, records }, records))
}

/// Takes in everything that has been written so far.
async fn drain(ingest: &mut Ingest) -> Result<(), Fault> {
    while ingest.step().await? != Step::Idle {}
    Ok(())
}

/// Charges the calls that were under way when an earlier life of this data folder ended.
async fn sweep(ledger: &Ledger) -> Result<u64, Fault> {
    let now = ledger.0.clock.now();
    let mut lost = 0;
    for call in read::open_calls(&ledger.0.db).await? {
        if call.journal == ledger.0.journal && call.opened.instance != ledger.0.instance {
            let fact = Fact::lost(call.opened, now);
            ledger.0.append(Kind::Fact, fact.id, &fact).await?;
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
