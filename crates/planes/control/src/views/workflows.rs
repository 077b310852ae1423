//! Workflows: the table, and one of them in full.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    AuditRow, BudgetLine, DrillView, Figures, KeyRow, LimitLine, Money, Period, PersonRef, RouteView, RunRow,
    Sentence, Series,
};
use super::{SpendRow, SwitchPanel, SwitchView, Tone};

/// All workflows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WorkflowsPage {
    /// The answer.
    pub sentence: Sentence,
    /// The time the figures cover.
    pub period: Period,
    /// Workflows, worst first.
    pub rows: Vec<WorkflowRow>,
}

/// One workflow in a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WorkflowRow {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its owner.
    pub owner: PersonRef,
    /// Who stands in for the owner.
    pub deputy: Option<PersonRef>,
    /// Its pod.
    pub pod: String,
    /// `copilot`, `assisted`, `autonomous` or `platform`.
    pub operating_model: String,
    /// Live variant.
    pub variant: String,
    /// `on`, `fallback`, `human-only` or `off`: the most severe switch over it.
    pub state: String,
    /// That switch, where it is not on. Its scope may be wider than the workflow.
    pub switch: Option<SwitchView>,
    /// How it is doing.
    pub tone: Tone,
    /// Why it has that tone, in a few words; empty where all is well.
    pub concern: String,
    /// What was used over the period of the page.
    pub figures: Figures,
    /// How many calls of the period the durations rest on: refused ones have none.
    pub timed_calls: u64,
    /// Median duration over the period, in milliseconds, give or take a sixteenth.
    pub p50_ms: Option<i64>,
    /// 95th percentile of durations over the period, in milliseconds, give or take a sixteenth.
    pub p95_ms: Option<i64>,
    /// Calls that run right now.
    pub running: u64,
    /// The budget nearest its end, of those that hold for this workflow alone.
    pub burn: Option<BudgetLine>,
    /// What its declaration lacks.
    pub weaknesses: Vec<Weakness>,
}

/// Something a workflow does not have, but should.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Weakness {
    /// `no-owner`, `no-deputy`, `no-escalation`, `no-budget`, `no-limits`, `no-iteration-cap`,
    /// `unknown-price`; of a switch `never-drilled`.
    pub kind: String,
    /// In words.
    pub text: String,
    /// What to write, and where.
    pub help: String,
    /// No owner is bad; the rest is worth knowing.
    pub tone: Tone,
}

/// One workflow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WorkflowPage {
    /// The answer.
    pub sentence: Sentence,
    /// The time the figures cover.
    pub period: Period,
    /// The row of the table.
    pub row: WorkflowRow,
    /// What good means here, in its owner's words.
    pub good: String,
    /// What one run yields.
    pub unit_of_work: String,
    /// Whom to turn to after owner and deputy.
    pub escalation: Vec<PersonRef>,
    /// Limits that hold for it: its own, its pod's, the organisation's.
    pub limits: Vec<LimitLine>,
    /// Budgets that hold for it: its own, its pod's, the organisation's.
    pub budgets: Vec<BudgetLine>,
    /// What one run may cost, where that is limited.
    pub run_budget: Option<Money>,
    /// Calls over time by outcome.
    pub series: Series,
    /// Cost by model over the period.
    pub by_model: Vec<SpendRow>,
    /// Newest runs.
    pub recent_runs: Vec<RunRow>,
    /// Keys that serve it.
    pub keys: Vec<KeyRow>,
    /// Its switch, and what turning it would do.
    pub switch: SwitchPanel,
    /// The newest drill of its switch; absent where it was never drilled.
    pub last_drill: Option<DrillView>,
    /// What its switch lacks: it was never drilled. Absent too while the database is away.
    pub switch_weakness: Option<Weakness>,
    /// What was done to its switch, newest first.
    pub switch_history: Vec<AuditRow>,
    /// What else was done to it, newest first.
    pub history: Vec<AuditRow>,
    /// The route calls take unless they ask for another.
    pub default_route: String,
    /// What calls may ask for.
    pub allow: Vec<String>,
    /// The routes it may use.
    pub routes: Vec<RouteView>,
    /// The prompts it may use, by name.
    pub prompts: Vec<String>,
    /// How answers are given again, in words; absent where they are not.
    pub cache: Option<String>,
    /// `full`, `redacted` or `hash`.
    pub content_mode: String,
    /// How long content is kept.
    pub retention_days: u32,
    /// Its file.
    pub file: String,
    /// The file's text as it is live.
    pub source: String,
    /// SHA-256 of that text.
    pub source_hash: String,
    /// Hash of the live configuration.
    pub config: String,
}
