//! The health of lanes, as the gateway keeps it: told after each attempt, asked before the next.
//!
//! Rules and memory are `domain::routing`'s. What is added here is the lock, the log line and the
//! count for each move of a breaker, and the word to those who watch.

use std::sync::{MutexGuard, PoisonError};

use domain::Timestamp;
use domain::routing::{Health, Lane, LaneState, Reading, Transition, Trouble, Turn};
use http::HeaderMap;
use tokio::sync::watch;

use crate::metrics;
use crate::parts::{Gateway, Inner};

impl Gateway {
    /// How every lane stands that was used of late.
    #[must_use]
    pub fn lanes(&self) -> Vec<LaneState> {
        let now = self.now();
        self.health().states(now)
    }

    /// The latest moves of breakers, the newest first.
    #[must_use]
    pub fn transitions(&self) -> Vec<Transition> {
        self.health().transitions().cloned().collect()
    }

    /// Tells when a breaker has moved.
    #[must_use]
    pub fn watch_lanes(&self) -> watch::Receiver<u64> {
        self.lanes_moved.subscribe()
    }
}

impl Inner {
    /// The lock is held for a map operation, never across an await.
    pub(crate) fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An attempt begins; `false` where another one got ahead of it and is the lane's probe.
    pub(crate) fn lane_begins(&self, lane: &Lane, turn: Turn, now: Timestamp) -> bool {
        let begun = self.health().begins(lane, turn, now);
        begun.is_ok_and(|moved| {
            self.moved(moved);
            true
        })
    }

    /// An attempt that began at `began` went well.
    pub(crate) fn lane_well(&self, lane: &Lane, began: Timestamp, reading: &Reading) {
        let moved = self.health().succeeded(lane, began, reading, self.now());
        self.moved(moved);
    }

    /// An attempt failed.
    pub(crate) fn lane_failed(
        &self,
        lane: &Lane,
        (trouble, began): (&Trouble, Timestamp),
        reading: &Reading,
    ) {
        let moved = self.health().failed(lane, (trouble, began), reading, self.now());
        self.moved(moved);
    }

    /// An attempt ended without saying anything about its lane.
    pub(crate) fn lane_left(&self, lane: &Lane, began: Timestamp) {
        let moved = self.health().abandoned(lane, began, self.now());
        self.moved(moved);
    }

    fn moved(&self, transition: Option<Transition>) {
        let Some(Transition { lane, from, to, why, .. }) = transition else { return };
        metrics::breaker_moved(&lane, to);
        tracing::warn!(%lane, from, to, why, "a breaker moved");
        self.lanes_moved.send_modify(|number| *number += 1);
    }
}

/// What an answer's headers say about its provider's limits.
#[must_use]
pub(crate) fn reading(headers: &HeaderMap, now: Timestamp) -> Reading {
    let mut reading = Reading::default();
    for (name, value) in headers {
        let name = name.as_str();
        if name.contains("ratelimit-") || name.starts_with("retry-after") {
            reading.header(name, value.to_str().unwrap_or_default(), now);
        }
    }
    reading
}
