//! File sizes and module docs.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

const WANTED: usize = 400;
const HARD: usize = 800;

/// What was found.
pub(super) struct Report {
    pub(super) problems: Vec<String>,
    pub(super) summary: String,
}

/// Reads every Rust file of the workspace.
///
/// # Errors
/// A file can't be read.
pub(super) fn check(root: &Path) -> anyhow::Result<Report> {
    let (mut problems, mut long, mut count) = (Vec::new(), 0, 0);
    for file in files(root)? {
        let text =
            std::fs::read_to_string(&file).with_context(|| format!("can't read {}", file.display()))?;
        let shown = file.strip_prefix(root).unwrap_or(&file).display().to_string();
        count += 1;
        if is_test(&shown) {
            continue;
        }
        let lines = text.lines().count();
        long += usize::from(lines > WANTED);
        if lines > HARD {
            problems.push(format!("{shown} has {lines} lines; the limit is {HARD}"));
        }
        if !text.starts_with("//!") {
            problems.push(format!("{shown} does not open with `//!`: what it is, what it must never do"));
        }
        if file.with_extension("").is_dir()
            && file.file_stem().is_some_and(|stem| stem != "main" && stem != "lib")
        {
            problems.push(format!("{shown} stands beside a folder of its name; use mod.rs"));
        }
    }
    let summary = format!("{count} Rust files, {long} of them over the wanted {WANTED} lines");
    Ok(Report { problems, summary })
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs") || path.contains("/benches/")
}

fn files(root: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let (mut files, mut folders) = (Vec::new(), vec![root.join("crates"), root.join("xtask")]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)?.flatten() {
            let path = entry.path();
            if path.is_dir() && entry.file_name() != "target" {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
