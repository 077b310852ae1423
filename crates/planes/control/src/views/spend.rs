//! Spend: what it cost, by what, against the period before.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{BudgetLine, Figures, Moment, Money, Period, PersonRef, Sentence, SpendQuery};

/// Spend over a period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SpendPage {
    /// The answer.
    pub sentence: Sentence,
    /// What was asked for.
    pub query: SpendQuery,
    /// By what the rows are: `workflow`, `model`, `provider`, `pod`, `day`, `unit`, `owner`, `key`.
    pub by: String,
    /// The period.
    pub period: Period,
    /// The period before it, of the same length, to which rows are compared.
    pub before: Period,
    /// The rows, dearest first (by day: oldest first).
    pub rows: Vec<SpendRow>,
    /// All rows together.
    pub total: SpendRow,
    /// Cost by day, split like the rows: the dearest few by name, the others together.
    pub days: Vec<SpendDay>,
    /// What clients report that did not pass the gateway, by the price book. Not part of the rows
    /// and of no budget: see the page of telemetry.
    pub beside: Money,
    /// Budgets of the organisation, pods and workflows.
    pub budgets: Vec<BudgetLine>,
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SpendRow {
    /// What it is the spend of: an id, a day, a `provider/model`; `total` for the total.
    pub key: String,
    /// A name for people: a workflow's title, a person's name, a key's label; else the key again.
    pub name: String,
    /// Who owns it, where it is a workflow.
    pub owner: Option<PersonRef>,
    /// What was used.
    pub figures: Figures,
    /// Its share of the total cost, in percent; absent where the total is zero.
    pub share: Option<f64>,
    /// Its cost in the period before; absent where rows are days, each of which is in one period only.
    pub before: Option<Money>,
    /// The change from then to now, in percent; absent where there was nothing then, or
    /// nothing to compare with.
    pub change: Option<f64>,
    /// Cost of one call that was not refused; absent where there was none.
    pub per_call: Option<Money>,
}

/// One day of spend.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SpendDay {
    /// First moment of the UTC day.
    pub day: Moment,
    /// All of it.
    pub total: Money,
    /// Its parts, in the order of the rows, `others` last.
    pub parts: Vec<SpendPart>,
}

/// A part of a day's spend.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SpendPart {
    /// The row's key; `others` for the rest.
    pub key: String,
    /// What it cost that day.
    pub cost: Money,
}
