//! What the gateway knows about the world, replaced whole and never edited.
//!
//! Three values, each immutable and behind an atomic swap: the configuration, the keys, the
//! switches. The control plane publishes them; a call takes the configuration once and keeps it to
//! its end, but looks at keys and switches again with every streamed event. That is the fast path
//! by which a revocation reaches streams that are already running.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwap;
use config::Snapshot;
use domain::keys::KeyRing;
use domain::switch::Board;
use tokio::sync::watch;

/// The published state.
#[derive(Debug)]
pub struct Live {
    snapshot: ArcSwap<Snapshot>,
    keys: ArcSwap<KeyRing>,
    board: ArcSwap<Board>,
    changed: watch::Sender<u64>,
    /// Whether the configuration is not the first.
    reloaded: AtomicBool,
}

impl Live {
    /// Starts with these.
    #[must_use]
    pub fn new(snapshot: Arc<Snapshot>, keys: Arc<KeyRing>, board: Arc<Board>) -> Self {
        Self {
            snapshot: ArcSwap::new(snapshot),
            keys: ArcSwap::new(keys),
            board: ArcSwap::new(board),
            changed: watch::Sender::new(0),
            reloaded: AtomicBool::new(false),
        }
    }

    /// The configuration now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// The keys now.
    #[must_use]
    pub fn keys(&self) -> arc_swap::Guard<Arc<KeyRing>> {
        self.keys.load()
    }

    /// The switches now.
    #[must_use]
    pub fn board(&self) -> arc_swap::Guard<Arc<Board>> {
        self.board.load()
    }

    /// Replaces the configuration. Calls under way keep the one they began with.
    pub fn publish_snapshot(&self, snapshot: Arc<Snapshot>) {
        self.snapshot.store(snapshot);
        self.reloaded.store(true, Ordering::Release);
    }

    /// Whether the configuration was replaced since the start.
    pub(crate) fn is_reloaded(&self) -> bool {
        self.reloaded.load(Ordering::Acquire)
    }

    /// Replaces the keys, and wakes every call under way to look again.
    pub fn publish_keys(&self, keys: Arc<KeyRing>) {
        self.keys.store(keys);
        self.wake();
    }

    /// Replaces the switches, and wakes every call under way to look again.
    pub fn publish_board(&self, board: Arc<Board>) {
        self.board.store(board);
        self.wake();
    }

    /// Tells when keys or switches have changed.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    pub(crate) fn wake(&self) {
        self.changed.send_modify(|number| *number += 1);
    }
}
