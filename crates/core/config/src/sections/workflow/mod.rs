//! `workflows/NAME.toml`: one workflow per file; its name is the file's.

mod behaviour;
mod cache;
mod content;
mod draft;
mod quality;

use domain::budget::Budget;
use domain::ids::{PersonId, PodId, RouteId, WorkflowId};
use domain::limits::Limits;
use serde::Serialize;

pub use behaviour::{
    ApprovalRule, Fallback, Lossy, Redaction, RedactionKind, RedactionMode, RedactionRule, Then, Tools,
};
pub use cache::{Cache, CacheMode};
pub use content::{Content, ContentMode};
pub use quality::{Review, ReviewMode, Slo};

pub(crate) use behaviour::{APPROVAL, FALLBACK, REDACTION, RULE, TOOLS};
pub(crate) use cache::CACHE;
pub(crate) use content::CONTENT;
pub(crate) use draft::{Draft, ROUTES, WORKFLOW, name, read, stem};
pub(crate) use quality::{REVIEW, SLO};

use crate::Pattern;
use crate::words::words;

words! {
    /// Who drives.
    OperatingModel: "an operating model" {
        /// A human drives, the model helps.
        Copilot = "copilot",
        /// The model drafts, a human approves.
        Assisted = "assisted",
        /// The model acts within a bounded domain.
        Autonomous = "autonomous",
        /// A central team serves others.
        Platform = "platform",
    }
}

/// The route of the steps whose name matches a pattern.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct StepRoute {
    /// The pattern; `*` matches anything.
    pub pattern: String,
    /// The route.
    pub route: RouteId,
}

/// A workflow.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Workflow {
    /// Its name: the stem of its file.
    pub id: WorkflowId,
    /// What it does, in one line.
    pub title: String,
    /// The one person who answers for it.
    pub owner: PersonId,
    /// Who stands in.
    pub deputy: Option<PersonId>,
    /// Whom to call next, in order.
    pub escalation: Vec<PersonId>,
    /// The pod it belongs to.
    pub pod: PodId,
    /// Who drives.
    pub operating_model: OperatingModel,
    /// What one outcome is: "reply sent".
    pub unit_of_work: String,
    /// What a good outcome is.
    pub good: String,
    /// The route for callers who ask for it by name; always allowed.
    pub default_route: RouteId,
    /// What else callers may ask for.
    pub allow: Vec<Pattern>,
    /// Whether translation may lose something of a request.
    pub lossy: Lossy,
    /// Routes for steps, the most particular pattern first.
    pub steps: Vec<StepRoute>,
    /// Limits.
    pub limits: Limits,
    /// Budget.
    pub budget: Budget,
    /// What is kept of requests and answers.
    pub content: Content,
    /// How answers are given again; `None` where they are not.
    pub cache: Option<Cache>,
    /// What is done with personal data and secrets.
    pub redaction: Redaction,
    /// The tools it may use.
    pub tools: Tools,
    /// Which outcomes people look at.
    pub review: Option<Review>,
    /// Targets on quality signals, by signal.
    pub slo: Vec<Slo>,
    /// What happens when no variant is good.
    pub fallback: Fallback,
    /// The live variant: `v-` and eight hexadecimal digits of a hash over the workflow's text and the
    /// routes it may use.
    pub variant: String,
    /// The text of its file.
    pub source: String,
    /// The path of its file in the workspace.
    pub file: String,
}
