//! Routing: what to do when a provider fails, and which ways to a model are worth trying.
//!
//! A [`Lane`] is one way to a model: provider, credential, model. [`Class`] sorts what went wrong,
//! [`react`] says what to do about it, [`Breaker`] and [`Quota`] remember which lanes are not worth
//! a try, and [`RetryShare`] keeps retries a small part of all calls, so that a provider in trouble
//! is not buried under them. [`Health`] holds all of it.
//!
//! Nothing here reads a clock or draws a number: time and seeds are arguments. Nothing here sends
//! anything. Ideas: circuit breaker (Nygard, *Release It!*, 2007); retry budgets and jittered
//! backoff (Google SRE Book, ch. 22, "Addressing Cascading Failures").

mod breaker;
mod class;
mod health;
mod quota;
mod react;
mod share;
#[cfg(test)]
mod tests;
mod window;

use std::fmt;

pub use breaker::{Admission, Breaker, Cause, Change, Position};
pub use class::Class;
pub use health::{Health, LaneState, Readiness, Transition, Turn};
pub use quota::{Allowance, Left, Quota, Reading};
pub use react::{AfterTimeout, Effect, MAX_WAIT_MS, Reaction, Repeat, Situation, Spare, react, wait_ms};
pub use share::RetryShare;
pub use window::Window;

use crate::ids::ProviderId;
use crate::time::Timestamp;

/// One way to a model. What fails on one lane need not fail on another.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Lane {
    /// The provider.
    pub provider: ProviderId,
    /// Where the credential is kept (`env:NAME`), never the credential; `None` where none is sent.
    pub credential: Option<String>,
    /// The model's name there.
    pub model: String,
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.provider, self.model)?;
        self.credential.as_ref().map_or(Ok(()), |credential| write!(f, " with {credential}"))
    }
}

/// What went wrong with one attempt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trouble {
    /// What kind of thing.
    pub class: Class,
    /// In a few words without content: `529 overloaded_error`.
    pub what: String,
    /// Whether the provider may have done the work all the same.
    pub effect: Effect,
    /// When the provider said to come back.
    pub retry_at: Option<Timestamp>,
}
