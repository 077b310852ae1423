//! Opening a ledger: lock, mend, attach the database, sweep, and only then take records.
//!
//! A database server that is away does not keep a server down that has worked with it before:
//! records go to the journal, which is attached as soon as the database answers. At the very first
//! start there is nothing to go on with, and the database must be there.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use db::{Db, Fault, Options, Retry, Sync};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use crate::attach::{self, Attach};
use crate::content::{Queue, Shelf};
use crate::health::Counters;
use crate::ingest::{Progress, Signals, Stock};
use crate::journal::{Age, Folder, Mark, Position, Writer, WriterSettings};
use crate::ledger::{Inner, Ledger};
use crate::settings::{Durability, Recovery, Settings};

/// A segment is closed when it would grow beyond this, or beyond a quarter of the spool.
const SEGMENT_BYTES: u64 = 32 << 20;
const SMALLEST_SEGMENT: u64 = 16 << 10;

pub(crate) async fn open(settings: Settings) -> Result<(Ledger, Recovery), Fault> {
    let (folder, torn_bytes) = open_folder(&settings).await?;
    let (db, content) = connect(&settings).await?;
    let reached = first_words(&db, &content, &folder).await?;
    let position = reached.as_ref().map(|(_, at)| *at);
    let (mark, progress, waiting) = first_mark(&folder, position)?;
    let shelf = Shelf::new(content.clone());
    let counters = Arc::new(Counters::default());
    let signals = Arc::new(Signals::default());
    let (mark_sender, mark_receiver) = watch::channel(mark);
    let (progress_sender, progress) = watch::channel(progress);
    let (bumped_sender, bumped) = watch::channel(0);
    let (attached_sender, attached) = watch::channel(false);
    let (entries, thread) = Writer::start(writer(&settings, &folder, &counters), mark_sender)
        .map_err(|error| Fault::passing("start the journal", error))?;
    let (queue, shelver) =
        Queue::new(settings.body_queue_bytes, shelf.clone(), Arc::clone(&counters), signals.stop.clone());
    let attach = Attach {
        folder,
        content,
        first: mark.end.segment,
        mark: mark_receiver.clone(),
        progress: progress_sender,
        bumped: bumped_sender,
        attached: attached_sender,
    };
    let ledger = Ledger(Arc::new(Inner {
        db,
        shelf,
        entries,
        mark: mark_receiver,
        progress,
        bumped,
        attached,
        counters,
        signals,
        queue,
        journal: OnceLock::new(),
        clock: settings.clock,
        instance: settings.instance,
        max_spool_bytes: settings.max_spool_bytes,
        tasks: TaskTracker::new(),
        thread: Mutex::new(Some(thread)),
    }));
    let mut recovery = Recovery { replayed: waiting, torn_bytes, ..Recovery::default() };
    match reached {
        Some(reached) => {
            let mut ingest = attach.ingest(&ledger.0, reached);
            recovery.lost = attach.catch_up(&ledger.0, &mut ingest).await?;
            ledger.0.tasks.spawn(ingest.run());
        }
        None => {
            recovery.away = true;
            ledger.0.tasks.spawn(attach.run(Arc::downgrade(&ledger.0), Arc::clone(&ledger.0.signals)));
        }
    }
    recovery.corrupt = ledger.health().corrupt_records;
    ledger.0.tasks.spawn(shelver.run());
    ledger.0.tasks.close();
    Ok((ledger, recovery))
}

fn writer(settings: &Settings, folder: &Folder, counters: &Arc<Counters>) -> WriterSettings {
    WriterSettings {
        folder: folder.path().to_owned(),
        durability: settings.durability,
        segment_bytes: (settings.max_spool_bytes / 4).clamp(SMALLEST_SEGMENT, SEGMENT_BYTES),
        counters: Arc::clone(counters),
    }
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

/// The databases of accounts and of bodies, their schemas as they are.
async fn connect(settings: &Settings) -> Result<(Db, Db), Fault> {
    let sync = match settings.durability {
        Durability::Process => Sync::Normal,
        Durability::Power => Sync::Full,
    };
    let accounts = Options { cache_kib: 32 * 1024, checkpoint_pages: 3_000, sync, ..Options::default() };
    let bodies =
        Options { cache_kib: 4 * 1024, readers: 2, acquire: Duration::from_secs(30), ..Options::default() };
    let db = Db::connect(&settings.database, &accounts).await?;
    let content = Db::connect(&settings.database.beside("content"), &bodies).await?;
    Ok((db, content))
}

/// How far the database is; `None` where it is away, and was there for this folder before. One that
/// does not answer at once is waited for a little, and that is told.
async fn first_words(db: &Db, content: &Db, folder: &Folder) -> Result<Option<(Stock, Position)>, Fault> {
    let knocked = knock(db).await;
    let fault = match attach::reach(db, content, folder).await {
        Ok(reached) => return Ok(Some(reached)),
        Err(fault) if fault.retry == Retry::Never => return Err(fault),
        // What came of a connection by itself says more than that the pool has waited.
        Err(fault) => knocked.err().unwrap_or(fault),
    };
    if folder.age() == Age::Known {
        tracing::warn!(error = %fault.chain(), "the database is away; records wait in the journal until it answers");
        return Ok(None);
    }
    Err(fault)
}

async fn knock(db: &Db) -> Result<(), Fault> {
    let knocked = db.knock().await;
    if let Err(fault) = &knocked {
        tracing::warn!(error = %fault.chain(), "the database does not answer; it is tried for a few seconds");
    }
    knocked
}

/// Where the journal stands, how much of it the database has, and how many records that leaves.
/// Of a database that has not answered nothing is known, so all that is there counts as waiting.
fn first_mark(folder: &Folder, stored: Option<Position>) -> Result<(Mark, Progress, u64), Fault> {
    let fault = |error| Fault::passing("read the journal", error);
    let segment = folder.next_segment(stored).map_err(fault)?;
    let (bytes, records) = folder.between(Position::default(), segment).map_err(fault)?;
    let progress = attach::taken_in(folder, stored.unwrap_or_default(), segment)?;
    let mark = Mark { end: Position { segment, offset: 0 }, bytes, records };
    Ok((mark, progress, records - progress.records))
}
