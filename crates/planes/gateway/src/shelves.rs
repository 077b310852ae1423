//! The answers that are kept for each workflow, on a shelf of its own.
//!
//! Shelves never share an entry, so no answer can cross from one workflow to another. The lock is
//! held for a look or a place, never across an await.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use config::Snapshot;
use domain::Timestamp;
use domain::cache::Shelf;
use domain::ids::WorkflowId;

use crate::steps::Kept;

/// How full the cache of a workflow is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheFill {
    /// The workflow.
    pub workflow: WorkflowId,
    /// Bytes that its answers take.
    pub bytes: u64,
    /// How many answers there are.
    pub answers: usize,
}

/// All shelves.
#[derive(Debug, Default)]
pub(crate) struct Shelves(Mutex<HashMap<WorkflowId, Shelf<Kept>>>);

impl Shelves {
    /// Works with the shelf of a workflow, which holds at most `size` bytes.
    pub(crate) fn with<T>(
        &self,
        workflow: &WorkflowId,
        size: u64,
        work: impl FnOnce(&mut Shelf<Kept>) -> T,
    ) -> T {
        let mut shelves = self.lock();
        if let Some(shelf) = shelves.get_mut(workflow) {
            shelf.resize(size);
            return work(shelf);
        }
        work(shelves.entry(workflow.clone()).or_insert_with(|| Shelf::new(size)))
    }

    /// Lets go of what has expired, and of the shelves of workflows without a cache.
    pub(crate) fn sweep(&self, snapshot: &Snapshot, now: Timestamp) {
        let mut shelves = self.lock();
        shelves.retain(|workflow, _| snapshot.cache_of(workflow).is_some());
        shelves.values_mut().for_each(|shelf| shelf.sweep(now));
    }

    /// How full they are.
    pub(crate) fn fill(&self) -> Vec<CacheFill> {
        let fill = |(workflow, shelf): (&WorkflowId, &Shelf<Kept>)| CacheFill {
            workflow: workflow.clone(),
            bytes: shelf.held(),
            answers: shelf.len(),
        };
        self.lock().iter().map(fill).collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<WorkflowId, Shelf<Kept>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
