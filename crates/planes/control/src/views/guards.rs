//! Guards: what redaction found, and which tools were kept away.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{GuardsQuery, Moment, Period, PersonRef, Sentence, Tone};

/// What guards did over a period. Kinds and numbers, never a value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GuardsPage {
    /// The answer.
    pub sentence: Sentence,
    /// What was asked for.
    pub query: GuardsQuery,
    /// The period.
    pub period: Period,
    /// What redaction found, the most frequent first.
    pub redactions: Vec<GuardLine>,
    /// Tools that models called or callers offered, and that the workflow may not use.
    pub tools: Vec<GuardLine>,
    /// Both by day.
    pub days: Vec<GuardDay>,
    /// Workflows that can be asked for.
    pub workflows: Vec<String>,
}

/// What one guard did with one kind of thing in one workflow.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GuardLine {
    /// Id of the workflow.
    pub workflow: String,
    /// Its title; the id again where it is gone.
    pub title: String,
    /// Its owner.
    pub owner: Option<PersonRef>,
    /// The kind of value, the name of the workspace's rule, or the tool; `(other)` stands for names
    /// beyond two hundred a day.
    pub what: String,
    /// `request` or `response`.
    pub direction: String,
    /// `let_pass`, `masked`, `replaced`, `not_offered` or `blocked`.
    pub deed: String,
    /// The same in words.
    pub words: String,
    /// Warn: it passed all the same. Bad: something was blocked.
    pub tone: Tone,
    /// In how many calls.
    pub calls: u64,
    /// How often.
    pub hits: u64,
    /// When the latest of these calls began.
    pub last: Moment,
    /// Its run.
    pub last_run: Option<String>,
}

/// One day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GuardDay {
    /// Its first moment.
    pub day: Moment,
    /// Values that redaction found.
    pub redactions: u64,
    /// Tools that were blocked or not offered.
    pub tools: u64,
}
