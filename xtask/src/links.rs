//! Follows the relative links of every Markdown page.
//!
//! A link to a file has to find it, and a link to a heading has to find that heading, by the
//! anchors that GitHub makes. Links to other sites are not followed: a check must not depend on
//! the network.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Every link that leads nowhere, as `file:line: target`.
///
/// # Errors
/// A page can't be read.
pub(crate) fn broken(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut pages = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)?.flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let hidden = name.to_string_lossy().starts_with('.');
            if path.is_dir() && !hidden && name != "target" && name != "node_modules" {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let text = std::fs::read_to_string(&path)
                    .with_context(|| format!("can't read {}", path.display()))?;
                pages.insert(path, text);
            }
        }
    }
    let mut problems = Vec::new();
    for (page, text) in &pages {
        for (line, target) in links(text) {
            if !resolves(page, target, &pages) {
                let shown = page.strip_prefix(root).unwrap_or(page).display();
                problems.push(format!("{shown}:{line}: {target} leads nowhere"));
            }
        }
    }
    Ok(problems)
}

fn resolves(page: &Path, target: &str, pages: &BTreeMap<PathBuf, String>) -> bool {
    let (file, anchor) = target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
    let path = if file.is_empty() { page.to_path_buf() } else { page.with_file_name("").join(file) };
    let path = normal(&path);
    match (anchor, pages.get(&path)) {
        (Some(anchor), Some(text)) => headings(text).any(|heading| heading == anchor),
        _ => path.exists(),
    }
}

/// The path without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                parts.pop();
            }
            std::path::Component::CurDir => {}
            part => parts.push(part),
        }
    }
    parts
}

/// Lines outside fenced code, with their numbers.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(number, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((number + 1, line))
    })
}

/// Relative targets of `[text](target)`.
fn links(text: &str) -> impl Iterator<Item = (usize, &str)> {
    prose(text).flat_map(|(number, line)| {
        line.split("](").skip(1).filter_map(move |rest| {
            let target = rest.split([')', ' ']).next()?;
            let foreign = target.contains("://") || target.starts_with("mailto:") || target.is_empty();
            (!foreign && !line_is_code(line, target)).then_some((number, target))
        })
    })
}

/// Whether the target stands inside backticks: an example, not a link.
fn line_is_code(line: &str, target: &str) -> bool {
    let before = line.find(target).map_or("", |at| line.get(..at).unwrap_or_default());
    before.matches('`').count() % 2 == 1
}

/// Anchors of the headings.
fn headings(text: &str) -> impl Iterator<Item = String> {
    prose(text)
        .filter(|(_, line)| line.starts_with('#'))
        .map(|(_, line)| anchor(line.trim_start_matches('#')))
}

fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_outside_code() {
        let text = "a [b](c.md) and [d](https://x/) `[e](f)`\n```\n[g](h)\n```\n[i](#j-k)";
        assert_eq!(links(text).collect::<Vec<_>>(), [(1, "c.md"), (5, "#j-k")]);
    }

    #[test]
    fn anchors_are_made_as_github_makes_them() {
        assert_eq!(anchor(" 2. What `it` is: a test"), "2-what-it-is-a-test");
    }

    #[test]
    fn a_link_to_nothing_is_found() {
        let folder = std::env::temp_dir().join(format!("links-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("docs")).unwrap();
        std::fs::write(folder.join("README.md"), "# One\n[ok](docs/a.md#two) [no](docs/b.md) [no](#three)")
            .unwrap();
        std::fs::write(folder.join("docs/a.md"), "## Two\n[up](../README.md#one)").unwrap();
        let problems = broken(&folder).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(problems, ["README.md:2: docs/b.md leads nowhere", "README.md:2: #three leads nowhere"]);
    }
}
