//! Budgets: money is reserved before a call and settled after it.
//!
//! The rule that everything here serves: **settled plus open reservations never exceeds a hard
//! budget**, however many calls run at once. A call asks for the most it may cost; where that does
//! not fit but a shorter answer would, the answer is shortened instead of refused. Settlement
//! happens once per inference, because it consumes the [`Reservation`]. What a provider bills
//! beyond its reservation (it ignored `max_tokens`) is settled in full and closes the budget.

mod books;
mod runs;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use books::{Ask, Books, Line, Reservation, Standing, Warning};
pub use runs::{RunKey, RunTally, Runs};

use crate::holder::Holder;
use crate::ids::{RunId, WorkflowId};
use crate::money::NanoUsd;
use crate::time::Window;

/// A budget as a workspace file or a key states it. Absent means unlimited.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Budget {
    /// Per UTC day.
    pub day: Option<NanoUsd>,
    /// Per UTC calendar month.
    pub month: Option<NanoUsd>,
    /// Per run.
    pub run: Option<NanoUsd>,
    /// Percentages at which people are told, ascending.
    pub warn_at: Vec<u8>,
    /// What happens when it is spent.
    pub at_limit: AtLimit,
}

impl Budget {
    /// Whether nothing is limited.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.day.is_none() && self.month.is_none() && self.run.is_none()
    }
}

/// What happens when a budget is spent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AtLimit {
    /// Calls are refused.
    #[default]
    Stop,
    /// Calls go to the route `economy`, which this budget then counts but no longer limits.
    Economy,
    /// Calls are refused until someone approves more.
    Ask,
}

impl AtLimit {
    /// The word in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Economy => "economy",
            Self::Ask => "ask",
        }
    }
}

/// What a budget is counted against.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Account {
    /// A holder over a calendar window.
    Held(Holder, Window),
    /// One run of one workflow.
    Run(WorkflowId, RunId),
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held(holder, window) => write!(f, "{holder} this {}", window.as_str()),
            Self::Run(workflow, run) => write!(f, "the run {run} of {workflow}"),
        }
    }
}
