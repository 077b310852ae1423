//! What the caches of workflows are keyed by, made once per snapshot and never per call.
//!
//! The seed of a workflow's cache is a hash over everything in the files that can change an answer
//! or what it costs: the workflow's own text and routes, its providers, its prices. An edit of
//! any of these makes another seed, and nothing that was kept before is found again. A workflow
//! without a cache has no entry, so that a call of it costs nothing here.

use std::collections::BTreeMap;

use domain::ids::WorkflowId;

use crate::{Cache, Workspace, hash};

/// The cache of one workflow.
#[derive(Debug, Clone)]
pub struct CachePlan {
    /// What its file says.
    pub settings: Cache,
    /// What every key of it begins with: SHA-256.
    pub seed: [u8; 32],
}

/// The caches of every workflow that has one.
pub(crate) fn compile(workspace: &Workspace) -> BTreeMap<WorkflowId, CachePlan> {
    let caching = workspace.workflows.values().filter_map(|workflow| {
        let settings = workflow.cache.clone()?;
        let world = format!("{:?} {:?} {:?}", workspace.providers, workspace.prices, workspace.pricing);
        let seed = hash::seed([workflow.id.as_str(), &workflow.variant, &world]);
        Some((workflow.id.clone(), CachePlan { settings, seed }))
    });
    caching.collect()
}
