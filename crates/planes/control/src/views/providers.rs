//! Providers: how they are doing, and what answered what.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Moment, Money, Rate, RouteView, Sentence, Tone};

/// The page of the providers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProvidersPage {
    /// The answer.
    pub sentence: Sentence,
    /// Every provider of the workspace, and those that are gone and were used today.
    pub providers: Vec<ProviderHealth>,
    /// The routes, with what they try in which order.
    pub routes: Vec<RouteView>,
    /// The latest moves of breakers, the newest first.
    pub moves: Vec<LaneMove>,
}

/// A provider.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProviderHealth {
    /// Its id.
    pub id: String,
    /// The wire dialect; empty where the workspace no longer has it.
    pub api: String,
    /// Its wires, for `openai`: `chat`, `responses`; what has to be translated goes to the first.
    pub speaks: Vec<String>,
    /// Where it is.
    pub base_url: String,
    /// `on`, or how its switch stands.
    pub state: String,
    /// Bad: no lane that was used of late is ready. Warn: some are not.
    pub tone: Tone,
    /// In words: `2 of 3 lanes are ready`.
    pub words: String,
    /// Its lanes that were used of late: one for each credential and model.
    pub lanes: Vec<LaneView>,
    /// What its models answered today.
    pub today: Vec<TargetToday>,
}

/// One way to a model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LaneView {
    /// The model.
    pub model: String,
    /// Where the credential is kept (`env:NAME`, `file:PATH`), never the credential.
    pub credential: Option<String>,
    /// The breaker: `closed`, `open` or `half-open`.
    pub breaker: String,
    /// Good: ready. Warn: rests, is probed, or open and to be probed by the next call. Bad: open.
    pub tone: Tone,
    /// Why it is passed over, or why its breaker opened.
    pub cause: Option<String>,
    /// Since when the breaker is not closed.
    pub since: Option<Moment>,
    /// Until when it is passed over.
    pub until: Option<Moment>,
    /// Attempts of the last minute that went well.
    pub well: u64,
    /// Attempts of the last minute that failed.
    pub failed: u64,
    /// What the provider says is left of its limits.
    pub quota: Vec<QuotaView>,
    /// When it was last used.
    pub used: Moment,
}

/// What is left of one limit of a provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuotaView {
    /// `requests`, `tokens`, `input tokens` or `output tokens`.
    pub of: String,
    /// The limit, where the provider says.
    pub limit: Option<u64>,
    /// What was left at the last answer.
    pub remaining: u64,
    /// When it is full again.
    pub resets: Option<Moment>,
}

/// What a model answered today.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TargetToday {
    /// The model.
    pub model: String,
    /// Calls that ended there.
    pub calls: u64,
    /// Errors among them.
    pub errors: Rate,
    /// What they cost, and what attempts that were given up there may cost.
    pub cost: Money,
    /// The part of it that is an estimate.
    pub estimated_cost: Money,
    /// The part of it that is simulated.
    pub simulated_cost: Money,
}

/// A breaker that moved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LaneMove {
    /// When.
    pub at: Moment,
    /// Whose: `provider/model`, with the place of the credential.
    pub lane: String,
    /// The position before.
    pub from: String,
    /// The position after.
    pub to: String,
    /// Why.
    pub why: String,
    /// Bad: it opened. Good: it closed.
    pub tone: Tone,
}
