//! From files to a snapshot, at the start and later.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use config::{Files, Problem, Severity, Snapshot};
use domain::Timestamp;
use pricing::PriceBook;
use serde::{Deserialize, Serialize};

use super::folder::{fingerprint, read_folder};
use super::{Configured, Fingerprint, Refused};
use crate::{Fault, files};

/// Why a server can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The files are wrong, and there is no copy of a configuration that was good.
    #[error("{}", problem_words(.0))]
    Refused(Vec<Problem>),
    /// Something broke.
    #[error(transparent)]
    Fault(Fault),
}

/// The copy of the last good configuration.
#[derive(Serialize, Deserialize)]
struct Copy {
    hash: String,
    files: Files,
}

fn copy_file(data: &Path) -> PathBuf {
    data.join("last-good.json")
}

/// What was read from the folder.
pub(super) struct Read {
    pub(super) fingerprint: Fingerprint,
    pub(super) outcome: Result<(Snapshot, Files), Vec<Problem>>,
}

/// Reads the folder off the asynchronous threads, and loads what it holds.
pub(super) async fn read(folder: &Path, now: Timestamp) -> Result<Read, Fault> {
    let folder = folder.to_owned();
    tokio::task::spawn_blocking(move || {
        let fingerprint = fingerprint(&folder);
        let outcome = read_folder(&folder).and_then(|files| Ok((load(&files, now)?, files)));
        Read { fingerprint, outcome }
    })
    .await
    .map_err(|error| Fault::new("read the workspace", error))
}

/// Checks files and puts their price book together.
fn load(files: &Files, now: Timestamp) -> Result<Snapshot, Vec<Problem>> {
    let workspace = config::load(files)?;
    let book = PriceBook::builtin().with(&workspace.prices).map_err(|problem| {
        vec![Problem {
            file: "prices.toml".into(),
            line: 0,
            column: 0,
            width: 1,
            message: problem,
            help: None,
            source_line: String::new(),
            severity: Severity::Error,
        }]
    })?;
    Ok(Snapshot::new(workspace, book, now))
}

/// Loads the configuration to start with: the folder's files, or the copy of the last good ones.
pub(crate) async fn load_initial(
    folder: &Path,
    data: &Path,
    now: Timestamp,
) -> Result<Configured, StartError> {
    let read = read(folder, now).await.map_err(StartError::Fault)?;
    match read.outcome {
        Ok((snapshot, files)) => {
            keep_copy(data, &snapshot.workspace.hash, &files).await;
            Ok(Configured {
                snapshot: Arc::new(snapshot),
                files: Arc::new(files),
                fingerprint: read.fingerprint,
                from_copy: false,
                refused: None,
            })
        }
        Err(problems) => from_copy(data, read.fingerprint, problems, now),
    }
}

fn from_copy(
    data: &Path,
    fingerprint: Fingerprint,
    problems: Vec<Problem>,
    now: Timestamp,
) -> Result<Configured, StartError> {
    let copy = files::read_json::<Copy>(&copy_file(data)).unwrap_or_else(|fault| {
        tracing::error!(error = fault.chain(), "the copy of the last good configuration can't be read");
        None
    });
    let loaded = copy.and_then(|copy| load(&copy.files, now).ok().map(|snapshot| (snapshot, copy.files)));
    let Some((snapshot, files)) = loaded else { return Err(StartError::Refused(problems)) };
    tracing::error!(
        problems = problem_words(&problems),
        config = snapshot.workspace.short_hash(),
        "the workspace's files are refused; starting from the copy of the last good configuration"
    );
    Ok(Configured {
        snapshot: Arc::new(snapshot),
        files: Arc::new(files),
        fingerprint,
        from_copy: true,
        refused: Some(Refused { at: now, problems }),
    })
}

/// Replaces the copy. A copy that can't be written is said, and is no reason to stop.
pub(super) async fn keep_copy(data: &Path, hash: &str, texts: &Files) {
    let copy = Copy { hash: hash.to_owned(), files: texts.clone() };
    if let Err(fault) = files::write_json(&copy_file(data), &copy).await {
        tracing::error!(error = fault.chain(), "the copy of the configuration can't be written");
    }
}

/// Problems in one line: `2 problems in workflows/a.toml and 1 other file`.
pub(crate) fn problem_words(problems: &[Problem]) -> String {
    let mut names: Vec<&str> = problems.iter().map(|problem| problem.file.as_str()).collect();
    names.dedup();
    let count = match problems.len() {
        1 => "1 problem".to_owned(),
        many => format!("{many} problems"),
    };
    match names.as_slice() {
        [] => "no problems".to_owned(),
        [only] => format!("{count} in {only}"),
        [first, _] => format!("{count} in {first} and 1 other file"),
        [first, others @ ..] => format!("{count} in {first} and {} other files", others.len()),
    }
}
