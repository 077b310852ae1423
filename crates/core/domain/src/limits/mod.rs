//! Rate limits: requests a minute, tokens a minute, calls at once.
//!
//! Each limit is a token bucket that holds one minute's worth and refills continuously, which is
//! how both OpenAI and Anthropic describe theirs. A call passes every bucket of every holder or
//! takes from none. Tokens are taken by estimate at admission and corrected when the call is
//! settled; a call that was refused further on gives everything back.

mod bucket;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

pub use bucket::Bucket;

use crate::holder::Holder;
use crate::money::Tokens;
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// Limits as a workspace file or a key states them. Absent means unlimited.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Limits {
    /// Requests a minute.
    pub requests_per_minute: Option<u64>,
    /// Tokens a minute, input and output together.
    pub tokens_per_minute: Option<u64>,
    /// Calls at once.
    pub concurrent: Option<u64>,
    /// Inferences per run. Counted with the run's money, in [`crate::budget`].
    pub iterations_per_run: Option<u64>,
}

impl Limits {
    /// Whether nothing is limited by rate.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.requests_per_minute.is_none() && self.tokens_per_minute.is_none() && self.concurrent.is_none()
    }
}

/// What a limited call holds until it ends. Give it back with [`Limiter::finish`] or, where the
/// call was refused later on, [`Limiter::undo`].
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a slot that is dropped is never given back"]
pub struct Slot {
    holders: Vec<Holder>,
    tokens: Tokens,
}

/// What is left after a call was admitted: the tightest of its holders, for response headers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Headroom {
    /// Requests: limit, remaining, milliseconds until full again.
    pub requests: Option<(u64, u64, u64)>,
    /// Tokens: limit, remaining, milliseconds until full again.
    pub tokens: Option<(u64, u64, u64)>,
}

#[derive(Debug, Default)]
struct State {
    requests: Option<Bucket>,
    tokens: Option<Bucket>,
    running: u64,
}

/// The state of all limits. Belongs behind one lock; every call on it is short.
#[derive(Debug, Default)]
pub struct Limiter {
    states: HashMap<Holder, State>,
}

impl Limiter {
    /// Admits a call that is estimated to use `tokens`, or says which limit it meets.
    /// All or nothing: a refusal takes from no bucket.
    ///
    /// # Errors
    /// [`Refusal::RequestRate`], [`Refusal::TokenRate`] or [`Refusal::Concurrency`].
    pub fn admit(
        &mut self,
        lines: &[(Holder, Limits)],
        tokens: Tokens,
        now: Timestamp,
    ) -> Result<(Slot, Headroom), Refusal> {
        for (holder, limits) in lines {
            self.check(holder, limits, tokens, now)?;
        }
        let mut headroom = Headroom::default();
        let mut holders = Vec::with_capacity(lines.len());
        for (holder, limits) in lines {
            if limits.is_open() {
                continue;
            }
            let state = self.state(holder, limits, now);
            state.running += 1;
            let left = |bucket: &mut Bucket, amount| {
                bucket.take(amount, now);
                (bucket.limit(), bucket.left(now), bucket.full_in_ms(now))
            };
            headroom.requests = tighter(headroom.requests, state.requests.as_mut().map(|b| left(b, 1)));
            headroom.tokens = tighter(headroom.tokens, state.tokens.as_mut().map(|b| left(b, tokens)));
            holders.push(holder.clone());
        }
        Ok((Slot { holders, tokens }, headroom))
    }

    /// What is left for these holders, taking nothing: for the headers of a refusal.
    pub fn headroom(&mut self, lines: &[(Holder, Limits)], now: Timestamp) -> Headroom {
        let mut headroom = Headroom::default();
        for (holder, limits) in lines.iter().filter(|(_, limits)| !limits.is_open()) {
            let state = self.state(holder, limits, now);
            let left = |bucket: &mut Bucket| (bucket.limit(), bucket.left(now), bucket.full_in_ms(now));
            headroom.requests = tighter(headroom.requests, state.requests.as_mut().map(left));
            headroom.tokens = tighter(headroom.tokens, state.tokens.as_mut().map(left));
        }
        headroom
    }

    /// Ends a call that used `tokens`: the difference to its estimate is charged or refunded.
    #[expect(clippy::needless_pass_by_value, reason = "a slot is given back once")]
    pub fn finish(&mut self, slot: Slot, tokens: Tokens, now: Timestamp) {
        for holder in &slot.holders {
            if let Some(state) = self.states.get_mut(holder) {
                state.running = state.running.saturating_sub(1);
                if let Some(bucket) = &mut state.tokens {
                    bucket.correct(slot.tokens, tokens, now);
                }
            }
        }
    }

    /// Undoes an admission: the call was refused by a later control and used nothing.
    pub fn undo(&mut self, slot: Slot, now: Timestamp) {
        for holder in &slot.holders {
            if let Some(bucket) = self.states.get_mut(holder).and_then(|state| state.requests.as_mut()) {
                bucket.give_back(1, now);
            }
        }
        self.finish(slot, 0, now);
    }

    /// Calls under way for a holder that has limits.
    #[must_use]
    pub fn running(&self, holder: &Holder) -> u64 {
        self.states.get(holder).map_or(0, |state| state.running)
    }

    fn check(
        &mut self,
        holder: &Holder,
        limits: &Limits,
        tokens: Tokens,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if limits.is_open() {
            return Ok(());
        }
        let state = self.state(holder, limits, now);
        if let Some(limit) = limits.concurrent.filter(|limit| state.running >= *limit) {
            return Err(Refusal::Concurrency { scope: holder.to_string(), limit });
        }
        if let Some(wait_ms) = state.requests.as_mut().and_then(|bucket| bucket.wait_ms(1, now)) {
            let limit = limits.requests_per_minute.unwrap_or_default();
            return Err(Refusal::RequestRate { scope: holder.to_string(), limit, retry_s: seconds(wait_ms) });
        }
        if let Some(wait_ms) = state.tokens.as_mut().and_then(|bucket| bucket.wait_ms(tokens, now)) {
            let limit = limits.tokens_per_minute.unwrap_or_default();
            return Err(Refusal::TokenRate { scope: holder.to_string(), limit, retry_s: seconds(wait_ms) });
        }
        Ok(())
    }

    fn state(&mut self, holder: &Holder, limits: &Limits, now: Timestamp) -> &mut State {
        if !self.states.contains_key(holder) {
            self.states.insert(holder.clone(), State::default());
        }
        let state = self.states.entry(holder.clone()).or_default();
        Bucket::fit(&mut state.requests, limits.requests_per_minute, now);
        Bucket::fit(&mut state.tokens, limits.tokens_per_minute, now);
        state
    }
}

const fn seconds(ms: u64) -> u64 {
    ms.div_ceil(1_000)
}

fn tighter(a: Option<(u64, u64, u64)>, b: Option<(u64, u64, u64)>) -> Option<(u64, u64, u64)> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if b.1 < a.1 { b } else { a }),
        (one, other) => one.or(other),
    }
}
