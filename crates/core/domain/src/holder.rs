//! Who holds a limit or a budget.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::{KeyId, PodId, WorkflowId};

/// A holder of limits and budgets. A call has one of each kind, and the narrowest refusal wins.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Holder {
    /// Everything in the workspace.
    Organisation,
    /// One pod.
    Pod(PodId),
    /// One workflow.
    Workflow(WorkflowId),
    /// One key.
    Key(KeyId),
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Organisation => f.write_str("the organisation"),
            Self::Pod(pod) => write!(f, "the pod {pod}"),
            Self::Workflow(workflow) => write!(f, "the workflow {workflow}"),
            Self::Key(key) => write!(f, "the key {key}"),
        }
    }
}
