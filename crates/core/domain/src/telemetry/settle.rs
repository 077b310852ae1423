//! Which of a session's figures count, and which of those the gateway has already.
//!
//! Clients report one call in up to three ways, so figures of different families are never added.
//! The gateway's record wins: what passed it is compared and not charged again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::together::Figures as _;
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
    pub said: [Said; Family::COUNT],
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

impl Settled {
    /// Whether nothing of the session counts here.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.family.is_none() && self.gateway.is_empty()
    }
}

/// Settles a session. Counters can't be matched call by call: where the gateway knows the session,
/// all that its counters say passed the gateway.
#[must_use]
pub fn settle(session: &Session) -> Settled {
    by(session, best(session), Known::of(session))
}

/// Settles a session day by day, by what is known of all of its days: the days add up to the session
/// as [`settle`] has it.
#[must_use]
pub fn settle_days(days: &BTreeMap<i64, Session>) -> BTreeMap<i64, Settled> {
    let mut whole = Session::default();
    days.values().cloned().for_each(|day| whole.join(day));
    let (family, known) = (best(&whole), Known::of(&whole));
    days.iter().map(|(day, session)| (*day, by(session, family, known))).collect()
}

/// Whether the gateway has calls of a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Known {
    Yes,
    No,
}

impl Known {
    fn of(session: &Session) -> Self {
        if session.gateway.is_empty() { Self::No } else { Self::Yes }
    }
}

/// The most exact family that says anything.
fn best(session: &Session) -> Option<Family> {
    Family::ALL.iter().zip(&session.said).find(|(_, said)| !said.all.is_empty()).map(|(family, _)| *family)
}

/// Settles a session, or a part of one, by this family.
fn by(session: &Session, family: Option<Family>, known: Known) -> Settled {
    let gateway = session.gateway;
    let Some(family) = family else { return Settled { gateway, ..Settled::default() } };
    let said = session.said[family.place()];
    let passed = match (family, known) {
        (Family::Events | Family::Spans, _) => said.passed,
        (Family::Metrics | Family::OlderMetrics, Known::No) => Sums::default(),
        (Family::Metrics | Family::OlderMetrics, Known::Yes) => said.all,
    };
    Settled { family: Some(family), direct: said.all.less(passed), passed, gateway }
}

/// Tokens that the gateway has on record of a workflow on a day, and that no report was found for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Unclaimed {
    /// Input tokens, cached ones included.
    pub input: Tokens,
    /// Output tokens.
    pub output: Tokens,
}

/// Holds what counters without a session say of a day against those, and takes them off: as much of
/// it as there is passed the gateway. What is left costs its share, by the smaller of the shares of
/// input and output that are left, so that it is never too much.
#[must_use]
pub fn hold(settled: Settled, unclaimed: &mut Unclaimed) -> Settled {
    if !matches!(settled.family, Some(Family::Metrics | Family::OlderMetrics)) {
        return settled;
    }
    let said = settled.direct;
    let take = |said: Tokens, there: &mut Tokens| {
        let held = said.min(*there);
        *there -= held;
        said - held
    };
    let input = take(said.input, &mut unclaimed.input);
    let output = take(said.output, &mut unclaimed.output);
    let share = |of: NanoUsd| part(of, input, said.input).min(part(of, output, said.output));
    let unpriced =
        if (input, output) == (0, 0) && (said.input, said.output) != (0, 0) { 0 } else { said.unpriced };
    let direct =
        Sums { input, output, price: share(said.price), claimed: share(said.claimed), unpriced, ..said };
    Settled { direct, passed: settled.passed.plus(said.less(direct)), ..settled }
}

/// The part of an amount that goes with `left` of `all`; all of it where there is nothing to divide by.
fn part(of: NanoUsd, left: Tokens, all: Tokens) -> NanoUsd {
    if all == 0 {
        return of;
    }
    let part = i128::from(of.nano()) * i128::from(left) / i128::from(all);
    NanoUsd::from_nano(i64::try_from(part).unwrap_or(i64::MAX))
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
