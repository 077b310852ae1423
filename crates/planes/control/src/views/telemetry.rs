//! Telemetry: which clients report, what they used, and how that compares with the gateway.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Moment, Money, Period, PersonRef, Rate, Sentence};

/// Which telemetry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(default)]
pub struct TelemetryQuery {
    /// Id of a workflow.
    pub workflow: Option<String>,
    /// Date or RFC 3339 time.
    pub from: Option<String>,
    /// Date or RFC 3339 time, exclusive; a bare date means its end.
    pub to: Option<String>,
    /// Instead of both: `today`, `7d`, `30d` (if nothing is said), `month`.
    pub period: Option<String>,
}

/// What clients report about themselves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TelemetryPage {
    /// The answer.
    pub sentence: Sentence,
    /// What was asked for.
    pub query: TelemetryQuery,
    /// The period.
    pub period: Period,
    /// The sources that were seen in the period, the latest first: at most 1,000 of them.
    pub sources: Vec<TelemetrySource>,
    /// What all sources used that did not pass the gateway, those that are not listed included. Not
    /// part of the spend.
    pub direct: TelemetrySums,
}

/// One client of one person in one workflow.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TelemetrySource {
    /// `claude-code`, `codex-cli`, `gemini-cli`, `copilot`, `other`.
    pub client: String,
    /// A name for people.
    pub title: String,
    /// What it calls itself.
    pub service: String,
    /// Its latest version; empty where it says none.
    pub version: String,
    /// Id of the workflow whose key it shows.
    pub workflow: String,
    /// Who owns the workflow.
    pub owner: Option<PersonRef>,
    /// Whose machine: a person of the workspace, or a pseudonym of someone who is not; empty where
    /// nobody is named.
    pub person: String,
    /// Their name, where they are a person of the workspace; else the same again.
    pub person_name: String,
    /// When it first sent something.
    pub first_seen: Moment,
    /// When it last did.
    pub last_seen: Moment,
    /// Spans, data points and log records received since the first.
    pub records: u64,
    /// Of these, those that could not be used.
    pub refused: u64,
    /// Sessions in the period.
    pub sessions: u64,
    /// What did not pass the gateway: nothing else knows of it.
    pub direct: TelemetrySums,
    /// What passed the gateway, as the client says.
    pub passed: TelemetrySums,
    /// The same, as the gateway has it on record. This is what was charged.
    pub gateway: TelemetrySums,
    /// Whether the two agree.
    pub agreement: TelemetryAgreement,
    /// What the client says more than the gateway has; negative where it says less.
    pub difference: TelemetryDifference,
    /// What came of it.
    pub work: TelemetryWork,
}

/// Whether a client and the gateway say the same of the calls that both know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TelemetryAgreement {
    /// There is no call that both know.
    #[default]
    Nothing,
    /// The tokens are the same. The prices may differ: the gateway's may be a contract's.
    Same,
    /// They differ; the gateway's record wins.
    Differs,
}

/// Sums over model calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TelemetrySums {
    /// Calls; none where the client sends only counters of tokens.
    pub calls: u64,
    /// Input tokens, cached ones included.
    pub input_tokens: u64,
    /// Output tokens.
    pub output_tokens: u64,
    /// What that costs by the price book.
    pub cost: Money,
    /// What the client says that it cost; zero where it does not say.
    pub claimed: Money,
    /// Calls or readings without a price: nothing is known of the model. Their cost is missing.
    pub unpriced: u64,
}

/// A difference between two sums.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TelemetryDifference {
    /// Calls.
    pub calls: i64,
    /// Input tokens.
    pub input_tokens: i64,
    /// Output tokens.
    pub output_tokens: i64,
    /// By the price book.
    pub cost: Money,
}

/// What people and agents did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TelemetryWork {
    /// Lines of code added.
    pub lines_added: u64,
    /// Lines of code removed.
    pub lines_removed: u64,
    /// Commits made.
    pub commits: u64,
    /// Pull requests opened.
    pub pull_requests: u64,
    /// Proposals accepted as they were, among all that a person decided.
    pub accepted: Rate,
    /// Proposals changed, then accepted.
    pub edited: u64,
    /// Proposals rejected.
    pub rejected: u64,
    /// Proposals broken off.
    pub aborted: u64,
    /// Proposals that a rule, a hook or a setting decided, and no person.
    pub automatic: u64,
    /// Milliseconds in which the person was active.
    pub active_ms: u64,
    /// Milliseconds in which the agent worked.
    pub working_ms: u64,
    /// Milliseconds in which the agent waited for the person.
    pub waiting_ms: u64,
}
