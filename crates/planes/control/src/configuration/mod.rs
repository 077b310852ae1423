//! The configuration: read from the workspace's folder, loaded, watched, shown.
//!
//! A set of files is live as a whole or not at all. Files that are wrong are refused whole: the
//! last good configuration stays, and the problems are shown everywhere. A copy of it in the data
//! folder lets a server start while the files are wrong. Every configuration that was live is
//! kept in the store for ever, so that the hash on a record always finds its files.

mod at_start;
mod folder;
mod load;
mod page;
mod watch;

use std::sync::Arc;

use config::{Files, Problem, Snapshot};
use domain::Timestamp;

pub use at_start::AtStart;
pub(crate) use folder::Fingerprint;
pub use folder::read_folder;
pub use load::StartError;
pub(crate) use load::{first_error, load_initial, problem_words};
pub(crate) use page::{brief, live_brief, route};

/// What is live, and what was refused since.
#[derive(Clone, Debug)]
pub(crate) struct Configured {
    /// What calls are served from.
    pub(crate) snapshot: Arc<Snapshot>,
    /// Its files.
    pub(crate) files: Arc<Files>,
    /// What the folder looked like when it was read last.
    pub(crate) fingerprint: Fingerprint,
    /// Whether it came from the copy in the data folder and the folder's files were never good since.
    pub(crate) from_copy: bool,
    /// Why the files in the folder are not live.
    pub(crate) refused: Option<Refused>,
    /// What the server took when it started, and takes again only then.
    pub(crate) at_start: AtStart,
}

/// Files that are not live because they are wrong.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    /// When they were read.
    pub(crate) at: Timestamp,
    /// What is wrong with them.
    pub(crate) problems: Vec<Problem>,
}

impl Configured {
    /// The hash of what is live.
    pub(crate) fn hash(&self) -> &str {
        &self.snapshot.workspace.hash
    }

    /// The keys of the live files that wait for a restart, each with a warning.
    pub(crate) fn waiting(&self) -> Vec<(&'static str, Problem)> {
        self.at_start.waiting(&self.snapshot.workspace.gateway)
    }

    /// Warnings of the live files, those of keys that wait for a restart among them.
    pub(crate) fn warnings(&self) -> Vec<Problem> {
        let waiting = self.waiting().into_iter().map(|(_, problem)| problem);
        self.snapshot.workspace.warnings.iter().cloned().chain(waiting).collect()
    }
}

impl Refused {
    /// In one line: `2 errors in workflows/a.toml`.
    pub(crate) fn summary(&self) -> String {
        problem_words(&self.problems)
    }

    /// In one line, with the first error: `2 errors in workflows/a.toml; workflows/a.toml:3:1: unknown key`.
    pub(crate) fn with_first_error(&self) -> String {
        let first = first_error(&self.problems).map_or_else(String::new, |first| format!("; {first}"));
        format!("{}{first}", self.summary())
    }
}
