//! What the gateway serves from: one checked workspace and one price book, immutable together.

use domain::time::Timestamp;
use pricing::PriceBook;

use crate::Workspace;

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
}

impl Snapshot {
    /// Puts a workspace and its price book together.
    #[must_use]
    pub const fn new(workspace: Workspace, book: PriceBook, loaded: Timestamp) -> Self {
        Self { workspace, book, loaded }
    }
}
