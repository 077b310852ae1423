//! What is added up about facts.

use db::Value;
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
pub(crate) struct Figures {
    pub(crate) status: Status,
    pub(crate) usage: Usage,
    pub(crate) source: UsageSource,
    pub(crate) price_estimated: bool,
    pub(crate) simulated: bool,
    pub(crate) cost: NanoUsd,
    pub(crate) cache: Option<CacheUse>,
}

impl Sums {
    pub(crate) fn of(figures: &Figures) -> Self {
        let estimated = figures.price_estimated || figures.source.is_estimate();
        let (hits, saved) = match figures.cache {
            Some(CacheUse::Hit(hit)) => (1, hit.saved),
            Some(CacheUse::Miss) | None => (0, NanoUsd::ZERO),
        };
        let part = |counts: bool| if counts { figures.cost } else { NanoUsd::ZERO };
        Self {
            calls: 1,
            errors: i64::from(figures.status.is_error()),
            refused: i64::from(figures.status == Status::Refused),
            input: figures.usage.input_total(),
            output: figures.usage.output,
            cost: figures.cost,
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
