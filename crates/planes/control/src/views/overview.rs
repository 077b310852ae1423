//! The overview: is it safe, what did it cost, who has to do what.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    BudgetLine, ConfigBrief, Figures, LedgerView, Moment, PersonRef, Sentence, Series, Subject, SwitchView,
    Tone,
};
use super::{Period, WorkflowRow};

/// The first page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Overview {
    /// The answer.
    pub sentence: Sentence,
    /// The time the figures cover: today, in UTC.
    pub period: Period,
    /// What was used today.
    pub today: Figures,
    /// Calls that run right now.
    pub running: u64,
    /// Budgets of the organisation.
    pub budgets: Vec<BudgetLine>,
    /// Calls, errors, refusals and cost of the period by hour.
    pub hours: Series,
    /// What needs a person now, worst first.
    pub attention: Vec<Attention>,
    /// Scopes that are not on.
    pub switches: Vec<SwitchView>,
    /// The configuration, and whether the files on disk are refused.
    pub config: ConfigBrief,
    /// Whether records are being kept and shown.
    pub ledger: LedgerView,
    /// Workflows, worst first.
    pub workflows: Vec<WorkflowRow>,
    /// Whether any figure on the page is simulated.
    pub simulated: bool,
}

/// Something that needs a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attention {
    /// How urgent.
    pub tone: Tone,
    /// What is the matter.
    pub text: String,
    /// What to do about it.
    pub action: String,
    /// Since when, where that is known.
    pub since: Option<Moment>,
    /// What it is about.
    pub about: Option<Subject>,
    /// Who owns that.
    pub owner: Option<PersonRef>,
}

/// Something found by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Found {
    /// What it is, and where to go.
    pub about: Subject,
    /// Its name.
    pub title: String,
    /// One line that tells it from others.
    pub detail: String,
    /// The workflow of a run: several may have used its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow: Option<String>,
}
