//! What the gateway serves from: one checked workspace and one price book, immutable together.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::ids::WorkflowId;
use domain::time::Timestamp;
use pricing::PriceBook;

use crate::caches::{self, CachePlan};
use crate::guards::{self, Guards};
use crate::{Workflow, Workspace};

/// One consistent state of everything that files say. A call uses one snapshot from its first
/// step to its last; a changed file makes a new snapshot and never touches an old one.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The checked workspace.
    pub workspace: Workspace,
    /// The built-in price book with the workspace's own prices on top.
    pub book: PriceBook,
    /// When the files were read.
    pub loaded: Timestamp,
    /// What guards the workflows that have guards, compiled.
    guards: Arc<BTreeMap<WorkflowId, Guards>>,
    /// The caches of the workflows that have one.
    caches: Arc<BTreeMap<WorkflowId, CachePlan>>,
}

impl Snapshot {
    /// Puts a workspace and its price book together.
    #[must_use]
    pub fn new(workspace: Workspace, book: PriceBook, loaded: Timestamp) -> Self {
        let guards = Arc::new(guards::compile(&workspace));
        let caches = Arc::new(caches::compile(&workspace));
        Self { workspace, book, loaded, guards, caches }
    }

    /// What guards a workflow; `None` where nothing does.
    #[must_use]
    pub fn guards_of(&self, workflow: &Workflow) -> Option<&Guards> {
        self.guards.get(&workflow.id)
    }

    /// The cache of a workflow; `None` where it has none.
    #[must_use]
    pub fn cache_of(&self, workflow: &WorkflowId) -> Option<&CachePlan> {
        self.caches.get(workflow)
    }
}
