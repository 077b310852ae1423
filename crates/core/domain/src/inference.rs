//! The accounting fact about one inference: who asked, what answered, what it cost, what acted.
//!
//! An [`Opened`] is written before the call leaves and a [`Fact`] when it has ended; a crash in
//! between leaves only the first, and the sweep at the next start turns it into a fact that
//! charges what may have been spent. Neither ever holds content.

use serde::{Deserialize, Serialize};

use crate::abandoned::Abandoned;
use crate::cache::CacheUse;
pub use crate::endpoint::{Dialect, Endpoint};
use crate::guarded::Guarded;
use crate::ids::{AgentId, InferenceId, KeyId, PersonId, PodId, ProviderId, RouteId, RunId, WorkflowId};
use crate::money::{NanoUsd, Tokens};
use crate::prompt::PromptUse;
use crate::time::Timestamp;
use crate::usage::{Usage, UsageSource};

/// How an inference ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The provider answered and the caller got all of it.
    Ok,
    /// The gateway said no; nothing was sent upstream.
    Refused,
    /// The provider answered with an error, which was passed on.
    UpstreamError,
    /// The provider could not be reached, timed out, broke off or sent garbage.
    Failed,
    /// The caller went away before the end.
    Cancelled,
    /// A switch, a revoked key or a shutdown ended it while it ran.
    Cut,
    /// The process died while it ran; found by the sweep at the next start.
    Lost,
}

impl Status {
    /// Every status, for filters.
    pub const ALL: [Self; 7] =
        [Self::Ok, Self::Refused, Self::UpstreamError, Self::Failed, Self::Cancelled, Self::Cut, Self::Lost];

    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Refused => "refused",
            Self::UpstreamError => "upstream_error",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Cut => "cut",
            Self::Lost => "lost",
        }
    }

    /// Reads the stable word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// Whether it counts as an error in rates. A refusal is a control that worked, and a caller
    /// who goes away is no failure of ours: neither counts.
    #[must_use]
    pub const fn is_error(self) -> bool {
        matches!(self, Self::UpstreamError | Self::Failed | Self::Lost)
    }
}

/// A control that looked at a call, in the order in which they looked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Control {
    /// Its name: `key`, `owner`, `switch`, `rate-limit`, `iteration-cap`, `budget`, `route`,
    /// `price`, `attempt`, `timeout`, `prompt`, `cache`.
    pub name: String,
    /// What it did.
    pub verdict: Verdict,
    /// Why, in one line, with figures.
    pub why: String,
}

/// What a control did.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing to object to.
    Pass,
    /// Let the call through, changed.
    Change,
    /// Let it through, and told someone.
    Warn,
    /// Refused or ended it.
    Stop,
}

impl Verdict {
    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Change => "change",
            Self::Warn => "warn",
            Self::Stop => "stop",
        }
    }
}

/// One line of a bill: a counter, its price, the product.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PriceLine {
    /// `input`, `cache_read`, `cache_write_5m`, `cache_write_1h`, `output`, and `reasoning` where that has a
    /// price of its own.
    pub unit: String,
    /// How many tokens.
    pub tokens: Tokens,
    /// Nano-dollars per million tokens.
    pub per_million: NanoUsd,
    /// What the line costs.
    pub cost: NanoUsd,
    /// Which dated row of the price book: `openai/gpt-4o@2024-08-06`.
    pub row: String,
}

/// What a call is attributed to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Attribution {
    /// The workflow.
    pub workflow: WorkflowId,
    /// Its owner at the time.
    pub owner: PersonId,
    /// Its pod.
    pub pod: PodId,
    /// The key used.
    pub key: KeyId,
    /// The agent the key belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// The run.
    pub run: RunId,
    /// The W3C trace that the caller named, where the run is not called by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
    /// Step within the run, as the caller named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// Unit of work, as the caller named it: a ticket number, say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// End user, as the caller named them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The session of the client, where it names one in a header of its own: what its telemetry is
    /// joined by. Never a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Ids of what was retrieved into the prompt.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub context: Vec<String>,
}

/// Where a call goes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Target {
    /// The route it was resolved through; `None` for `provider/model`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<RouteId>,
    /// The provider.
    pub provider: ProviderId,
    /// The model's name there.
    pub model: String,
}

/// Written before a call leaves.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Opened {
    /// The inference.
    pub id: InferenceId,
    /// Which life of which server made it; the sweep charges those of lives that have ended.
    pub instance: String,
    /// When it began.
    pub started: Timestamp,
    /// The endpoint.
    pub endpoint: Endpoint,
    /// Whom it is attributed to.
    pub attribution: Attribution,
    /// The model the caller asked for.
    pub asked: String,
    /// Where it goes.
    pub target: Target,
    /// Live variant of the workflow.
    pub variant: String,
    /// The prompt it was rendered from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<Box<PromptUse>>,
    /// Hash of the configuration it runs under.
    pub config: String,
    /// What was reserved for it: charged if the process dies.
    pub reserved: NanoUsd,
    /// Attempts that were given up before and may be billed; `reserved` holds what they may cost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub abandoned: Vec<Abandoned>,
    /// Estimated input tokens.
    pub input_estimate: Tokens,
    /// Whether the provider is the built-in simulation.
    pub simulated: bool,
}

/// Written when an inference has ended, however it ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Fact {
    /// The inference.
    pub id: InferenceId,
    /// When it began.
    pub started: Timestamp,
    /// The endpoint.
    pub endpoint: Endpoint,
    /// Whom it is attributed to.
    pub attribution: Attribution,
    /// The model the caller asked for.
    pub asked: String,
    /// Where it went; `None` where it was refused before a target was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// Live variant of the workflow.
    pub variant: String,
    /// The prompt it was rendered from; `None` where the caller sent messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<Box<PromptUse>>,
    /// What the cache did; `None` where the workflow has none or it was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<CacheUse>,
    /// Hash of the configuration it ran under.
    pub config: String,
    /// Whether the caller asked for a stream.
    pub stream: bool,
    /// How it ended.
    pub status: Status,
    /// HTTP status the caller got.
    pub http_status: u16,
    /// `CS-…` of the refusal or failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What went wrong, in one line without content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Milliseconds until the provider's first byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_byte_ms: Option<i64>,
    /// Milliseconds until the end.
    pub duration_ms: i64,
    /// What was used.
    pub usage: Usage,
    /// Where that figure is from.
    pub usage_source: UsageSource,
    /// What it cost.
    pub cost: NanoUsd,
    /// The bill, line by line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub price: Vec<PriceLine>,
    /// Attempts that were given up and may be billed; the cost holds what they may cost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub abandoned: Vec<Abandoned>,
    /// Whether the price at the target is an estimate (`unknown_model = "estimate-high"`).
    #[serde(default)]
    pub price_estimated: bool,
    /// What had been reserved.
    pub reserved: NanoUsd,
    /// The controls, in order.
    pub controls: Vec<Control>,
    /// What the gateway changed in the request or withheld from the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
    /// What the guards found and stopped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guarded: Vec<Guarded>,
    /// Bytes of the caller's body.
    pub request_bytes: u64,
    /// Bytes of the answer's body.
    pub response_bytes: u64,
    /// Keyed hash (HMAC-SHA-256) of the request body, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_hash: Option<String>,
    /// Keyed hash of the answer's body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_hash: Option<String>,
    /// The provider's own id of the call, from its headers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upstream_id: Option<String>,
    /// The provider's id of the answer, from its body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_id: Option<String>,
    /// Whether the provider is the built-in simulation.
    #[serde(default)]
    pub simulated: bool,
}

impl Fact {
    /// The charge for a call whose process died: everything that was reserved for it, which is
    /// the most it may have cost.
    #[must_use]
    pub fn lost(opened: Opened, now: Timestamp) -> Self {
        Self {
            id: opened.id,
            started: opened.started,
            endpoint: opened.endpoint,
            attribution: opened.attribution,
            asked: opened.asked,
            target: Some(opened.target),
            variant: opened.variant,
            prompt: opened.prompt,
            cache: None,
            config: opened.config,
            stream: false,
            status: Status::Lost,
            http_status: 0,
            code: None,
            error: Some("the server stopped while the call ran; what was reserved is charged".into()),
            first_byte_ms: None,
            duration_ms: now.since(opened.started).max(0),
            usage: Usage { input: opened.input_estimate, ..Usage::default() },
            usage_source: UsageSource::Estimated,
            cost: opened.reserved,
            price: Vec::new(),
            abandoned: opened.abandoned,
            price_estimated: true,
            reserved: opened.reserved,
            controls: Vec::new(),
            changes: Vec::new(),
            guarded: Vec::new(),
            request_bytes: 0,
            response_bytes: 0,
            request_hash: None,
            response_hash: None,
            upstream_id: None,
            response_id: None,
            simulated: opened.simulated,
        }
    }
}
