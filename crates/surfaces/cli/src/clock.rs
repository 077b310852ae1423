//! The machine's clock. Only the binary builds one; everything else takes the time as an argument.

use std::time::{SystemTime, UNIX_EPOCH};

use domain::Timestamp;
use domain::time::Clock;

/// Reads the machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that others are handed")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}
