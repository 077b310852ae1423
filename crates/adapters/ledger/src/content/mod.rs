//! Bodies: what was asked and answered, where a workflow keeps it.
//!
//! Bodies are not accounting. They are taken within a bound of bytes, dropped beyond it, and a
//! dropped one leaves a row that says so. Each part (a message, usually) is stored once a workflow,
//! under a keyed hash of its bytes: agents send the same beginning again at every turn, and equal
//! hashes in two workflows would tell that they share a text. Bodies live in a file of their own
//! on SQLite, so that writing them never holds up the accounts.

mod queue;
mod shelf;

use bytes::Bytes;
use domain::ids::{InferenceId, WorkflowId};
use domain::time::Timestamp;

pub(crate) use queue::Queue;
pub(crate) use shelf::Shelf;

/// Which body.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Side {
    /// What the caller sent.
    Request,
    /// What came back.
    Response,
}

/// Bodies to keep.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Content {
    /// Of which inference.
    pub inference: InferenceId,
    /// Of which workflow.
    pub workflow: WorkflowId,
    /// When it began.
    pub at: Timestamp,
    /// The bodies in pieces, in order: cut where messages begin and end, so that repeated ones are
    /// found again. The pieces of a side put together are that body, byte for byte.
    pub parts: Vec<(Side, Bytes)>,
}

/// What became of bodies handed over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Kept {
    /// They will be written.
    Accepted,
    /// Too many are waiting: they are lost, and the gap is marked.
    Dropped,
}

/// Whether bodies are there to read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ContentState {
    /// They are.
    Kept,
    /// They were to be kept, but were dropped under load or could not be written.
    Dropped,
    /// None were kept, or their time is over.
    Absent,
}

/// Bodies as they were kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredContent {
    /// Whether there are any.
    pub state: ContentState,
    /// The request in pieces; put together they are the body.
    pub request: Vec<Bytes>,
    /// The answer in pieces.
    pub response: Vec<Bytes>,
}

/// What retention deleted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Expired {
    /// Inferences whose bodies are gone.
    pub bodies: u64,
    /// Stored parts that nothing uses any more.
    pub parts: u64,
}

/// A body that was dropped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Gap {
    pub(crate) inference: InferenceId,
    pub(crate) workflow: WorkflowId,
    pub(crate) at: Timestamp,
}
