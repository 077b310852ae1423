//! Attempts that a call gave up and that may be billed all the same, and how its cost splits.
//!
//! An attempt that timed out or broke off was begun, and its provider may bill for it; what that may
//! be is charged by an estimate. Bills are reconciled by provider and model, so the estimate stands
//! under the target that may bill it, and never under the one that answered after it. The call
//! itself is counted once, where it was answered. Never content: a target, a cause, an amount.

use serde::{Deserialize, Serialize};

use crate::inference::{Fact, PriceLine, Target};
use crate::money::NanoUsd;

/// What marks the lines of a bill that are for abandoned attempts.
const MARK: &str = ", abandoned";

/// An attempt that failed, was followed by another, and may be billed by its provider.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Abandoned {
    /// Where it went.
    pub target: Target,
    /// Why it failed, in one line without content: `first byte timeout`.
    pub why: String,
    /// What it may cost: always an estimate.
    pub cost: NanoUsd,
    /// Whether its provider is the built-in simulation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub simulated: bool,
}

/// What abandoned attempts may cost together.
#[must_use]
pub fn total(attempts: &[Abandoned]) -> NanoUsd {
    attempts.iter().map(|attempt| attempt.cost).sum()
}

/// A part of what a call cost, and the target that may bill it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Share<'a> {
    /// The target; `None` where the call was refused before one was chosen.
    pub target: Option<&'a Target>,
    /// Its part of the cost.
    pub cost: NanoUsd,
}

impl Fact {
    /// What the attempt cost that was the last: the cost without that of abandoned ones.
    #[must_use]
    pub fn answered_cost(&self) -> NanoUsd {
        self.cost - total(&self.abandoned)
    }

    /// The cost by target: first what stands under the call's own, then each abandoned attempt.
    /// They add up to the cost.
    pub fn shares(&self) -> impl Iterator<Item = Share<'_>> {
        let answered = Share { target: self.target.as_ref(), cost: self.answered_cost() };
        let abandoned = self.abandoned.iter();
        std::iter::once(answered)
            .chain(abandoned.map(|attempt| Share { target: Some(&attempt.target), cost: attempt.cost }))
    }

    /// Whether a price of the bill is an estimate: the model had none of its own, or an abandoned
    /// attempt is on it.
    #[must_use]
    pub const fn has_estimated_price(&self) -> bool {
        self.price_estimated || !self.abandoned.is_empty()
    }

    /// The part of the cost that rests on an estimate.
    #[must_use]
    pub fn estimated_cost(&self) -> NanoUsd {
        if self.usage_source.is_estimate() || self.price_estimated {
            self.cost
        } else {
            total(&self.abandoned)
        }
    }
}

impl PriceLine {
    /// The line as it stands on a bill for an attempt that was given up.
    #[must_use]
    pub fn abandoned(self) -> Self {
        Self { unit: format!("{}{MARK}", self.unit), ..self }
    }

    /// Whether it is for an attempt that was given up.
    #[must_use]
    pub fn is_abandoned(&self) -> bool {
        self.unit.ends_with(MARK)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ids::{InferenceId, KeyId, PersonId, PodId, ProviderId, RunId, WorkflowId};
    use crate::inference::{Attribution, Endpoint, Opened, Status};
    use crate::invariants::violations;
    use crate::time::Timestamp;
    use crate::usage::UsageSource;

    fn target(provider: &str) -> Target {
        Target { route: None, provider: ProviderId::new(provider).unwrap(), model: "m".into() }
    }

    fn given_up(provider: &str, nano: i64) -> Abandoned {
        let cost = NanoUsd::from_nano(nano);
        Abandoned { target: target(provider), why: "timeout".into(), cost, simulated: false }
    }

    fn line(nano: i64) -> PriceLine {
        PriceLine {
            unit: "input".into(),
            tokens: 1,
            per_million: NanoUsd::ZERO,
            cost: NanoUsd::from_nano(nano),
            row: "up/m@2026-01-01".into(),
        }
    }

    fn opened(reserved: i64, abandoned: Vec<Abandoned>) -> Opened {
        let now = Timestamp::from_ms(1_772_366_400_000);
        Opened {
            id: InferenceId::new(now, [1; 10]),
            instance: "i".into(),
            started: now,
            endpoint: Endpoint::Chat,
            attribution: Attribution {
                workflow: WorkflowId::new("support").unwrap(),
                owner: PersonId::new("maya").unwrap(),
                pod: PodId::new("desk").unwrap(),
                key: KeyId::new(now, [1; 10]),
                agent: None,
                run: RunId::from_caller("r").unwrap(),
                step: None,
                unit: None,
                user: None,
                session: None,
                trace: None,
                context: Vec::new(),
            },
            asked: "standard".into(),
            target: target("answered"),
            variant: "v".into(),
            prompt: None,
            config: "c".into(),
            reserved: NanoUsd::from_nano(reserved),
            abandoned,
            input_estimate: 1,
            simulated: false,
        }
    }

    /// A call that was answered for `own` after attempts that may cost `lost`.
    fn answered(own: i64, lost: &[i64]) -> Fact {
        let abandoned: Vec<_> = lost.iter().map(|nano| given_up("gone", *nano)).collect();
        let opened = opened(own, abandoned);
        let now = opened.started;
        Fact {
            status: Status::Ok,
            usage_source: UsageSource::Reported,
            price_estimated: false,
            cost: NanoUsd::from_nano(own + lost.iter().sum::<i64>()),
            price: lost.iter().map(|nano| line(*nano).abandoned()).chain([line(own)]).collect(),
            ..Fact::lost(opened, now)
        }
    }

    #[test]
    fn what_an_attempt_may_cost_stands_under_the_target_it_went_to() {
        let fact = answered(7, &[5, 3]);
        let shares: Vec<_> = fact
            .shares()
            .map(|share| (share.target.unwrap().provider.to_string(), share.cost.nano()))
            .collect();
        assert_eq!(shares, [("answered".into(), 7), ("gone".into(), 5), ("gone".into(), 3)]);
        assert_eq!(violations(&fact), Vec::<&str>::new());
    }

    #[test]
    fn the_estimate_is_what_was_given_up_and_all_of_a_guess() {
        let fact = answered(7, &[5]);
        let table = [
            (answered(7, &[]), 0, false),
            (fact.clone(), 5, true),
            (Fact { usage_source: UsageSource::Partial, ..fact.clone() }, 12, true),
            (Fact { price_estimated: true, ..fact }, 12, true),
            (Fact { price_estimated: true, ..answered(7, &[]) }, 7, true),
        ];
        for (fact, estimated, guessed) in table {
            assert_eq!(
                (fact.estimated_cost().nano(), fact.has_estimated_price()),
                (estimated, guessed),
                "{fact:?}"
            );
        }
    }

    #[test]
    fn a_lost_call_keeps_what_was_given_up_before_under_its_own_target() {
        let opened = opened(20, vec![given_up("gone", 5)]);
        let now = opened.started;
        let fact = Fact::lost(opened, now);
        assert_eq!(fact.shares().map(|share| share.cost.nano()).collect::<Vec<_>>(), [15, 5]);
        assert_eq!(violations(&fact), Vec::<&str>::new());
    }

    #[test]
    fn a_split_that_does_not_add_up_is_named() {
        let problem = ["what abandoned attempts may cost does not add up with the charge"];
        let fact = answered(7, &[5]);
        let (mut unlisted, mut dearer) = (fact.clone(), fact.clone());
        unlisted.abandoned.clear();
        assert_eq!(violations(&unlisted), Vec::<&str>::new(), "a record from before they were listed");
        dearer.abandoned[0].cost = NanoUsd::from_nano(6);
        assert_eq!(violations(&dearer), problem, "the bill says less");
        let unsaid = Fact { price: vec![line(12)], ..fact };
        assert_eq!(violations(&unsaid), problem, "the bill names none");
        let opened = opened(4, vec![given_up("gone", 5)]);
        let now = opened.started;
        assert_eq!(violations(&Fact::lost(opened, now)), problem, "more than was charged");
    }

    proptest! {
        #[test]
        fn the_shares_add_up_to_the_cost(
            own in 0..1_000_000_000_000_i64,
            lost in proptest::collection::vec(0..1_000_000_000_000_i64, 0..12),
        ) {
            let fact = answered(own, &lost);
            prop_assert_eq!(fact.shares().map(|share| share.cost).sum::<NanoUsd>(), fact.cost);
            prop_assert_eq!(fact.shares().count(), lost.len() + 1);
            prop_assert_eq!(fact.answered_cost(), NanoUsd::from_nano(own));
            prop_assert!(fact.estimated_cost() <= fact.cost);
            prop_assert_eq!(violations(&fact), Vec::<&str>::new());
        }
    }
}
