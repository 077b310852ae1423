//! From files to a snapshot, at the start and later.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use config::{Files, Problem, Severity, Snapshot};
use domain::Timestamp;
use pricing::PriceBook;
use serde::{Deserialize, Serialize};

use super::folder::{fingerprint, read_folder};
use super::{AtStart, Configured, Fingerprint, Refused};
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
    (now, at_start): (Timestamp, AtStart),
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
                at_start,
            })
        }
        Err(problems) => from_copy(data, read.fingerprint, problems, (now, at_start)),
    }
}

fn from_copy(
    data: &Path,
    fingerprint: Fingerprint,
    problems: Vec<Problem>,
    (now, at_start): (Timestamp, AtStart),
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
        at_start,
    })
}

/// Replaces the copy. A copy that can't be written is said, and is no reason to stop.
pub(super) async fn keep_copy(data: &Path, hash: &str, texts: &Files) {
    let copy = Copy { hash: hash.to_owned(), files: texts.clone() };
    if let Err(fault) = files::write_json(&copy_file(data), &copy).await {
        tracing::error!(error = fault.chain(), "the copy of the configuration can't be written");
    }
}

/// Problems in one line: `2 errors in workflows/a.toml and 1 other file, 1 warning`. The files named
/// are those with errors.
pub(crate) fn problem_words(problems: &[Problem]) -> String {
    let of = |severity| problems.iter().filter(move |problem| problem.severity == severity);
    let (errors, warnings) = (of(Severity::Error).count(), of(Severity::Warning).count());
    let worst = if errors > 0 { Severity::Error } else { Severity::Warning };
    let mut names: Vec<&str> = of(worst).map(|problem| problem.file.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let place = match names.as_slice() {
        [] => return "no problems".to_owned(),
        [only] => (*only).to_owned(),
        [first, _] => format!("{first} and 1 other file"),
        [first, others @ ..] => format!("{first} and {} other files", others.len()),
    };
    let count = |count: usize, noun: &str| match count {
        1 => format!("1 {noun}"),
        many => format!("{many} {noun}s"),
    };
    match (errors, warnings) {
        (0, warnings) => format!("{} in {place}", count(warnings, "warning")),
        (errors, 0) => format!("{} in {place}", count(errors, "error")),
        (errors, warnings) => {
            format!("{} in {place}, {}", count(errors, "error"), count(warnings, "warning"))
        }
    }
}

/// The first error in one line: `workflows/a.toml:3:1: unknown key`. Says nothing of a secret, as no
/// problem does.
pub(crate) fn first_error(problems: &[Problem]) -> Option<String> {
    let first = problems.iter().find(|problem| problem.severity == Severity::Error)?;
    let place = match first.line {
        0 => first.file.clone(),
        line => format!("{}:{line}:{}", first.file, first.column),
    };
    Some(format!("{place}: {}", first.message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(severity: Severity, file: &str, line: u32) -> Problem {
        Problem {
            file: file.into(),
            line,
            column: line,
            width: 1,
            message: "wrong".into(),
            help: None,
            source_line: String::new(),
            severity,
        }
    }

    #[test]
    fn errors_and_warnings_are_counted_apart_and_files_with_errors_named() {
        use Severity::{Error, Warning};
        let table: [(&[(Severity, &str)], &str); 6] = [
            (&[], "no problems"),
            (&[(Error, "b")], "1 error in b"),
            (&[(Warning, "a"), (Error, "b")], "1 error in b, 1 warning"),
            (&[(Error, "b"), (Error, "a"), (Error, "b")], "3 errors in a and 1 other file"),
            (
                &[(Error, "a"), (Error, "b"), (Error, "c"), (Warning, "d"), (Warning, "d")],
                "3 errors in a and 2 other files, 2 warnings",
            ),
            (&[(Warning, "a")], "1 warning in a"),
        ];
        for (problems, expected) in table {
            let problems: Vec<_> = problems.iter().map(|(how, file)| problem(*how, file, 0)).collect();
            assert_eq!(problem_words(&problems), expected);
        }
    }

    #[test]
    fn the_first_error_is_said_with_its_place() {
        let warned = problem(Severity::Warning, "a", 1);
        let (inside, whole) = (problem(Severity::Error, "b", 3), problem(Severity::Error, "c", 0));
        assert_eq!(first_error(&[warned.clone(), inside, whole.clone()]).as_deref(), Some("b:3:3: wrong"));
        assert_eq!(first_error(&[warned.clone(), whole]).as_deref(), Some("c: wrong"));
        assert_eq!(first_error(&[warned]), None);
    }
}
