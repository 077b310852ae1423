//! The retry budget: how many of all attempts may be retries.
//!
//! Retries help against a single failure and harm in an outage, where every caller's retry adds to
//! the load of a provider that is down already. So retries away from or at one provider are at most
//! a fifth of the calls that it got in the last minute, or ten, whichever is more: with little
//! traffic a fifth would be none. (Google SRE Book, ch. 21, "Handling Overload": per-client retry
//! budget.)

use super::Window;
use crate::time::Timestamp;

/// Retries that are always granted within a minute.
const LEAST: u64 = 10;
/// One retry for so many calls.
const CALLS_PER_RETRY: u64 = 5;

/// Counts calls and retries of one provider.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RetryShare {
    /// Calls, and retries.
    window: Window,
}

impl RetryShare {
    /// Takes note of a call's first attempt.
    pub fn called(&mut self, now: Timestamp) {
        self.window.add_first(now);
    }

    /// Takes one retry out of the budget; `false` where there is none left.
    #[must_use]
    pub fn grant(&mut self, now: Timestamp) -> bool {
        let (calls, retries) = self.window.counts(now);
        let granted = retries < (calls / CALLS_PER_RETRY).max(LEAST);
        if granted {
            self.window.add_second(now);
        }
        granted
    }
}
