//! What clients say about themselves, made into metered usage.
//!
//! Coding agents and instrumented programs report their model calls, their tokens and what people
//! decided about their work as OpenTelemetry. [`record`] is what one report is, whichever wire form
//! it came in; [`meter`] says what a report is worth: a [`Call`] of a model or a [`Reading`] of a
//! counter. Nothing else of a report is kept: no prompt, no answer, no argument of a tool leaves
//! this module, whatever an attribute holds.
//!
//! Three rules keep figures honest (`docs/adr/0009-telemetry-is-a-claim.md`):
//! 1. Everything counted has an [`Identity`] that follows from the report alone, so that a batch
//!    sent twice counts once.
//! 2. Clients report the same tokens as events, as spans and as metrics. Of each session one
//!    [`Family`] counts, the most exact there is, whoever is named in it: [`together`].
//! 3. A call that shares a mark with a record of the gateway went through the gateway. It is
//!    compared with that record and never added to it.

mod attributes;
pub mod meter;
mod names;
pub mod record;
pub mod settle;
#[cfg(test)]
mod tests;
pub mod together;

use serde::{Deserialize, Serialize};

use crate::ids::{KeyId, PersonId, PodId, WorkflowId};
use crate::money::{NanoUsd, PerMillion, Tokens};
use crate::time::{DAY_MS, Timestamp};
use crate::usage::Usage;

pub use attributes::{Attributes, Number, Value};
pub use names::{Client, Family, Measure, Pricing, Signal};

/// What makes one report itself: the same report sent again has the same identity. The first
/// sixteen bytes of a SHA-256 over the workflow and the parts that tell reports apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Identity(pub [u8; 16]);

/// Whether a counter counts on or begins anew with each report.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Growth {
    /// The amount is new: a delta, or one event. The identity is that of the report.
    Once,
    /// The amount is everything since the series began. The identity is that of the series, its
    /// start included: what was counted of it before is taken off.
    Total,
}

/// One call of a model, as a client reports it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Call {
    /// Which report.
    pub id: Identity,
    /// When it was made.
    pub at: Timestamp,
    /// The client's session, where it says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub session: String,
    /// Which kind of signal it came by.
    pub family: Family,
    /// Who serves the model, as the client says; a name of the price book or an alias of one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub seller: String,
    /// The model.
    pub model: String,
    /// What was used, in disjoint counters.
    pub usage: Usage,
    /// What the client says that it cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed: Option<NanoUsd>,
    /// Names under which the gateway may know it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<String>,
    /// What it costs by the price book; zero until it is priced.
    pub price: NanoUsd,
    /// Where that price is from.
    pub pricing: Pricing,
}

/// One reading of a counter.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reading {
    /// Which report, or which series.
    pub id: Identity,
    /// When.
    pub at: Timestamp,
    /// The client's session, where it says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub session: String,
    /// Which kind of signal it came by.
    pub family: Family,
    /// What is counted.
    pub measure: Measure,
    /// How much, in the unit of the measure.
    pub amount: u64,
    /// Whether that is new or a total.
    pub growth: Growth,
    /// Who serves the model whose tokens are counted.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub seller: String,
    /// The model whose tokens are counted.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub model: String,
    /// What a million of these tokens costs by the price book; `None` for other measures, for
    /// models that the book does not know, and until it is priced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_million: Option<PerMillion>,
    /// Where that price is from.
    pub pricing: Pricing,
}

/// What a report is worth.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Observation {
    /// A call of a model.
    Call(Call),
    /// A reading of a counter.
    Reading(Reading),
}

impl Observation {
    /// When it happened.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        match self {
            Self::Call(call) => call.at,
            Self::Reading(reading) => reading.at,
        }
    }

    /// Whether it can be believed: a call of more than [`Usage::MOST`], a reading of more than
    /// [`MOST_AMOUNT`] of anything, or a claim of more than [`MOST_CLAIMED`], is wrong, and would bury
    /// all that is right.
    #[must_use]
    pub fn is_believable(&self) -> bool {
        match self {
            Self::Call(call) => {
                call.usage.is_believable() && call.claimed.is_none_or(|claimed| claimed <= MOST_CLAIMED)
            }
            Self::Reading(reading) => reading.amount <= reading.measure.most(),
        }
    }

    /// Sets when it happened.
    pub const fn set_at(&mut self, at: Timestamp) {
        match self {
            Self::Call(call) => call.at = at,
            Self::Reading(reading) => reading.at = at,
        }
    }
}

/// Who reports.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Source {
    /// Which client.
    pub client: Client,
    /// What it calls itself (`service.name`).
    pub service: String,
    /// Whose machine: a person of the workspace, or a pseudonym of someone who is not; empty where
    /// nobody is named.
    pub person: String,
}

/// What one source sent in one post, or a part of that.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Intake {
    /// Which post, and which part of it.
    pub id: Identity,
    /// When it came.
    pub at: Timestamp,
    /// Whose workflow.
    pub workflow: WorkflowId,
    /// The workflow's owner then.
    pub owner: PersonId,
    /// Its pod then.
    pub pod: PodId,
    /// The key that was shown.
    pub key: KeyId,
    /// Who sent it.
    pub source: Source,
    /// The client's version.
    pub version: String,
    /// Reports received: spans, points, log records.
    pub records: u64,
    /// Of these, reports that could not be used.
    pub refused: u64,
    /// What they are worth.
    pub observations: Vec<Observation>,
}

/// Fewest tokens that tell calls apart by their counts.
const TELLING: Tokens = 100;
/// How far a client's clock may be ahead.
const AHEAD_MS: i64 = DAY_MS;
/// How old a report may be, and still be counted in the day in which it says that it happened.
pub const OLDEST_MS: i64 = 30 * DAY_MS;
/// Most of one reading of a counter, in the unit of what it counts.
pub const MOST_AMOUNT: u64 = 1_000_000_000_000;
/// Most that one report may claim to have cost: a million dollars.
pub const MOST_CLAIMED: NanoUsd = NanoUsd::from_nano(1_000_000_000_000_000);
/// Where sums stop: a hundredth of what would not fit is far beyond anything that was used.
pub const MOST_SUM: u64 = 1_000_000_000_000_000_000;
/// Longest name, session or version that is kept, in characters.
pub const LONGEST_LABEL: usize = 128;

/// The mark of a call that is known by nothing but its size: the same day, the same input and the
/// same output in one workflow. `None` for calls too small to tell apart.
#[must_use]
pub fn likeness(at: Timestamp, usage: &Usage) -> Option<String> {
    (usage.total() >= TELLING).then(|| format!("like {} {} {}", at.day(), usage.input_total(), usage.output))
}

/// When a report happened: as it says, or now, where it says nothing or what can't be.
#[must_use]
pub fn believable(at: Timestamp, now: Timestamp) -> Timestamp {
    let ago = now.since(at);
    if (-AHEAD_MS..=OLDEST_MS).contains(&ago) { at } else { now }
}

/// A label as it is kept: what can be printed of it, and not more than [`LONGEST_LABEL`] characters.
#[must_use]
pub fn label(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(LONGEST_LABEL).collect()
}
