//! The state of the server: for `status`, the frame of every page, and readiness.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ConfigBrief, Figures, Moment, PersonRef, Rate, Sentence, SwitchView, Tone};

/// What every page shows around its content. Costs no query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Frame {
    /// The organisation's name.
    pub organisation: String,
    /// The server's version.
    pub version: String,
    /// What is wrong, worst first, in one line each; empty when all is well.
    pub alerts: Vec<super::Attention>,
    /// Scopes that are not on.
    pub switches: Vec<SwitchView>,
    /// The configuration, without its problems' details.
    pub config: ConfigBrief,
    /// The ledger.
    pub ledger: LedgerView,
    /// Whether any provider of the workspace is the built-in simulation.
    pub simulated: bool,
}

/// The state of the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StatusView {
    /// The answer.
    pub sentence: Sentence,
    /// The organisation's name.
    pub organisation: String,
    /// The server's version.
    pub version: String,
    /// Which life of which server this is.
    pub instance: String,
    /// When it started.
    pub started: Moment,
    /// Whether calls can be served and recorded.
    pub ready: Readiness,
    /// The configuration.
    pub config: ConfigBrief,
    /// The ledger.
    pub ledger: LedgerView,
    /// Why figures of calls and cost are missing, and what waits: `the database is away …`. Absent
    /// while they are there.
    pub missing: Option<String>,
    /// The gateway.
    pub gateway: GatewayFigures,
    /// Scopes that are not on.
    pub switches: Vec<SwitchView>,
    /// The newest drill of each scope, newest first.
    pub drills: Vec<super::DrillView>,
    /// The workflows, worst first.
    pub workflows: Vec<WorkflowBrief>,
}

/// Whether calls can be served and recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Readiness {
    /// The answer. Spooling to disk and running on the last good configuration are still ready.
    pub ready: bool,
    /// What it rests on.
    pub checks: Vec<Check>,
}

/// One thing that readiness rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Check {
    /// `configuration`, `ledger`, `database`.
    pub name: String,
    /// Good: as it should be. Warn: works, but someone should look. Bad: not ready.
    pub tone: Tone,
    /// In words.
    pub detail: String,
}

/// The ledger's health.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LedgerView {
    /// Good: records are durable and visible. Warn: durable, and waiting on disk for the database.
    /// Bad: records can't be kept, and calls are refused.
    pub tone: Tone,
    /// In words.
    pub detail: String,
    /// Bytes on disk that wait for the database.
    pub spooled_bytes: u64,
    /// Bodies that were dropped under load since the start.
    pub dropped_bodies: u64,
}

/// What the gateway is doing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GatewayFigures {
    /// Calls that run right now.
    pub running: u64,
    /// Calls of the last hour, refused ones included. Absent while the database is away.
    pub calls_last_hour: Option<u64>,
    /// Errors among those that were not refused. Absent while the database is away.
    pub errors_last_hour: Option<Rate>,
    /// What was used today. Absent while the database is away.
    pub today: Option<Figures>,
}

/// A workflow in one line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WorkflowBrief {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its owner.
    pub owner: PersonRef,
    /// Live variant.
    pub variant: String,
    /// `on`, `fallback`, `human-only` or `off`.
    pub state: String,
    /// How it is doing.
    pub tone: Tone,
    /// Why, in a few words.
    pub concern: String,
    /// Calls today. Absent while the database is away.
    pub calls: Option<u64>,
    /// Errors among them. Absent while the database is away.
    pub errors: Option<Rate>,
    /// What they cost. Absent while the database is away.
    pub cost: Option<super::Money>,
    /// Percent of the budget nearest its end.
    pub budget_percent: Option<f64>,
}
