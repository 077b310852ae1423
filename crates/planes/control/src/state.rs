//! What the control plane is made of, and the handle that surfaces hold.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use arc_swap::ArcSwap;
use config::{Snapshot, Workspace};
use domain::Timestamp;
use domain::audit::{Action, Entry};
use domain::ids::{AuditId, Seeds};
use domain::keys::{Key, KeyRing};
use domain::secret::Secret;
use domain::switch::{Board, drill};
use domain::time::SharedClock;
use ledger::Ledger;
use store::{Revisions, Store};
use tokio::sync::{Semaphore, SemaphorePermit, broadcast};

use crate::configuration::{AtStart, Configured, StartError};
use crate::deferred::{Deferred, Queue};
use crate::people::Attempts;
use crate::plane::Plane;
use crate::{Event, Fault, configuration, mirror};

/// What the control plane needs from outside.
pub struct Parts {
    /// The time.
    pub clock: SharedClock,
    /// Randomness for ids.
    pub seeds: Arc<dyn Seeds>,
    /// Randomness for secrets: must come from the machine's cryptographic source.
    pub secrets: Arc<dyn Seeds>,
    /// The control plane's own tables.
    pub store: Store,
    /// The records.
    pub ledger: Ledger,
    /// The workspace's folder.
    pub workspace: PathBuf,
    /// The data folder.
    pub data: PathBuf,
    /// This life of this server.
    pub instance: String,
    /// The server's version.
    pub version: String,
    /// The token of whoever can read the data folder.
    pub operator: Secret<String>,
    /// Settings that were taken for this start, and are not taken again.
    pub at_start: AtStart,
}

/// A control plane that has loaded everything and waits for the data plane to be built from it.
pub struct Prepared {
    parts: Parts,
    configured: Configured,
    found: mirror::Found,
    notes: Vec<Deferred>,
}

impl Prepared {
    /// Loads the configuration, the keys and the switches.
    ///
    /// # Errors
    /// [`StartError`]: the files are wrong and there is no copy of a configuration that was good,
    /// or the database can't be used for a reason that won't pass.
    pub async fn load(parts: Parts) -> Result<Self, StartError> {
        let now = parts.clock.now();
        let configured =
            configuration::load_initial(&parts.workspace, &parts.data, (now, parts.at_start)).await?;
        let found = mirror::find(&parts.store, &parts.data).await.map_err(StartError::Fault)?;
        for left in found.board.iter().filter(|switch| drill::was_left(switch)) {
            tracing::error!(scope = %left.scope, "the server ended during a drill, and the scope is still off: turn it on");
        }
        let mut notes = first_notes(&parts, &configured, now);
        let blank = || Entry {
            id: AuditId::new(now, parts.seeds.seed()),
            at: now,
            who: "system".to_owned(),
            action: Action::SwitchTurned,
            subject: String::new(),
            detail: String::new(),
        };
        notes.extend(found.lost_switches.iter().map(|switch| mirror::lost_switch(switch.clone(), blank())));
        notes.extend(found.lost_keys.iter().map(|key| mirror::lost_key(key.clone(), blank())));
        Ok(Self { parts, configured, found, notes })
    }

    /// The configuration to start with.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.configured.snapshot)
    }

    /// The keys to start with.
    #[must_use]
    pub fn keys(&self) -> Arc<KeyRing> {
        Arc::new(KeyRing::new(self.found.keys.iter().cloned()))
    }

    /// The switches to start with.
    #[must_use]
    pub fn board(&self) -> Arc<Board> {
        Arc::new(self.found.board.clone())
    }

    /// What is wrong with the files, where the server starts from its copy of the last good ones:
    /// to be said loudly.
    #[must_use]
    pub fn refused(&self) -> Option<&[config::Problem]> {
        self.configured.refused.as_ref().map(|refused| refused.problems.as_slice())
    }

    /// Joins the data plane. Nothing runs by itself: the binary calls [`Control::watch`].
    #[must_use]
    pub fn join(self, plane: Arc<dyn Plane>) -> Control {
        let queue = Queue::of(self.found.waiting);
        self.notes.into_iter().for_each(|note| queue.push(note));
        let started = self.parts.clock.now();
        Control {
            inner: Arc::new(Inner {
                plane,
                configured: ArcSwap::from_pointee(self.configured),
                keys: ArcSwap::from_pointee(self.found.keys),
                board: ArcSwap::from_pointee(self.found.board),
                events: RwLock::new(Some(broadcast::Sender::new(256))),
                turning: Semaphore::new(1),
                keying: Semaphore::new(1),
                loading: Semaphore::new(1),
                queue,
                attempts: Mutex::default(),
                hashing: Semaphore::new(2),
                recount_until: Mutex::default(),
                seen: Mutex::new(self.found.fresh.then(Revisions::default)),
                started,
                parts: self.parts,
            }),
        }
    }
}

/// What a start leaves in the audit log.
fn first_notes(parts: &Parts, configured: &Configured, now: Timestamp) -> Vec<Deferred> {
    let note = |action, subject: &str, detail| {
        let id = AuditId::new(now, parts.seeds.seed());
        let (who, subject) = ("system".to_owned(), subject.to_owned());
        Entry { id, at: now, who, action, subject, detail }
    };
    let started = format!("version {}, instance {}", parts.version, parts.instance);
    let mut notes = vec![Deferred::Entry(note(Action::ServerStarted, "server", started))];
    if let Some(refused) = &configured.refused {
        let detail = format!("{}; started from the copy of the last good configuration", refused.summary());
        notes.push(Deferred::Entry(note(Action::ConfigRefused, "configuration", detail)));
    }
    let hash = configured.hash().to_owned();
    let entry = note(Action::ConfigLoaded, &format!("configuration/{hash}"), "at start".to_owned());
    notes.push(Deferred::Config { hash, files: (*configured.files).clone(), entry });
    notes
}

/// The control plane. Cheap to clone.
#[derive(Clone)]
pub struct Control {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) parts: Parts,
    pub(crate) plane: Arc<dyn Plane>,
    pub(crate) configured: ArcSwap<Configured>,
    /// Every key there ever was, newest first.
    pub(crate) keys: ArcSwap<Vec<Key>>,
    pub(crate) board: ArcSwap<Board>,
    /// None where nothing is told any more.
    pub(crate) events: RwLock<Option<broadcast::Sender<Event>>>,
    /// One turn of a switch at a time. Apart from the others: a switch must not wait for them.
    pub(crate) turning: Semaphore,
    /// One change to keys at a time.
    pub(crate) keying: Semaphore,
    /// One reload at a time.
    pub(crate) loading: Semaphore,
    pub(crate) queue: Queue,
    pub(crate) attempts: Mutex<Attempts>,
    /// Passwords hashed at a time: each takes 19 MiB and a tenth of a second.
    pub(crate) hashing: Semaphore,
    /// Until when calls may end that began before the newest budgets.
    pub(crate) recount_until: Mutex<Option<Timestamp>>,
    /// The database's revisions that are live here; `None` until it was read once.
    pub(crate) seen: Mutex<Option<Revisions>>,
    pub(crate) started: Timestamp,
}

impl std::fmt::Debug for Control {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Control").field("instance", &self.inner.parts.instance).finish_non_exhaustive()
    }
}

impl Control {
    pub(crate) fn now(&self) -> Timestamp {
        self.inner.parts.clock.now()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.inner.parts.store
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.inner.parts.ledger
    }

    pub(crate) fn configured(&self) -> Arc<Configured> {
        self.inner.configured.load_full()
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.inner.configured.load().snapshot)
    }

    /// The live workspace, to look something up in.
    pub(crate) fn with_workspace<T>(&self, look: impl FnOnce(&Workspace) -> T) -> T {
        look(&self.inner.configured.load().snapshot.workspace)
    }

    pub(crate) fn board(&self) -> Arc<Board> {
        self.inner.board.load_full()
    }

    pub(crate) fn all_keys(&self) -> Arc<Vec<Key>> {
        self.inner.keys.load_full()
    }

    /// Tells live pages. Nobody listening is no fault.
    pub(crate) fn announce(&self, event: Event) {
        let events = self.inner.events.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(events) = &*events {
            events.send(event).ok();
        }
    }

    /// A new audit entry.
    pub(crate) fn entry(&self, who: &str, action: Action, subject: &str, detail: String) -> Entry {
        let at = self.now();
        let id = AuditId::new(at, self.inner.parts.seeds.seed());
        Entry { id, at, who: who.to_owned(), action, subject: subject.to_owned(), detail }
    }

    /// Leaves an audit entry about something that happened whether or not the database is there.
    pub(crate) async fn note(&self, entry: Entry) {
        self.inner.queue.push(Deferred::Entry(entry));
        self.flush().await;
    }

    /// Writes what waits for the database, if it is there.
    pub(crate) async fn flush(&self) {
        match self.inner.queue.flush(self.store()).await {
            Ok(_) => {}
            Err(fault) => tracing::warn!(
                error = fault.chain(),
                waiting = self.inner.queue.len(),
                "the database is away"
            ),
        }
    }
}

/// Waits for one's turn where only one may act at a time.
pub(crate) async fn turn_of(semaphore: &Semaphore) -> Result<SemaphorePermit<'_>, Fault> {
    semaphore.acquire().await.map_err(|error| Fault::new("wait for another change", error))
}
