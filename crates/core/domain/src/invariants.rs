//! What must always hold, as functions.
//!
//! Property tests, fault tests, `debug_assert!`s and `countersign doctor` all call these, so that
//! each rule is written down once.

use crate::abandoned;
use crate::budget::Standing;
use crate::inference::{Fact, Status};
use crate::money::NanoUsd;
use crate::usage::UsageSource;

/// Settled plus open reservations does not exceed a hard budget. (A provider that bills beyond
/// its reservation breaks this by itself; the overrun is then shown, and the budget is closed.)
#[must_use]
pub fn within_budget(standing: Standing, limit: NanoUsd) -> bool {
    standing.settled + standing.reserved <= limit
}

/// The lines of a bill add up to its total. A lost call has no lines and is charged its reservation.
#[must_use]
pub fn bill_adds_up(fact: &Fact) -> bool {
    match fact.status {
        Status::Lost => fact.price.is_empty() && fact.cost == fact.reserved,
        _ => fact.price.iter().map(|line| line.cost).sum::<NanoUsd>() == fact.cost,
    }
}

/// The cost splits by target without a rest: every part is counted under whom it may be billed by,
/// and what abandoned attempts may cost is what their lines of the bill say. (A lost call has no
/// lines, and a record from before attempts were listed has lines alone.)
#[must_use]
pub fn split_adds_up(fact: &Fact) -> bool {
    let lines = fact.price.iter().filter(|line| line.is_abandoned());
    let explained = fact.abandoned.is_empty()
        || fact.status == Status::Lost
        || lines.map(|line| line.cost).sum::<NanoUsd>() == abandoned::total(&fact.abandoned);
    explained
        && fact.shares().all(|share| share.cost >= NanoUsd::ZERO)
        && fact.shares().map(|share| share.cost).sum::<NanoUsd>() == fact.cost
}

/// A refused call cost nothing and went nowhere.
#[must_use]
pub fn refusal_is_free(fact: &Fact) -> bool {
    fact.status != Status::Refused || (fact.cost == NanoUsd::ZERO && fact.usage.total() == 0)
}

/// A call that did not end well never claims the provider's final word unless it has one.
#[must_use]
pub fn provenance_is_honest(fact: &Fact) -> bool {
    fact.status != Status::Lost || fact.usage_source == UsageSource::Estimated
}

/// What is wrong with a fact, by rule; empty if nothing is.
#[must_use]
pub fn violations(fact: &Fact) -> Vec<&'static str> {
    [
        (bill_adds_up(fact), "the lines of the bill do not add up to the charge"),
        (split_adds_up(fact), "what abandoned attempts may cost does not add up with the charge"),
        (refusal_is_free(fact), "a refused call was charged"),
        (provenance_is_honest(fact), "a lost call claims reported usage"),
    ]
    .into_iter()
    .filter_map(|(holds, problem)| (!holds).then_some(problem))
    .collect()
}
