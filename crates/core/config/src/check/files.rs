//! Which files belong to a workspace, and which were probably meant to.

use crate::Files;
use crate::problem::Severity;
use crate::read::Notes;
use crate::sections::{prompt, workflow};
use crate::suggest;

/// The file that every workspace has.
pub(crate) const ROOT: &str = "countersign.toml";
/// The file with the organisation's own prices.
pub(crate) const PRICES: &str = "prices.toml";

const FOLDERS: [&str; 4] = ["workflows", "prompts", "suites", "policies"];

/// Files at the top of a repository that belong to other tools.
const FOREIGN: [&str; 4] = ["Cargo.toml", "pyproject.toml", "rustfmt.toml", "netlify.toml"];

/// Whether whoever reads a workspace's folder should read the file at `path`: those that are part
/// of a workspace, and those that look as if they were meant to be, so that [`crate::load`] can
/// say so.
#[must_use]
pub fn concerns(path: &str) -> bool {
    belongs(path) || misplaced(path).is_some()
}

/// Whether the file is part of a workspace, and so of its hash.
pub(crate) fn belongs(path: &str) -> bool {
    let known = path.split_once('/').is_some_and(|(folder, _)| FOLDERS.contains(&folder));
    !is_hidden(path) && (known || is_parsed(path))
}

fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.') || part.is_empty())
}

/// Whether the file is one that is parsed.
pub(crate) fn is_parsed(path: &str) -> bool {
    path == ROOT || path == PRICES || workflow::stem(path).is_some() || prompt::stem(path).is_some()
}

/// Warns of files that look as if they were meant to be read.
pub(crate) fn unknown(files: &Files, notes: &Notes) {
    if !files.contains_key(ROOT) {
        let help = "`countersign init` writes a commented one".to_owned();
        notes.of_file(Severity::Error, ROOT, &format!("there is no {ROOT}"), Some(help));
    }
    for path in files.keys() {
        if let Some(help) = misplaced(path) {
            notes.of_file(Severity::Warning, path, "this file is not read", Some(help));
        }
    }
}

/// What to do with a file that is not read; `None` where it is read, or nobody meant it to be.
fn misplaced(path: &str) -> Option<String> {
    if is_parsed(path) || is_hidden(path) {
        return None;
    }
    match path.split_once('/') {
        None => at_the_top(path),
        Some(("workflows", rest)) => among_workflows(rest).map(str::to_owned),
        Some(("prompts", rest)) => among_prompts(rest).map(str::to_owned),
        Some((folder, _)) if FOLDERS.contains(&folder) => None,
        Some((folder, _)) => {
            let meant = suggest::nearest(folder, FOLDERS)?;
            Some(format!("did you mean the folder {meant}/?"))
        }
    }
}

fn at_the_top(name: &str) -> Option<String> {
    if let Some(meant) = suggest::nearest(name, [ROOT, PRICES]) {
        return Some(format!("did you mean {meant}?"));
    }
    let help = format!("at the top of a workspace stand {ROOT} and {PRICES}; workflows go into workflows/");
    (name.ends_with(".toml") && !FOREIGN.contains(&name)).then_some(help)
}

fn among_prompts(rest: &str) -> Option<&'static str> {
    if rest.ends_with(".prompty") {
        return Some("prompts stand in prompts/ itself, not in a folder below");
    }
    let meant = [".prompt", ".jinja", ".j2", ".jinja2", ".toml", ".yaml", ".yml"];
    meant.iter().any(|end| rest.ends_with(end)).then_some("a prompt is a file that ends in .prompty")
}

fn among_workflows(rest: &str) -> Option<&'static str> {
    if rest.ends_with(".toml") {
        return Some("workflows stand in workflows/ itself, not in a folder below");
    }
    let notes = rest.ends_with(".md") || rest.ends_with(".txt");
    (!notes).then_some("a workflow is a file that ends in .toml")
}
