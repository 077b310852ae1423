//! From the caller to the shelf: a bounded queue, and the task at its end.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use db::Retry;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use super::{Content, Gap, Kept, Shelf};
use crate::health::Counters;

/// Room is counted in KiB; every body takes at least one.
const UNIT: usize = 1024;
/// How many bodies may wait, however small.
const MOST_WAITING: usize = 4096;
/// How many gaps may wait to be marked. Beyond that they are only counted.
const MOST_GAPS: usize = 10_000;
/// How many bodies one transaction takes.
const GROUP: usize = 128;
/// How many bytes one transaction takes, about.
const GROUP_BYTES: usize = 4 << 20;

#[derive(Debug)]
struct Waiting {
    content: Content,
    _room: OwnedSemaphorePermit,
}

/// The callers' end.
#[derive(Debug)]
pub(crate) struct Queue {
    room: Arc<Semaphore>,
    units: usize,
    sender: mpsc::Sender<Waiting>,
    gaps: Arc<Gaps>,
    counters: Arc<Counters>,
}

#[derive(Debug, Default)]
struct Gaps {
    list: Mutex<Vec<Gap>>,
    some: Notify,
}

/// The task's end.
pub(crate) struct Shelver {
    receiver: mpsc::Receiver<Waiting>,
    gaps: Arc<Gaps>,
    shelf: Shelf,
    counters: Arc<Counters>,
    stop: CancellationToken,
}

impl Queue {
    /// Makes both ends. At most `bytes` of bodies wait.
    pub(crate) fn new(
        bytes: usize,
        shelf: Shelf,
        counters: Arc<Counters>,
        stop: CancellationToken,
    ) -> (Self, Shelver) {
        let (sender, receiver) = mpsc::channel(MOST_WAITING);
        let gaps = Arc::new(Gaps::default());
        let units = (bytes / UNIT).min(Semaphore::MAX_PERMITS);
        let room = Arc::new(Semaphore::new(units));
        let shelver =
            Shelver { receiver, gaps: Arc::clone(&gaps), shelf, counters: Arc::clone(&counters), stop };
        (Self { room, units, sender, gaps, counters }, shelver)
    }

    /// Takes bodies, or drops them and remembers the gap. Never waits.
    pub(crate) fn keep(&self, content: Content) -> Kept {
        let gap = Gap { inference: content.inference, workflow: content.workflow.clone(), at: content.at };
        let units = size(&content).div_ceil(UNIT).max(1);
        let room = u32::try_from(units)
            .ok()
            .and_then(|units| Arc::clone(&self.room).try_acquire_many_owned(units).ok());
        let sent = room.is_some_and(|room| self.sender.try_send(Waiting { content, _room: room }).is_ok());
        if sent {
            return Kept::Accepted;
        }
        self.gaps.add(gap, &self.counters);
        Kept::Dropped
    }

    /// Bytes that wait.
    pub(crate) fn waiting_bytes(&self) -> u64 {
        let units = self.units.saturating_sub(self.room.available_permits());
        u64::try_from(units.saturating_mul(UNIT)).unwrap_or(u64::MAX)
    }
}

impl Gaps {
    fn add(&self, gap: Gap, counters: &Counters) {
        counters.dropped.fetch_add(1, Ordering::Relaxed);
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        if list.len() < MOST_GAPS {
            list.push(gap);
        }
        self.some.notify_one();
    }

    fn take(&self) -> Vec<Gap> {
        std::mem::take(&mut *self.list.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn size(content: &Content) -> usize {
    content.parts.iter().map(|(_, part)| part.len()).sum()
}

impl Shelver {
    /// Writes what comes until the ledger goes down, then what is left.
    pub(crate) async fn run(mut self) {
        let stop = self.stop.clone();
        let gaps = Arc::clone(&self.gaps);
        loop {
            let mut group = Vec::new();
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                first = self.receiver.recv() => match first {
                    Some(first) => group.push(first),
                    None => break,
                },
                () = gaps.some.notified() => {}
            }
            self.fill(&mut group);
            self.write(group).await;
        }
        self.receiver.close();
        loop {
            let mut group = Vec::new();
            self.fill(&mut group);
            let last = group.is_empty();
            self.write(group).await;
            if last {
                return;
            }
        }
    }

    fn fill(&mut self, group: &mut Vec<Waiting>) {
        let mut bytes: usize = group.iter().map(|waiting| size(&waiting.content)).sum();
        while group.len() < GROUP && bytes < GROUP_BYTES {
            let Ok(next) = self.receiver.try_recv() else { return };
            bytes += size(&next.content);
            group.push(next);
        }
    }

    /// Tries until it is written, the database refuses it for good, or the ledger goes down.
    async fn write(&self, group: Vec<Waiting>) {
        let gaps = self.gaps.take();
        if group.is_empty() && gaps.is_empty() {
            return;
        }
        let contents: Vec<_> = group.iter().map(|waiting| waiting.content.clone()).collect();
        let mut wait = Duration::from_millis(100);
        while let Err(fault) = self.shelf.put(contents.clone(), &gaps).await {
            if fault.retry == Retry::Never || self.stop.is_cancelled() {
                tracing::warn!(error = %fault.chain(), bodies = group.len(), "bodies were dropped");
                self.counters.dropped.fetch_add(u64::try_from(group.len()).unwrap_or(0), Ordering::Relaxed);
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => {},
                () = self.stop.cancelled() => {},
            }
            wait = (wait * 2).min(Duration::from_secs(2));
        }
    }
}
