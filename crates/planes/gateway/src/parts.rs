//! What the gateway is made of.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use config::OnSwitch;
use domain::Timestamp;
use domain::budget::{Account, Books, Standing, Warning};
use domain::holder::Holder;
use domain::ids::{InferenceId, Seeds};
use domain::limits::Limiter;
use domain::routing::Health;
use domain::secret::Secret;
use domain::switch::{Board, Scope};
use domain::time::{SharedClock, Window};
use genai::{Observer, Sampler};
use ledger::Ledger;
use providers::Client;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio_util::task::TaskTracker;

use crate::estimate::Estimator;
use crate::live::Live;
use crate::metrics::Calls;
use crate::running::Running;
use crate::shelves::{CacheFill, Shelves};
use crate::sticky::Sticky;
use crate::telemetry::Room;

/// Facts that may wait to be written again.
const LATE_FACTS: usize = 10_000;
/// How long the end of the last calls is waited for.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// What a gateway needs from outside.
#[expect(missing_debug_implementations, reason = "clocks and seeds have nothing to show")]
pub struct Parts {
    /// The time.
    pub clock: SharedClock,
    /// Randomness for ids.
    pub seeds: Arc<dyn Seeds>,
    /// Where records go.
    pub ledger: Ledger,
    /// What the control plane publishes.
    pub live: Arc<Live>,
    /// This life of this server; unique per start.
    pub instance: String,
    /// Key of the HMAC over content.
    pub hash_key: Secret<[u8; 32]>,
    /// Where budget warnings go. Bounded; a full channel drops the warning, never the call.
    pub warnings: mpsc::Sender<Warning>,
    /// Reads `env:NAME` and `file:PATH` credentials.
    pub credentials: Arc<dyn Credentials>,
    /// How long the built-in simulation takes.
    pub simulated_pace: SimulatedPace,
    /// Whom calls are told of; `None` where nobody observes, and nothing is spent on it.
    pub telemetry: Option<Telemetry>,
}

/// Who observes calls.
#[derive(Debug, Clone)]
pub struct Telemetry {
    /// Which spans are told of.
    pub sampler: Sampler,
    /// Who is told.
    pub observer: Arc<dyn Observer>,
}

/// How long the built-in simulation takes to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SimulatedPace {
    /// As long as a small model would.
    Natural,
    /// No time at all: for making history.
    Instant,
}

/// Reads the secrets that workspace files only name.
pub trait Credentials: Send + Sync + std::fmt::Debug + 'static {
    /// The secret behind a reference.
    ///
    /// # Errors
    /// What is wrong with it, without the secret.
    fn read(&self, reference: &config::SecretRef) -> Result<Arc<Secret<String>>, String>;
}

/// The gateway. Cheap to clone.
#[derive(Clone)]
pub struct Gateway(Arc<Inner>);

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gateway").field("instance", &self.0.parts.instance).finish_non_exhaustive()
    }
}

/// What all clones of a gateway share.
pub struct Inner {
    pub(crate) parts: Parts,
    pub(crate) running: Running,
    pub(crate) shelves: Shelves,
    pub(crate) sticky: Sticky,
    pub(crate) estimator: Estimator,
    pub(crate) counted: Calls,
    /// Places for facts that could not be written and are tried again.
    pub(crate) late_facts: Arc<Semaphore>,
    pub(crate) tasks: TaskTracker,
    pub(crate) health: Mutex<Health>,
    pub(crate) lanes_moved: watch::Sender<u64>,
    pub(crate) telemetry_room: Room,
    limiter: Mutex<Limiter>,
    books: Mutex<Books>,
    client: ArcSwap<(Duration, Client)>,
    closing: AtomicBool,
    ending: AtomicBool,
}

impl std::ops::Deref for Gateway {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Gateway {
    /// Puts a gateway together.
    ///
    /// # Errors
    /// The HTTP client can't be built on this machine.
    pub fn new(parts: Parts) -> Result<Self, providers::Failure> {
        let connect = parts.live.snapshot().workspace.gateway.connect_timeout;
        let client = Client::new(connect)?;
        Ok(Self(Arc::new(Inner {
            parts,
            running: Running::default(),
            shelves: Shelves::default(),
            sticky: Sticky::default(),
            estimator: Estimator::default(),
            counted: Calls::default(),
            late_facts: Arc::new(Semaphore::new(LATE_FACTS)),
            tasks: TaskTracker::new(),
            health: Mutex::default(),
            lanes_moved: watch::Sender::new(0),
            telemetry_room: Room::default(),
            limiter: Mutex::default(),
            books: Mutex::default(),
            client: ArcSwap::from_pointee((connect, client)),
            closing: AtomicBool::new(false),
            ending: AtomicBool::new(false),
        })))
    }

    /// Sets what was charged before this process began, as the ledger has it.
    pub fn restore(&self, charged: impl IntoIterator<Item = (Holder, Window, Timestamp, domain::NanoUsd)>) {
        let mut books = self.books();
        for (holder, window, start, settled) in charged {
            books.restore(holder, window, start, settled);
        }
    }

    /// What is charged in the current windows, in the form in which it is restored.
    #[must_use]
    pub fn charged(&self) -> Vec<(Holder, Window, Timestamp, domain::NanoUsd)> {
        let now = self.now();
        self.books().charged(now)
    }

    /// How many calls under way a switch over `scope` would reach.
    #[must_use]
    pub fn running_under(&self, scope: &Scope) -> u64 {
        self.running.under(scope)
    }

    /// How many calls under way a board would end that the present one does not.
    #[must_use]
    pub fn ended_by(&self, board: &Board) -> u64 {
        match self.parts.live.snapshot().workspace.gateway.on_switch {
            OnSwitch::Cut => self.running.ended_by(board),
            OnSwitch::Finish => 0,
        }
    }

    /// Switches that do not stand on `on`.
    #[must_use]
    pub fn switches_thrown(&self) -> u64 {
        u64::try_from(self.parts.live.board().iter().count()).unwrap_or(u64::MAX)
    }

    /// How budget accounts stand, calls under way included.
    #[must_use]
    pub fn standing(&self, accounts: &[Account]) -> Vec<Standing> {
        let (books, now) = (self.books(), self.now());
        accounts.iter().map(|account| books.standing(account, now)).collect()
    }

    /// How full the caches of workflows are.
    #[must_use]
    pub fn caches(&self) -> Vec<CacheFill> {
        self.shelves.fill()
    }

    /// Forgets budget windows that have ended, lanes that are not used any more, and answers that
    /// have expired. To be called now and then.
    pub fn prune(&self) {
        let now = self.now();
        self.books().prune(now);
        self.health().prune(now);
        self.shelves.sweep(&self.parts.live.snapshot(), now);
        self.sticky.sweep(now);
    }

    /// Refuses new calls from here on; those under way go on.
    pub fn close(&self) {
        self.closing.store(true, Ordering::Release);
    }

    /// Ends what is still under way, and waits until all of it is recorded. Streams whose callers
    /// do not read can't be told; those are waited for a few seconds, and found by the sweep at the
    /// next start.
    pub async fn drain(&self) {
        self.ending.store(true, Ordering::Release);
        self.tasks.close();
        self.parts.live.wake();
        if tokio::time::timeout(LAST_WORDS, self.tasks.wait()).await.is_err() {
            tracing::warn!(
                calls = self.tasks.len(),
                "some calls could not be ended in time; the next start charges them"
            );
        }
    }
}

impl Inner {
    pub(crate) fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    pub(crate) fn new_id(&self, now: Timestamp) -> InferenceId {
        InferenceId::new(now, self.parts.seeds.seed())
    }

    pub(crate) fn limiter(&self) -> MutexGuard<'_, Limiter> {
        self.limiter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When the live configuration was loaded.
    #[must_use]
    pub fn configuration_loaded(&self) -> Timestamp {
        self.parts.live.snapshot().loaded
    }

    /// Whether new calls are refused because the server goes down.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Acquire)
    }

    pub(crate) fn is_ending(&self) -> bool {
        self.ending.load(Ordering::Acquire)
    }

    /// The client, rebuilt when the configuration changes its connect time-out.
    pub(crate) fn client(&self, connect: Duration) -> Client {
        let current = self.client.load();
        if current.0 == connect {
            return current.1.clone();
        }
        match Client::new(connect) {
            Ok(client) => {
                self.client.store(Arc::new((connect, client.clone())));
                client
            }
            Err(_) => current.1.clone(),
        }
    }
}
