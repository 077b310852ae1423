//! How far a call has come: which lane it is on, which it has tried, and what those cost.

use config::SecretRef;
use domain::abandoned::Abandoned;
use domain::inference::PriceLine;
use domain::routing::{Class, Effect, Lane, Reading, Trouble, Turn};
use domain::{NanoUsd, Refusal, Timestamp};

use super::open::{Call, End};
use super::route::Way;

/// Where an attempt stands, as its lane's health knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// None is under way.
    Idle,
    /// One began then, and nothing was said about it yet.
    Trying(Timestamp),
    /// One that began then went well so far: its answer is on its way to the caller.
    Answering(Timestamp),
}

/// An attempt that was given up and may be billed, with the lines of its bill.
#[derive(Debug)]
pub(super) struct Waste {
    pub(super) attempt: Abandoned,
    pub(super) lines: Vec<PriceLine>,
}

/// The attempts of one call.
#[derive(Debug)]
pub(super) struct Journey {
    pub(super) way: Way,
    /// Whether only fallbacks may answer.
    pub(super) fallback_only: bool,
    pub(super) lane: Lane,
    /// Where the lane's credential is.
    pub(super) key: Option<SecretRef>,
    pub(super) turn: Turn,
    /// Lanes that have failed this call.
    pub(super) tried: Vec<Lane>,
    /// Attempts on the present lane.
    pub(super) tried_here: u32,
    /// Attempts beyond the first, credentials not counted.
    pub(super) retries: u32,
    pub(super) stage: Stage,
    /// When the present attempt began.
    pub(super) began: Timestamp,
    /// What went wrong with the last attempt that failed.
    pub(super) trouble: String,
    /// Attempts that were given up, and what they may cost: providers bill what they began.
    pub(super) wasted: Vec<Waste>,
}

impl Journey {
    /// A journey before its first attempt.
    pub(super) fn new(way: Way, (lane, key): (Lane, Option<SecretRef>), turn: Turn) -> Self {
        Self {
            way,
            fallback_only: false,
            lane,
            key,
            turn,
            tried: Vec::new(),
            tried_here: 0,
            retries: 0,
            stage: Stage::Idle,
            began: Timestamp::default(),
            trouble: String::new(),
            wasted: Vec::new(),
        }
    }

    /// An attempt begins.
    pub(super) fn begin(&mut self, now: Timestamp) {
        (self.stage, self.began) = (Stage::Trying(now), now);
        self.tried_here += 1;
    }

    /// Whether nothing was attempted yet.
    pub(super) const fn is_at_start(&self) -> bool {
        self.tried_here == 0 && self.tried.is_empty()
    }

    /// Whether the present attempt is the first.
    pub(super) const fn is_first(&self) -> bool {
        self.tried_here <= 1 && self.tried.is_empty()
    }

    /// What abandoned attempts may cost.
    pub(super) fn wasted(&self) -> NanoUsd {
        self.wasted.iter().map(|waste| waste.attempt.cost).sum()
    }

    /// The abandoned attempts that may be billed.
    pub(super) fn abandoned(&self) -> Vec<Abandoned> {
        self.wasted.iter().map(|waste| waste.attempt.clone()).collect()
    }
}

/// Tells the lane how an attempt ended that was still under way when the call did.
pub(super) fn ended(call: &mut Call, end: &End) {
    let gateway = call.draft.gateway.clone();
    let lane = &call.journey.lane;
    match std::mem::replace(&mut call.journey.stage, Stage::Idle) {
        Stage::Idle => {}
        Stage::Trying(began) => gateway.lane_left(lane, began),
        Stage::Answering(began) => {
            if let Some(trouble) = broke_off(end, call.progress.upstream_error.as_deref()) {
                gateway.lane_failed(lane, (&trouble, began), &Reading::default());
            }
        }
    }
}

/// What went wrong after an answer had begun.
fn broke_off(end: &End, said: Option<&str>) -> Option<Trouble> {
    let (class, what) = match end {
        End::Failed(Refusal::UpstreamTimeout { phase, .. }) => (Class::Timeout, format!("{phase} timeout")),
        End::Failed(Refusal::UpstreamBroken { .. }) => (Class::Broken, "the answer broke off".to_owned()),
        End::Failed(Refusal::UpstreamTruncated { .. }) => {
            (Class::Broken, "the stream ended before its last event".to_owned())
        }
        End::Answered => said.map(|kind| (Class::of_stream(kind), kind.to_owned()))?,
        End::Failed(_) | End::Refused(_) | End::Cut(_) | End::Gone => return None,
    };
    Some(Trouble { class, what, effect: Effect::Possible, retry_at: None })
}
