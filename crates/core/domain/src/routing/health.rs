//! The health of all lanes: what the gateway asks before it sends, and tells after.
//!
//! Belongs behind one lock; every call on it is short. It remembers lanes that were used in the
//! last hour, and not more than so many: callers may name models freely where a workflow allows it.

use std::collections::{HashMap, VecDeque};

use super::breaker::believable;
use super::{Admission, Breaker, Cause, Class, Lane, Position, Quota, Reading, RetryShare, Trouble};
use crate::ids::ProviderId;
use crate::money::Tokens;
use crate::time::{HOUR_MS, MINUTE_MS, Timestamp};

/// Lanes remembered; others count as well.
const MOST_LANES: usize = 4_096;
/// A model's name that is longer is not one.
const LONGEST_MODEL: usize = 256;
/// Transitions remembered.
const MOST_TRANSITIONS: usize = 100;
/// How long a lane is left alone after a 429 that does not say how long.
const QUOTA_REST_MS: i64 = 1_000;

/// Whether a lane is worth an attempt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Readiness {
    /// It is.
    Ready,
    /// Not before this time.
    Resting {
        /// The time.
        until: Timestamp,
        /// Why, in a few words.
        why: String,
    },
}

/// How an attempt comes to a lane.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Turn {
    /// Because the lane is ready.
    Ready,
    /// Because no lane is, and this one is the least bad.
    LeastBad,
}

/// A breaker that moved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Transition {
    /// When.
    pub at: Timestamp,
    /// Whose.
    pub lane: Lane,
    /// The word of the position before.
    pub from: &'static str,
    /// The word of the position after.
    pub to: &'static str,
    /// Why.
    pub why: String,
}

/// How a lane stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LaneState {
    /// Which.
    pub lane: Lane,
    /// Its breaker.
    pub position: Position,
    /// Attempts of the last minute that went well.
    pub well: u64,
    /// Attempts of the last minute that failed.
    pub failed: u64,
    /// What is left of its limits.
    pub quota: Quota,
    /// Why and until when it is passed over, if it is.
    pub resting: Option<(Timestamp, String)>,
    /// When it was last used.
    pub used: Timestamp,
}

#[derive(Clone, Debug, Default)]
struct Entry {
    breaker: Breaker,
    quota: Quota,
    /// Left alone until then, because the provider asked for it.
    rest: Option<(Timestamp, String)>,
    used: Timestamp,
}

/// The health of all lanes.
#[derive(Debug, Default)]
pub struct Health {
    lanes: HashMap<Lane, Entry>,
    shares: HashMap<ProviderId, RetryShare>,
    transitions: VecDeque<Transition>,
}

impl Health {
    /// Whether a lane is worth an attempt with a call of about so many input tokens.
    #[must_use]
    pub fn readiness(&self, lane: &Lane, input: Tokens, now: Timestamp) -> Readiness {
        self.lanes.get(lane).map_or(Readiness::Ready, |entry| entry.readiness(input, now))
    }

    /// Takes note that a call arrived for this provider.
    pub fn called(&mut self, provider: &ProviderId, now: Timestamp) {
        if let Some(share) = self.shares.get_mut(provider) {
            share.called(now);
        } else {
            let mut share = RetryShare::default();
            share.called(now);
            self.shares.insert(provider.clone(), share);
        }
    }

    /// Takes one retry out of the budget of the provider that failed; `false` where there is none.
    #[must_use]
    pub fn grants_retry(&mut self, provider: &ProviderId, now: Timestamp) -> bool {
        self.shares.entry(provider.clone()).or_default().grant(now)
    }

    /// Takes note that an attempt begins. Refuses it where another one got ahead of it and is the
    /// probe.
    ///
    /// # Errors
    /// Until when and why the lane rests.
    pub fn begins(
        &mut self,
        lane: &Lane,
        turn: Turn,
        now: Timestamp,
    ) -> Result<Option<Transition>, (Timestamp, String)> {
        let Some(entry) = self.entry(lane, now) else { return Ok(None) };
        if let (Turn::Ready, Readiness::Resting { until, why }) = (turn, entry.readiness(0, now)) {
            return Err((until, why));
        }
        let change = entry.breaker.begins(now);
        Ok(self.moved(lane, change, now))
    }

    /// Takes note of an attempt that went well.
    pub fn succeeded(
        &mut self,
        lane: &Lane,
        began: Timestamp,
        reading: &Reading,
        now: Timestamp,
    ) -> Option<Transition> {
        let entry = self.entry(lane, now)?;
        entry.quota.learn(&reading.quota);
        let change = entry.breaker.succeeded(began, now);
        self.moved(lane, change, now)
    }

    /// Takes note of an attempt that failed.
    pub fn failed(
        &mut self,
        lane: &Lane,
        (trouble, began): (&Trouble, Timestamp),
        reading: &Reading,
        now: Timestamp,
    ) -> Option<Transition> {
        let entry = self.entry(lane, now)?;
        entry.quota.learn(&reading.quota);
        let asked = trouble.retry_at.map(|at| believable(at, now)).filter(|at| *at > now);
        let rests = match trouble.class {
            Class::Quota => Some(asked.unwrap_or_else(|| now.plus_ms(QUOTA_REST_MS))),
            Class::Capacity => asked,
            _ => None,
        };
        if let Some(until) = rests {
            let later = entry.rest.as_ref().map_or(until, |(known, _)| (*known).max(until));
            entry.rest = Some((later, trouble.what.clone()));
        }
        let change = match trouble.class {
            Class::Content => entry.breaker.succeeded(began, now),
            class if class.is_illness() => {
                let cause = Cause { class, what: trouble.what.clone() };
                entry.breaker.failed(cause, asked, now)
            }
            _ => entry.breaker.abandoned(began, now),
        };
        self.moved(lane, change, now)
    }

    /// Takes note of an attempt that ended without saying anything about its lane: its caller went
    /// away, or a control ended it.
    pub fn abandoned(&mut self, lane: &Lane, began: Timestamp, now: Timestamp) -> Option<Transition> {
        let change = self.lanes.get_mut(lane)?.breaker.abandoned(began, now);
        self.moved(lane, change, now)
    }

    /// How every lane stands, by name.
    #[must_use]
    pub fn states(&self, now: Timestamp) -> Vec<LaneState> {
        let state = |(lane, entry): (&Lane, &Entry)| {
            let (well, failed) = entry.breaker.counts(now);
            let resting = match entry.readiness(0, now) {
                Readiness::Ready => None,
                Readiness::Resting { until, why } => Some((until, why)),
            };
            LaneState {
                lane: lane.clone(),
                position: entry.breaker.position().clone(),
                well,
                failed,
                quota: entry.quota,
                resting,
                used: entry.used,
            }
        };
        let mut states: Vec<_> = self.lanes.iter().map(state).collect();
        states.sort_by(|one, other| one.lane.cmp(&other.lane));
        states
    }

    /// The latest transitions, the newest first.
    pub fn transitions(&self) -> impl Iterator<Item = &Transition> {
        self.transitions.iter().rev()
    }

    /// Forgets lanes that were not used for an hour and have nothing to say.
    pub fn prune(&mut self, now: Timestamp) {
        self.lanes.retain(|_, entry| now.since(entry.used) < HOUR_MS);
    }

    /// The memory of a lane; `None` where there is no room for another.
    fn entry(&mut self, lane: &Lane, now: Timestamp) -> Option<&mut Entry> {
        if !self.lanes.contains_key(lane) {
            if lane.model.len() > LONGEST_MODEL {
                return None;
            }
            if self.lanes.len() >= MOST_LANES {
                self.lanes.retain(|_, entry| entry.says_something(now));
            }
            if self.lanes.len() >= MOST_LANES {
                return None;
            }
            self.lanes.insert(lane.clone(), Entry::default());
        }
        let entry = self.lanes.get_mut(lane)?;
        entry.used = now;
        Some(entry)
    }

    fn moved(&mut self, lane: &Lane, change: Option<super::Change>, now: Timestamp) -> Option<Transition> {
        let super::Change { from, to, why } = change?;
        let transition = Transition { at: now, lane: lane.clone(), from, to, why };
        if self.transitions.len() >= MOST_TRANSITIONS {
            self.transitions.pop_front();
        }
        self.transitions.push_back(transition.clone());
        Some(transition)
    }
}

impl Entry {
    fn readiness(&self, input: Tokens, now: Timestamp) -> Readiness {
        let breaker = match self.breaker.admits(now) {
            Admission::Go | Admission::Probe => None,
            Admission::Wait { until } => Some((until, self.broken())),
        };
        let rest = self.rest.clone().filter(|(until, _)| *until > now);
        let quota =
            self.quota.empty(input, now).map(|(of, until)| (until, format!("no {} left", of.as_str())));
        match [breaker, rest, quota].into_iter().flatten().max_by_key(|(until, _)| *until) {
            None => Readiness::Ready,
            Some((until, why)) => Readiness::Resting { until, why },
        }
    }

    /// Whether forgetting it would change anything soon.
    fn says_something(&self, now: Timestamp) -> bool {
        now.since(self.used) < MINUTE_MS || *self.breaker.position() != Position::Closed
    }

    fn broken(&self) -> String {
        match self.breaker.position() {
            Position::Closed => String::new(),
            Position::Open { cause, .. } => format!("its breaker is open ({})", cause.what),
            Position::Probing { cause, .. } => format!("its breaker is half-open ({})", cause.what),
        }
    }
}
