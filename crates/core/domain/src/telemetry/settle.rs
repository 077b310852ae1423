//! Which of a session's figures count, and which of those the gateway has already.
//!
//! Clients report one call in up to three ways, so figures of different families are never added.
//! The gateway's record wins: what passed it is compared and not charged again.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Family, Growth};
use crate::money::{NanoUsd, Tokens};

/// Sums over calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Sums {
    /// Calls. Counters of tokens do not say how many; of them this is zero.
    pub calls: u64,
    /// Input tokens, cached ones included.
    pub input: Tokens,
    /// Output tokens.
    pub output: Tokens,
    /// By the price book.
    pub price: NanoUsd,
    /// By the client.
    pub claimed: NanoUsd,
    /// Calls or readings without a price: the book knows neither model nor seller.
    pub unpriced: u64,
}

impl Sums {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            calls: self.calls.saturating_add(other.calls),
            input: self.input.saturating_add(other.input),
            output: self.output.saturating_add(other.output),
            price: self.price + other.price,
            claimed: self.claimed + other.claimed,
            unpriced: self.unpriced.saturating_add(other.unpriced),
        }
    }

    /// What is left without a part of it.
    #[must_use]
    pub fn less(self, part: Self) -> Self {
        Self {
            calls: self.calls.saturating_sub(part.calls),
            input: self.input.saturating_sub(part.input),
            output: self.output.saturating_sub(part.output),
            price: self.price.saturating_less(part.price),
            claimed: self.claimed.saturating_less(part.claimed),
            unpriced: self.unpriced.saturating_sub(part.unpriced),
        }
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What one family says of a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Said {
    /// Everything.
    pub all: Sums,
    /// The part that shares a mark with records of the gateway.
    pub passed: Sums,
}

/// All that is known of one session of one source.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Session {
    /// What each family says, in the order of [`Family::ALL`].
    pub said: [Said; 3],
    /// What the gateway has on record of it.
    pub gateway: Sums,
}

/// What counts of a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Settled {
    /// The family that counts; `None` where no family says anything.
    pub family: Option<Family>,
    /// What did not pass the gateway: to be added to what the gateway has.
    pub direct: Sums,
    /// What the client says of the calls that passed the gateway: to be compared only.
    pub passed: Sums,
    /// What the gateway has on record of those.
    pub gateway: Sums,
}

/// Settles a session. Counters can't be matched call by call: where the gateway knows the session,
/// all that its counters say passed the gateway.
#[must_use]
pub fn settle(session: &Session) -> Settled {
    let gateway = session.gateway;
    let best = Family::ALL.iter().zip(&session.said).find(|(_, said)| !said.all.is_empty());
    let Some((family, said)) = best else { return Settled { gateway, ..Settled::default() } };
    let passed = match family {
        Family::Events | Family::Spans => said.passed,
        Family::Metrics if gateway.is_empty() => Sums::default(),
        Family::Metrics => said.all,
    };
    Settled { family: Some(*family), direct: said.all.less(passed), passed, gateway }
}

/// Settles all sessions of a source, by name. Reports that name no session may repeat what others
/// say of a session by its name: where there are named ones, the unnamed count only as far as they
/// are of a family that counts there too.
#[must_use]
pub fn settle_all(sessions: &BTreeMap<String, Session>) -> Vec<Settled> {
    let (unnamed, named): (Vec<_>, Vec<_>) = sessions.iter().partition(|(name, _)| name.is_empty());
    let mut settled: Vec<Settled> = named.into_iter().map(|(_, session)| settle(session)).collect();
    let families: BTreeSet<Family> = settled.iter().filter_map(|one| one.family).collect();
    for (_, session) in unnamed {
        let mut session = session.clone();
        for (family, said) in Family::ALL.iter().zip(&mut session.said) {
            if !families.is_empty() && !families.contains(family) {
                *said = Said::default();
            }
        }
        settled.push(settle(&session));
    }
    settled
}

/// What counts of a measure that several families report: the most exact that reports any.
#[must_use]
pub fn best(amounts: [u64; 3]) -> u64 {
    amounts.into_iter().find(|amount| *amount > 0).unwrap_or(0)
}

/// What a reading adds to what was counted of its series before. A total that is lower than before
/// came late, and adds nothing.
#[must_use]
pub fn gain(growth: Growth, amount: u64, before: Option<u64>) -> u64 {
    match (growth, before) {
        (_, None) => amount,
        (Growth::Once, Some(_)) => 0,
        (Growth::Total, Some(before)) => amount.saturating_sub(before),
    }
}
