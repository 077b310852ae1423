//! The audit log.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AuditQuery, Moment, Sentence};

/// A page of the audit log, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditPage {
    /// The answer.
    pub sentence: Sentence,
    /// What was asked for.
    pub filter: AuditQuery,
    /// The entries.
    pub rows: Vec<AuditRow>,
    /// Pass it as `cursor` to get the next page; absent on the last.
    pub next: Option<String>,
    /// What `action` can be set to.
    pub actions: Vec<String>,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditRow {
    /// Its id.
    pub id: String,
    /// When.
    pub at: Moment,
    /// Who: a person's id, `operator` or `system`.
    pub who: String,
    /// A name for people.
    pub who_name: String,
    /// What was done: `switch.turned`.
    pub action: String,
    /// The same in words: `turned a switch`.
    pub words: String,
    /// To which thing.
    pub subject: String,
    /// Why, or what exactly.
    pub detail: String,
}
