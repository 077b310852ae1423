//! A clock that moves only when told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use domain::time::{Clock, SharedClock, Timestamp};

/// A clock for tests. Clones share the same time.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// Stands at this RFC 3339 time or date.
    ///
    /// # Panics
    /// Where the text is neither.
    #[must_use]
    #[track_caller]
    pub fn at(text: &str) -> Self {
        Self::new(read(text))
    }

    /// Stands at this time.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(now.ms())))
    }

    /// Moves on, and returns the same clock.
    #[expect(clippy::must_use_candidate, reason = "called for its effect; the return value is for chains")]
    pub fn advance(&self, by: Duration) -> Self {
        self.0.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        self.clone()
    }

    /// Moves by milliseconds, backwards too: clocks of machines do.
    pub fn jump_ms(&self, by: i64) {
        self.0.fetch_add(by, Ordering::SeqCst);
    }

    /// Jumps to this RFC 3339 time or date.
    ///
    /// # Panics
    /// Where the text is neither.
    #[track_caller]
    pub fn set(&self, text: &str) {
        self.0.store(read(text).ms(), Ordering::SeqCst);
    }

    /// The same clock, as the product takes it.
    #[must_use]
    pub fn shared(&self) -> SharedClock {
        Arc::new(self.clone())
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(self.0.load(Ordering::SeqCst))
    }
}

#[track_caller]
fn read(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap_or_else(|| panic!("{text:?} is neither an RFC 3339 time nor a date"))
}

/// So many seconds.
#[must_use]
pub const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// So many minutes.
#[must_use]
pub const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

/// So many hours.
#[must_use]
pub const fn hours(count: u64) -> Duration {
    minutes(count * 60)
}

/// So many days of 24 hours.
#[must_use]
pub const fn days(count: u64) -> Duration {
    hours(count * 24)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_the_time() {
        let clock = ManualClock::at("2026-03-01T09:00:00Z");
        let shared = clock.shared();
        clock.advance(minutes(5)).advance(seconds(1));
        assert_eq!(shared.now().to_string(), "2026-03-01T09:05:01.000Z");
        clock.set("2026-04-01");
        clock.jump_ms(-1);
        assert_eq!(shared.now().to_string(), "2026-03-31T23:59:59.999Z");
    }
}
