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

/// Those with files that are parsed.
const PARSED: [&str; 3] = ["workflows", "prompts", "policies"];

/// Files at the top of a repository that belong to other tools.
const FOREIGN: [&str; 4] = ["Cargo.toml", "pyproject.toml", "rustfmt.toml", "netlify.toml"];

/// What whoever reads a workspace's folder does with what stands at a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Interest {
    /// A file that is parsed: its text belongs into [`Files`], and one that can't be read is an error.
    Text,
    /// A folder with such files: one that can't be read is an error.
    Folder,
    /// A file that looks as if it was meant to be parsed: its path belongs into [`Files`], so that
    /// [`crate::load`] can say so; its text does not matter.
    Name,
    /// Nothing: whatever it is, it is left alone.
    None,
}

/// What to do with what stands at `path`, relative to the workspace's root, with `/` between
/// folders.
#[must_use]
pub fn interest(path: &str) -> Interest {
    if is_parsed(path) {
        Interest::Text
    } else if PARSED.contains(&path) {
        Interest::Folder
    } else if misplaced(path).is_some() {
        Interest::Name
    } else {
        Interest::None
    }
}

/// Whether anything in the folder at `path` could be of interest.
#[must_use]
pub fn enters(path: &str) -> bool {
    interest(path) == Interest::Folder || interest(&format!("{path}/x.toml")) != Interest::None
}

fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.') || part.is_empty())
}

/// Whether the file is one that is parsed, and so part of a workspace and of its hash.
pub(crate) fn is_parsed(path: &str) -> bool {
    let known = path == ROOT || path == PRICES;
    let named = workflow::stem(path).is_some() || prompt::stem(path).is_some() || is_policy(path);
    !is_hidden(path) && (known || named)
}

/// Whether the file holds rules. Nothing reads them yet, beyond whether they are TOML.
pub(crate) fn is_policy(path: &str) -> bool {
    let stem = path.strip_prefix("policies/").and_then(|name| name.strip_suffix(".toml"));
    stem.is_some_and(|stem| !stem.contains('/'))
}

/// Warns that rules are not enforced, at the first file with some.
pub(crate) fn idle_policies(notes: &Notes) {
    let files: Vec<_> =
        notes.sources().iter().map(|source| source.file.as_str()).filter(|file| is_policy(file)).collect();
    let Some(first) = files.first() else { return };
    let others = match files.len() {
        1 => String::new(),
        2 => "; there is one more such file".to_owned(),
        count => format!("; there are {} more such files", count - 1),
    };
    let message =
        format!("files in policies/ are checked to be TOML, but this version does not enforce them{others}");
    let help = "don't rely on it as a control; `[tools]` of a workflow and switches are enforced".to_owned();
    notes.of_file(Severity::Warning, first, &message, Some(help));
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
        Some(("policies", rest)) => among_policies(rest).map(str::to_owned),
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

fn among_policies(rest: &str) -> Option<&'static str> {
    if rest.ends_with(".toml") {
        return Some("rules stand in policies/ itself, not in a folder below");
    }
    [".cel", ".yaml", ".yml", ".json"]
        .iter()
        .any(|end| rest.ends_with(end))
        .then_some("rules stand in files that end in .toml")
}
