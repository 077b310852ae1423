//! What callers ask for: query strings and bodies, with texts not yet checked.
//!
//! Everything is optional text, so that a form and a query string can be read straight into it;
//! the use cases check each field and refuse by its name.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which time a page covers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(default)]
pub struct PeriodQuery {
    /// First day (UTC): a date, or its midnight as an RFC 3339 time. A time within a day is refused.
    pub from: Option<String>,
    /// Last day (UTC), included: a date; or a midnight as an RFC 3339 time, exclusive. A time within
    /// a day is refused.
    pub to: Option<String>,
    /// Instead of both: `today`, `7d`, `30d`, `90d`, `month`.
    pub period: Option<String>,
}

/// Which runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(default)]
pub struct RunsQuery {
    /// Id of a workflow.
    pub workflow: Option<String>,
    /// Id of an owner.
    pub owner: Option<String>,
    /// `provider/model` of the last call.
    pub model: Option<String>,
    /// How the last call ended: `ok`, `refused`, `upstream_error`, `failed`, `cancelled`, `cut`, `lost`;
    /// `error` for runs in which any call failed, whatever came after it.
    pub status: Option<String>,
    /// Only runs that cost at least this many dollars: `0.50`.
    pub min_cost: Option<String>,
    /// Date or RFC 3339 time.
    pub from: Option<String>,
    /// Date or RFC 3339 time, exclusive; a bare date means its end.
    pub to: Option<String>,
    /// The beginning of a run's id.
    pub text: Option<String>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// How many, 1 to 200; 50 if not said.
    pub limit: Option<u32>,
}

/// Which spend.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(default)]
pub struct SpendQuery {
    /// `workflow` (if not said), `model`, `provider`, `pod`, `day`, `unit`, `owner`, `key`.
    pub by: Option<String>,
    /// Id of a workflow.
    pub workflow: Option<String>,
    /// First day (UTC): a date, or its midnight as an RFC 3339 time. A time within a day is refused.
    pub from: Option<String>,
    /// Last day (UTC), included: a date; or a midnight as an RFC 3339 time, exclusive. A time within
    /// a day is refused.
    pub to: Option<String>,
    /// Instead of both: `today`, `7d`, `30d`, `90d`, `month` (if nothing is said).
    pub period: Option<String>,
}

/// What guards did, of whom, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(default)]
pub struct GuardsQuery {
    /// Id of a workflow.
    pub workflow: Option<String>,
    /// First day (UTC): a date, or its midnight as an RFC 3339 time. A time within a day is refused.
    pub from: Option<String>,
    /// Last day (UTC), included: a date; or a midnight as an RFC 3339 time, exclusive. A time within
    /// a day is refused.
    pub to: Option<String>,
    /// Instead of both: `today`, `7d`, `30d` (if nothing is said), `90d`, `month`.
    pub period: Option<String>,
}

/// Which audit entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(default)]
pub struct AuditQuery {
    /// Who: a person's id, `operator` or `system`.
    pub who: Option<String>,
    /// What was done: `switch.turned`.
    pub action: Option<String>,
    /// To which thing: `workflow/support-replies`.
    pub subject: Option<String>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// How many, 1 to 200; 50 if not said.
    pub limit: Option<u32>,
}

/// Which page of the keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(default)]
pub struct KeysQuery {
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// How many, 1 to 200; 50 if not said.
    pub limit: Option<u32>,
}

/// A key to be created.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewKey {
    /// Ids of the workflows it serves; at least one.
    pub workflows: Vec<String>,
    /// Id of the agent that holds it.
    pub agent: Option<String>,
    /// What people call it; made up from the workflow if empty.
    pub label: Option<String>,
    /// How long it lives (`90d`, `12h`, `30m`, `45s`), or until when (a date or RFC 3339 time). Absent: until revoked.
    pub expires: Option<String>,
    /// Requests a minute.
    pub requests_per_minute: Option<u64>,
    /// Tokens a minute.
    pub tokens_per_minute: Option<u64>,
    /// Calls at once.
    pub concurrent: Option<u64>,
    /// Inferences per run.
    pub iterations_per_run: Option<u64>,
    /// Dollars a day: `40` or `40 USD`.
    pub budget_day: Option<String>,
    /// Dollars a month.
    pub budget_month: Option<String>,
    /// Dollars a run.
    pub budget_run: Option<String>,
}

/// A switch to be turned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TurnSwitch {
    /// `all`, `workflow/W`, `prompt/P`, `model/PROVIDER/MODEL`, `provider/P`, `tool/T`, `agent/A`.
    pub scope: String,
    /// `on`, `fallback`, `human-only` or `off`.
    pub state: String,
    /// Why; must say something.
    #[serde(default)]
    pub reason: String,
}

/// Which switch to drill.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DrillSwitch {
    /// `all`, `workflow/W`, `model/PROVIDER/MODEL`, `provider/P`, `agent/A`.
    pub scope: String,
}

/// What a call would cost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, IntoParams)]
#[serde(default)]
pub struct PriceQuery {
    /// `list/model`: `openai/gpt-4o`.
    pub model: String,
    /// Input tokens that are neither read from nor written to a cache.
    pub input: u64,
    /// Output tokens.
    pub output: u64,
    /// Input tokens read from the cache.
    pub cached: u64,
    /// Input tokens written to the cache.
    pub cache_write: u64,
    /// Date or RFC 3339 time at which the price applies; now if not said.
    pub at: Option<String>,
}
