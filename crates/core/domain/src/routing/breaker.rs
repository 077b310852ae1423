//! The circuit breaker of one lane.
//!
//! Closed, it counts; when at least half of the last minute's attempts failed, and there were at
//! least five, it opens. Open, it lets nobody through until its time is over; then a single probe
//! decides. A credential that is refused opens it at once, unless it was good within that minute:
//! then it may have been the request. Each opening in a row lasts twice as
//! long, up to five minutes, and never ends before the provider said that it might.

use super::{Class, Window};
use crate::time::Timestamp;

/// Attempts in the window before a share of them says anything.
const LEAST_ATTEMPTS: u64 = 5;
/// How long the first opening lasts.
const FIRST_OPEN_MS: i64 = 5_000;
/// How long the longest lasts.
const LONGEST_OPEN_MS: i64 = 300_000;
/// A probe that has not reported by then is given up.
const PROBE_MS: i64 = 600_000;

/// Why a breaker is where it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cause {
    /// The class of the failure that opened it.
    pub class: Class,
    /// In a few words without content.
    pub what: String,
}

/// Where a breaker stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Position {
    /// Attempts go through.
    #[default]
    Closed,
    /// None goes through before `until`.
    Open {
        /// When it opened.
        since: Timestamp,
        /// When a probe may go through.
        until: Timestamp,
        /// Why.
        cause: Cause,
        /// How often in a row it has opened.
        times: u32,
    },
    /// One probe is under way; nothing else goes through.
    Probing {
        /// When it opened.
        since: Timestamp,
        /// When the probe began.
        began: Timestamp,
        /// Why it had opened.
        cause: Cause,
        /// How often in a row it had opened.
        times: u32,
    },
}

impl Position {
    /// The stable word.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open { .. } => "open",
            Self::Probing { .. } => "half-open",
        }
    }
}

/// Whether an attempt may go through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Admission {
    /// It may.
    Go,
    /// It may, and decides.
    Probe,
    /// Not before this time.
    Wait {
        /// The time.
        until: Timestamp,
    },
}

/// A move from one position to another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// The word of the position before.
    pub from: &'static str,
    /// The word of the position after.
    pub to: &'static str,
    /// Why.
    pub why: String,
}

/// The breaker of one lane.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Breaker {
    position: Position,
    /// Attempts that went well, and that failed.
    window: Window,
}

impl Breaker {
    /// Where it stands.
    #[must_use]
    pub const fn position(&self) -> &Position {
        &self.position
    }

    /// Attempts of the last minute: those that went well, those that failed.
    #[must_use]
    pub fn counts(&self, now: Timestamp) -> (u64, u64) {
        self.window.counts(now)
    }

    /// Whether an attempt may go through now. Changes nothing.
    #[must_use]
    pub fn admits(&self, now: Timestamp) -> Admission {
        match &self.position {
            Position::Closed => Admission::Go,
            Position::Open { until, .. } if *until <= now => Admission::Probe,
            Position::Open { until, .. } => Admission::Wait { until: *until },
            Position::Probing { began, .. } if now.since(*began) >= PROBE_MS => Admission::Probe,
            Position::Probing { began, .. } => Admission::Wait { until: began.plus_ms(PROBE_MS) },
        }
    }

    /// Takes note that an attempt begins. One that may probe becomes the probe.
    pub fn begins(&mut self, now: Timestamp) -> Option<Change> {
        if self.admits(now) != Admission::Probe {
            return None;
        }
        let (Position::Open { since, cause, times, .. } | Position::Probing { since, cause, times, .. }) =
            &self.position
        else {
            return None;
        };
        let next = Position::Probing { since: *since, began: now, cause: cause.clone(), times: *times };
        self.go(next, "its time is over; one attempt decides")
    }

    /// Takes note of an attempt that began at `began` and went well.
    pub fn succeeded(&mut self, began: Timestamp, now: Timestamp) -> Option<Change> {
        self.window.add_first(now);
        match &self.position {
            Position::Closed => None,
            Position::Open { since, .. } | Position::Probing { since, .. } if began < *since => None,
            Position::Open { .. } | Position::Probing { .. } => {
                self.window = Window::default();
                self.go(Position::Closed, "an attempt went well")
            }
        }
    }

    /// Takes note of an attempt that failed. `deadline` is when the provider said to come back.
    pub fn failed(&mut self, cause: Cause, deadline: Option<Timestamp>, now: Timestamp) -> Option<Change> {
        self.window.add_second(now);
        match &self.position {
            Position::Closed => {
                let (well, failed) = self.window.counts(now);
                let at_once = cause.class == Class::Credential && well == 0;
                let spent = well + failed >= LEAST_ATTEMPTS && failed >= well;
                if at_once || spent { self.open(cause, deadline, (now, 1), now) } else { None }
            }
            Position::Open { since, until, cause: first, times } => {
                let later = deadline.map_or(*until, |deadline| believable(deadline, now).max(*until));
                self.position =
                    Position::Open { since: *since, until: later, cause: first.clone(), times: *times };
                None
            }
            Position::Probing { since, times, .. } => {
                let again = (*since, times.saturating_add(1));
                self.open(cause, deadline, again, now)
            }
        }
    }

    /// Takes note of an attempt that ended without saying anything about the lane. If it was the
    /// probe, the next attempt is.
    pub fn abandoned(&mut self, began: Timestamp, now: Timestamp) -> Option<Change> {
        match &self.position {
            Position::Probing { since, began: probe, cause, times } if *probe == began => {
                let next = Position::Open { since: *since, until: now, cause: cause.clone(), times: *times };
                self.go(next, "the probe ended without an answer")
            }
            Position::Closed | Position::Open { .. } | Position::Probing { .. } => None,
        }
    }

    fn open(
        &mut self,
        cause: Cause,
        deadline: Option<Timestamp>,
        (since, times): (Timestamp, u32),
        now: Timestamp,
    ) -> Option<Change> {
        let doubled = FIRST_OPEN_MS << (times - 1).min(6);
        let own = now.plus_ms(doubled.min(LONGEST_OPEN_MS));
        let until = deadline.map_or(own, |deadline| believable(deadline, now).max(own));
        let why = format!("{}: {}", cause.class.as_str(), cause.what);
        self.go(Position::Open { since, until, cause, times }, &why)
    }

    fn go(&mut self, next: Position, why: &str) -> Option<Change> {
        let change = Change { from: self.position.as_str(), to: next.as_str(), why: why.to_owned() };
        self.position = next;
        Some(change)
    }
}

/// A deadline of a provider's, as far as it is believed.
pub(super) fn believable(deadline: Timestamp, now: Timestamp) -> Timestamp {
    deadline.min(now.plus_ms(2 * LONGEST_OPEN_MS))
}
