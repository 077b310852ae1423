//! The memory that all posts of telemetry share.
//!
//! A post takes its share as its body grows, on the wire and decompressed, and gives it back when what
//! was made of it is written, also when its sender has gone away. Where there is none left the post is refused and sent again: nothing waits in a queue.

use std::sync::Arc;

use domain::Refusal;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::task::TaskTracker;

/// Bytes that a permit stands for.
const STEP: usize = 1 << 20;
/// How many permits there are: 256 MiB, enough for two posts of the largest size at once.
const STEPS: usize = 256;
/// When a post that found no room is worth sending again.
const RETRY_S: u64 = 1;

/// When a post is worth sending again that found the ledger behind.
const BEHIND_S: u64 = 10;

/// Posts that are decoded and written at a time: the rest of the machine belongs to model calls. Those that
/// wait hold a share, so there can't be many.
const AT_A_TIME: usize = 2;

/// The room, and the turns in which posts are decoded.
#[derive(Debug)]
pub(crate) struct Room {
    memory: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

impl Default for Room {
    fn default() -> Self {
        Self { memory: Arc::new(Semaphore::new(STEPS)), turns: Arc::new(Semaphore::new(AT_A_TIME)) }
    }
}

/// What one post holds of it.
#[derive(Debug)]
pub(super) struct Share {
    room: Arc<Semaphore>,
    held: OwnedSemaphorePermit,
}

impl Room {
    /// Takes the first step.
    pub(super) fn enter(&self) -> Result<Share, Refusal> {
        let held = Arc::clone(&self.memory).try_acquire_owned().map_err(|_| full())?;
        Ok(Share { room: Arc::clone(&self.memory), held })
    }

    /// Waits for a turn to decode and to write.
    pub(super) async fn turn(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        Arc::clone(&self.turns).acquire_owned().await.map_err(|_| full())
    }
}

impl Share {
    /// Makes sure that it covers so many bytes.
    pub(super) fn cover(&mut self, bytes: usize) -> Result<(), Refusal> {
        let needed = bytes.div_ceil(STEP);
        let more = needed.saturating_sub(self.held.num_permits());
        if more == 0 {
            return Ok(());
        }
        let more = u32::try_from(more).map_err(|_| full())?;
        let more = Arc::clone(&self.room).try_acquire_many_owned(more).map_err(|_| full())?;
        self.held.merge(more);
        Ok(())
    }
}

const fn full() -> Refusal {
    Refusal::TelemetryBusy { retry_s: RETRY_S }
}

/// Does work in a task of its own: it goes on, and what it holds stays held, when whoever waits for
/// it goes away.
pub(super) async fn apart<T: Send + 'static>(
    tasks: &TaskTracker,
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, Refusal> {
    tasks.spawn(work).await.map_err(|_| broken())
}

/// The refusal of a post whose reading broke.
pub(super) fn broken() -> Refusal {
    Refusal::LedgerUnavailable("the post could not be read".into())
}

/// The refusal of a post while the ledger is behind.
pub(super) const fn behind() -> Refusal {
    Refusal::TelemetryBusy { retry_s: BEHIND_S }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_room_refuses_and_a_share_that_ends_makes_room() {
        let room = Room::default();
        let mut large = room.enter().unwrap();
        large.cover(STEP * STEPS).unwrap();
        assert_eq!(room.enter().unwrap_err(), full());
        drop(large);
        let mut small = room.enter().unwrap();
        assert_eq!(small.cover(STEP * STEPS + 1), Err(full()));
        assert!(small.cover(1).is_ok(), "what it holds stays its own");
    }

    #[tokio::test]
    async fn what_a_post_holds_stays_held_when_its_sender_goes_away() {
        let (room, tasks) = (Room::default(), TaskTracker::new());
        let (share, turn) = (room.enter().unwrap(), room.turn().await.unwrap());
        let (done, waits) = tokio::sync::oneshot::channel::<()>();
        let mut sender = Box::pin(apart(&tasks, async move {
            let _held = (share, turn);
            waits.await
        }));
        assert!(futures_util::poll!(&mut sender).is_pending());
        drop(sender);
        let free = || (room.memory.available_permits(), room.turns.available_permits());
        assert_eq!(free(), (STEPS - 1, AT_A_TIME - 1));
        done.send(()).unwrap();
        tasks.close();
        tasks.wait().await;
        assert_eq!(free(), (STEPS, AT_A_TIME));
    }
}
