//! The memory that all posts of telemetry share.
//!
//! A post takes its share as its body grows, on the wire and decompressed, and gives it back when it
//! is done. Where there is none left the post is refused and sent again: nothing waits in a queue.

use std::sync::Arc;

use domain::Refusal;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

/// Bytes that a permit stands for.
const STEP: usize = 1 << 20;
/// How many permits there are: 256 MiB, enough for two posts of the largest size at once.
const STEPS: usize = 256;
/// When a post that found no room is worth sending again.
const RETRY_S: u64 = 1;

/// Posts that are decoded at a time: the rest of the machine belongs to model calls. Those that
/// wait hold a share, so there can't be many.
const AT_A_TIME: usize = 2;

/// The room, and the turns in which posts are decoded.
#[derive(Debug)]
pub(crate) struct Room {
    memory: Arc<Semaphore>,
    turns: Semaphore,
}

impl Default for Room {
    fn default() -> Self {
        Self { memory: Arc::new(Semaphore::new(STEPS)), turns: Semaphore::new(AT_A_TIME) }
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

    /// Waits for a turn to decode.
    pub(super) async fn turn(&self) -> Result<SemaphorePermit<'_>, Refusal> {
        self.turns.acquire().await.map_err(|_| full())
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
}
