//! What tests stand on: a clock that stands still, seeds that count, a PostgreSQL of one's own, and
//! a provider that does what its script says.
//!
//! Everything here is local to the test that made it: a port of its own, a folder of its own,
//! nothing shared, nothing left behind. Fixtures panic with a plain sentence where they can't be
//! set up: a test that can't run has failed, it is never skipped.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "only tests link this crate, and a fixture that can't be set up has to fail its test"
)]

pub mod clock;
pub mod collector;
pub mod postgres;
pub mod seeds;
pub mod upstream;

pub use clock::{ManualClock, days, hours, minutes, seconds};
pub use collector::{Collector, Reply};
pub use postgres::{Postgres, postgres};
pub use seeds::{CountingSeeds, FixedSeeds};
pub use upstream::{AGENT_FILE, AGENT_TEXT, AGENT_WORDS, Upstream};

use std::time::{Duration, Instant};

/// What most tests want in scope.
pub mod prelude {
    pub use crate::clock::{ManualClock, days, hours, minutes, seconds};
    pub use crate::postgres::{Postgres, postgres};
    pub use crate::seeds::{CountingSeeds, FixedSeeds};
    pub use crate::upstream::Upstream;
    pub use crate::wait_until;
}

/// Asks again and again until `probe` has an answer: the way to wait without sleeping for a guess.
///
/// # Panics
/// After ten seconds without one, naming `what` was waited for.
#[track_caller]
pub fn wait_until<T>(what: &str, mut probe: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(found) = probe() {
            return found;
        }
        assert!(Instant::now() < end, "waited 10 s for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
