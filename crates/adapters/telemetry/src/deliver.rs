//! Delivers requests to one destination: again and again while it is away, and not for ever.
//!
//! Pauses double from a second to half a minute, with jitter, and are longer where the collector
//! asks for it. What is not taken in the end is dropped and counted. The log says when a collector
//! stops taking things and when it takes them again, not each time in between.

use std::sync::Arc;
use std::time::Duration;

use domain::ids::Seeds;
use metrics::counter;
use tokio_util::sync::CancellationToken;

use crate::post::{Outcome, Post};
use crate::wire::{Message, Rejected};

const SENT: &str = "countersign_telemetry_sent_total";
const DROPPED: &str = "countersign_telemetry_dropped_total";
const FAILED_POSTS: &str = "countersign_telemetry_failed_posts_total";

/// The longest pause that is made of one's own accord.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The longest pause that a collector may ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(120);
/// How often a request is sent at most.
const MOST_ATTEMPTS: u32 = 6;

/// A kind of telemetry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Signal {
    Traces,
    Metrics,
}

impl Signal {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Traces => "traces",
            Self::Metrics => "metrics",
        }
    }
}

/// Why something was dropped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cause {
    /// Too much was waiting already.
    QueueFull,
    /// The collector was away for too long.
    Away,
    /// The collector refused the request.
    Refused,
    /// The collector took the request without it.
    Rejected,
}

impl Cause {
    const fn as_str(self) -> &'static str {
        match self {
            Self::QueueFull => "queue_full",
            Self::Away => "away",
            Self::Refused => "refused",
            Self::Rejected => "rejected",
        }
    }
}

/// Counts what was dropped.
pub(crate) fn dropped(signal: Signal, cause: Cause, count: u64) {
    counter!(DROPPED, "signal" => signal.as_str(), "cause" => cause.as_str()).increment(count);
}

/// What delivers to one destination.
pub(crate) struct Carrier {
    pub(crate) signal: Signal,
    pub(crate) post: Post,
    pub(crate) seeds: Arc<dyn Seeds>,
    /// The first pause.
    pub(crate) first_pause: Duration,
    pub(crate) stop: CancellationToken,
    /// What the collector's trouble is, where it has one.
    pub(crate) trouble: Option<String>,
}

impl Carrier {
    /// Delivers a request that tells of `count` spans or points.
    pub(crate) async fn deliver(&mut self, message: &Message, count: u64) {
        let body = self.post.write(message);
        let mut attempt = 1;
        loop {
            let (why, after) = match self.post.once(body.clone()).await {
                Outcome::Taken(rejected) => return self.taken(count, rejected),
                Outcome::Refused(why) => return self.lost(why, Cause::Refused, count),
                Outcome::Later { why, after } => (why, after),
            };
            if attempt == MOST_ATTEMPTS || self.stop.is_cancelled() {
                return self.lost(why, Cause::Away, count);
            }
            self.failed(why);
            let pause = pause(self.first_pause, attempt, after, self.seeds.seed());
            // Where the server goes down meanwhile: once more at once, and then no more.
            let _slept = self.stop.run_until_cancelled(tokio::time::sleep(pause)).await;
            attempt += 1;
        }
    }

    fn taken(&mut self, count: u64, rejected: Option<Rejected>) {
        if self.trouble.take().is_some() {
            tracing::info!(signal = self.signal.as_str(), "the telemetry collector takes requests again");
        }
        let refused = rejected.as_ref().map_or(0, |rejected| rejected.count.min(count));
        counter!(SENT, "signal" => self.signal.as_str()).increment(count - refused);
        if let Some(rejected) = rejected {
            self.rejected(&rejected.why, refused);
        }
    }

    fn rejected(&self, why: &str, count: u64) {
        let signal = self.signal.as_str();
        dropped(self.signal, Cause::Rejected, count);
        tracing::warn!(signal, count, why, "the telemetry collector did not take everything");
    }

    fn lost(&mut self, why: String, cause: Cause, count: u64) {
        self.failed(why);
        dropped(self.signal, cause, count);
    }

    /// Counts a failure, and logs it where it is news.
    fn failed(&mut self, why: String) {
        counter!(FAILED_POSTS, "signal" => self.signal.as_str()).increment(1);
        if self.trouble.as_ref() != Some(&why) {
            tracing::warn!(signal = self.signal.as_str(), why, "the telemetry collector takes nothing");
            self.trouble = Some(why);
        }
    }
}

/// How long to wait after attempt number `attempt`: twice as long each time, between half of that
/// and all of it by chance; as long as the collector asks, where that is longer.
fn pause(first: Duration, attempt: u32, asked: Option<Duration>, seed: [u8; 10]) -> Duration {
    let doubled = first.saturating_mul(1 << (attempt - 1).min(16)).min(LONGEST_PAUSE);
    let chance = seed.into_iter().fold(0_u8, u8::wrapping_add);
    let own = doubled / 2 + (doubled / 2).saturating_mul(u32::from(chance)) / 255;
    own.max(asked.unwrap_or_default().min(LONGEST_ASKED))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn pauses_double_and_heed_what_the_collector_asks() {
        let full = [255, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        for (attempt, asked, expected) in [
            (1, None, 1),
            (2, None, 2),
            (5, None, 16),
            (6, None, 30),
            (99, None, 30),
            (1, Some(7), 7),
            (4, Some(1), 8),
            (1, Some(86_400), 120),
        ] {
            let pause = pause(SECOND, attempt, asked.map(Duration::from_secs), full);
            assert_eq!(pause.as_secs(), expected, "attempt {attempt}, asked {asked:?}");
        }
    }

    proptest! {
        #[test]
        fn a_pause_is_never_none_and_never_for_ever(attempt in 1_u32..100, asked in prop::option::of(0_u64..10_000), seed: [u8; 10]) {
            let pause = pause(SECOND, attempt, asked.map(Duration::from_secs), seed);
            prop_assert!(pause >= SECOND / 2 && pause <= LONGEST_ASKED);
        }
    }
}
