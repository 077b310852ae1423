//! One token bucket, in exact arithmetic: a unit is 60,000 parts, so that one millisecond refills
//! `per_minute` parts and nothing is ever rounded.

use crate::time::{MINUTE_MS, Timestamp};

/// Holds at most one minute's worth and refills continuously. May go below zero by a correction,
/// when a call used more than was estimated; later calls then wait for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    per_minute: u64,
    /// Parts: 1/60,000 of a unit.
    level: i64,
    at: Timestamp,
}

impl Bucket {
    /// A full bucket.
    #[must_use]
    pub fn new(per_minute: u64, now: Timestamp) -> Self {
        Self { per_minute, level: parts(per_minute), at: now }
    }

    /// Makes `slot` match a limit that may have been added, changed or removed by a new
    /// configuration. A changed limit keeps the share that was used.
    pub fn fit(slot: &mut Option<Self>, per_minute: Option<u64>, now: Timestamp) {
        match (slot.as_mut(), per_minute) {
            (_, None) => *slot = None,
            (None, Some(limit)) => *slot = Some(Self::new(limit, now)),
            (Some(bucket), Some(limit)) if bucket.per_minute != limit => {
                bucket.refill(now);
                let used = parts(bucket.per_minute).saturating_sub(bucket.level);
                *bucket = Self { per_minute: limit, level: parts(limit).saturating_sub(used), at: now };
            }
            (Some(_), Some(_)) => {}
        }
    }

    /// The limit, per minute.
    #[must_use]
    pub const fn limit(&self) -> u64 {
        self.per_minute
    }

    /// Whole units left.
    pub fn left(&mut self, now: Timestamp) -> u64 {
        self.refill(now);
        u64::try_from(self.level / MINUTE_MS).unwrap_or(0)
    }

    /// How long until `amount` fits, in milliseconds; `None` if it fits now. An amount larger
    /// than the whole bucket fits when the bucket is full, or it would never pass.
    pub fn wait_ms(&mut self, amount: u64, now: Timestamp) -> Option<u64> {
        self.refill(now);
        let missing = parts(amount.min(self.per_minute)).saturating_sub(self.level);
        if missing <= 0 && self.per_minute > 0 {
            return None;
        }
        Some(self.time_for(missing))
    }

    /// Takes `amount`, whether or not it fits.
    pub fn take(&mut self, amount: u64, now: Timestamp) {
        self.refill(now);
        self.level = self.level.saturating_sub(parts(amount));
    }

    /// Puts `amount` back.
    pub fn give_back(&mut self, amount: u64, now: Timestamp) {
        self.refill(now);
        self.level = self.level.saturating_add(parts(amount)).min(parts(self.per_minute));
    }

    /// Replaces an estimate by the true figure.
    pub fn correct(&mut self, estimate: u64, actual: u64, now: Timestamp) {
        if actual > estimate {
            self.take(actual - estimate, now);
        } else {
            self.give_back(estimate - actual, now);
        }
    }

    /// Milliseconds until the bucket is full again.
    pub fn full_in_ms(&mut self, now: Timestamp) -> u64 {
        self.refill(now);
        self.time_for(parts(self.per_minute).saturating_sub(self.level))
    }

    fn refill(&mut self, now: Timestamp) {
        let elapsed = now.since(self.at);
        if elapsed <= 0 {
            self.at = now; // a clock that went back gives nothing, and does not stop the filling
            return;
        }
        let per_minute = i64::try_from(self.per_minute).unwrap_or(i64::MAX);
        let gained = elapsed.saturating_mul(per_minute);
        self.level = self.level.saturating_add(gained).min(parts(self.per_minute));
        self.at = now;
    }

    fn time_for(&self, missing: i64) -> u64 {
        if missing <= 0 {
            return if self.per_minute == 0 { MINUTE_MS.unsigned_abs() } else { 0 };
        }
        missing.unsigned_abs().div_ceil(self.per_minute.max(1))
    }
}

fn parts(units: u64) -> i64 {
    i64::try_from(units).unwrap_or(i64::MAX).saturating_mul(MINUTE_MS)
}
