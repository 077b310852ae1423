//! What is added up about facts.
//!
//! A call counts once, under the target that answered it, with what is left of its cost there. What
//! attempts that were given up before may cost is money without a call, under their own targets. The
//! two together are the call as a whole, which everything else is added up by.

use db::Value;
use domain::abandoned::Abandoned;
use domain::cache::CacheUse;
use domain::inference::Status;
use domain::money::{NanoUsd, Tokens};
use domain::usage::{Usage, UsageSource};

/// Sums over some facts. Parts of `cost` are counted again in `estimated` and `simulated`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Sums {
    pub(crate) calls: i64,
    pub(crate) errors: i64,
    pub(crate) refused: i64,
    pub(crate) input: Tokens,
    pub(crate) output: Tokens,
    pub(crate) cost: NanoUsd,
    pub(crate) estimated: NanoUsd,
    pub(crate) simulated: NanoUsd,
    /// Calls for which a cache was asked, and those of them that it answered.
    pub(crate) lookups: i64,
    pub(crate) hits: i64,
    /// What they would have cost.
    pub(crate) saved: NanoUsd,
}

/// The figures of one fact.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures<'a> {
    pub(crate) status: Status,
    pub(crate) usage: Usage,
    pub(crate) source: UsageSource,
    pub(crate) price_estimated: bool,
    pub(crate) simulated: bool,
    pub(crate) cost: NanoUsd,
    /// Attempts that were given up, whose cost is in `cost`.
    pub(crate) abandoned: &'a [Abandoned],
    pub(crate) cache: Option<CacheUse>,
}

impl Sums {
    /// A call as a whole.
    pub(crate) fn of(figures: &Figures<'_>) -> Self {
        let mut sums = Self::answered(figures);
        for attempt in figures.abandoned {
            sums.add(&Self::abandoned(attempt));
        }
        sums
    }

    /// What stands under a target that was given up.
    pub(crate) fn abandoned(attempt: &Abandoned) -> Self {
        let cost = attempt.cost;
        let simulated = if attempt.simulated { cost } else { NanoUsd::ZERO };
        Self { cost, estimated: cost, simulated, ..Self::default() }
    }

    /// What stands under the target that answered.
    pub(crate) fn answered(figures: &Figures<'_>) -> Self {
        let cost = figures.cost - domain::abandoned::total(figures.abandoned);
        let estimated = figures.price_estimated || figures.source.is_estimate();
        let (hits, saved) = match figures.cache {
            Some(CacheUse::Hit(hit)) => (1, hit.saved),
            Some(CacheUse::Miss) | None => (0, NanoUsd::ZERO),
        };
        let part = |counts: bool| if counts { cost } else { NanoUsd::ZERO };
        Self {
            calls: 1,
            errors: i64::from(figures.status.is_error()),
            refused: i64::from(figures.status == Status::Refused),
            input: figures.usage.input_total(),
            output: figures.usage.output,
            cost,
            estimated: part(estimated),
            simulated: part(figures.simulated),
            lookups: i64::from(figures.cache.is_some()),
            hits,
            saved,
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.errors += other.errors;
        self.refused += other.refused;
        self.input = self.input.saturating_add(other.input);
        self.output = self.output.saturating_add(other.output);
        self.cost += other.cost;
        self.estimated += other.estimated;
        self.simulated += other.simulated;
        self.lookups += other.lookups;
        self.hits += other.hits;
        self.saved += other.saved;
    }

    /// The columns in the order of every spend table.
    pub(crate) fn values(&self) -> [Value; 11] {
        [
            self.calls.into(),
            self.errors.into(),
            self.refused.into(),
            self.input.into(),
            self.output.into(),
            self.cost.into(),
            self.estimated.into(),
            self.simulated.into(),
            self.lookups.into(),
            self.hits.into(),
            self.saved.into(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::ProviderId;
    use domain::inference::Target;
    use proptest::prelude::*;

    use super::*;

    fn given_up(nano: i64, simulated: bool) -> Abandoned {
        let provider = ProviderId::new("gone").unwrap();
        let target = Target { route: None, provider, model: "m".into() };
        Abandoned { target, why: "timeout".into(), cost: NanoUsd::from_nano(nano), simulated }
    }

    fn figures(own: i64, abandoned: &[Abandoned]) -> Figures<'_> {
        Figures {
            status: Status::Ok,
            usage: Usage { input: 11, output: 7, ..Usage::default() },
            source: UsageSource::Reported,
            price_estimated: false,
            simulated: false,
            cost: NanoUsd::from_nano(own) + domain::abandoned::total(abandoned),
            abandoned,
            cache: None,
        }
    }

    #[test]
    fn what_was_given_up_is_money_without_a_call() {
        let attempt = given_up(5, false);
        let (cost, none) = (NanoUsd::from_nano(5), NanoUsd::ZERO);
        let sums = Sums::abandoned(&attempt);
        assert_eq!(sums, Sums { cost, estimated: cost, ..Sums::default() });
        assert_eq!(Sums::abandoned(&given_up(5, true)).simulated, cost);
        let attempts = [attempt];
        let answered = Sums::answered(&figures(7, &attempts));
        assert_eq!((answered.calls, answered.cost.nano(), answered.estimated), (1, 7, none));
    }

    proptest! {
        #[test]
        fn a_call_is_what_stands_under_its_targets(
            own in 0..1_000_000_000_i64,
            lost in proptest::collection::vec((0..1_000_000_000_i64, any::<bool>()), 0..8),
            (simulated, price_estimated) in any::<(bool, bool)>(),
        ) {
            let attempts: Vec<_> = lost.iter().map(|(nano, simulated)| given_up(*nano, *simulated)).collect();
            let figures = Figures { simulated, price_estimated, ..figures(own, &attempts) };
            let whole = Sums::of(&figures);
            let mut split = Sums::answered(&figures);
            prop_assert_eq!(split.cost.nano(), own);
            attempts.iter().for_each(|attempt| split.add(&Sums::abandoned(attempt)));
            prop_assert_eq!(split, whole);
            prop_assert_eq!((whole.cost, whole.calls), (figures.cost, 1));
            prop_assert!(whole.estimated <= whole.cost && whole.simulated <= whole.cost);
        }
    }
}
