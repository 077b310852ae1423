//! Writes or checks what is made from code: `reference ROOT [--write] [--only PATH]`.
//!
//! `docs/configuration.md` from the table of keys that the parser checks against, `docs/metrics.md`
//! from the table of metrics, `openapi/countersign.json` from the handlers. Also holds the pages of
//! `docs/errors` against the codes: every code has one, and every page has a code.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use domain::Refusal;

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let root = PathBuf::from(args.next().context("usage: reference ROOT [--write] [--only PATH]")?);
    let (mut write, mut only) = (false, None);
    while let Some(flag) = args.next() {
        match flag.as_str() {
            "--write" => write = true,
            "--only" => only = args.next(),
            other => bail!("unknown flag {other}"),
        }
    }
    let pages = [
        ("docs/configuration.md", config::reference::markdown()),
        ("docs/metrics.md", gateway::metrics::reference()),
        ("openapi/countersign.json", api::openapi()),
    ];
    let mut problems = Vec::new();
    for (path, text) in pages {
        if only.as_deref().is_none_or(|wanted| wanted == path) {
            problems.extend(page(&root, path, &text, write)?);
        }
    }
    if only.is_none() {
        problems.extend(errors(&root)?);
    }
    for problem in &problems {
        writeln!(std::io::stdout(), "{problem}")?;
    }
    if problems.is_empty() { Ok(()) } else { bail!("{} pages are not what they should be", problems.len()) }
}

/// Writes a page, or says that it is out of date.
fn page(root: &Path, path: &str, text: &str, write: bool) -> anyhow::Result<Option<String>> {
    let file = root.join(path);
    let current = std::fs::read_to_string(&file).unwrap_or_default();
    if current == text {
        return Ok(None);
    }
    if write {
        std::fs::write(&file, text).with_context(|| format!("can't write {path}"))?;
        return Ok(None);
    }
    Ok(Some(format!("{path} is out of date: run `cargo xtask docs-check --write`")))
}

/// Codes without a page, and pages without a code.
fn errors(root: &Path) -> anyhow::Result<Vec<String>> {
    let codes: BTreeSet<String> = Refusal::all_codes().iter().map(ToString::to_string).collect();
    let folder = root.join("docs/errors");
    let pages: BTreeSet<String> = std::fs::read_dir(&folder)
        .with_context(|| format!("can't list {}", folder.display()))?
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let stem = name.strip_suffix(".md")?;
            stem.starts_with("CS-").then(|| stem.to_owned())
        })
        .collect();
    let missing = codes.difference(&pages).map(|code| format!("docs/errors/{code}.md is missing"));
    let stray =
        pages.difference(&codes).map(|code| format!("docs/errors/{code}.md is about no code there is"));
    let untitled = codes.intersection(&pages).filter_map(|code| {
        let text = std::fs::read_to_string(folder.join(format!("{code}.md"))).unwrap_or_default();
        (!text.starts_with(&format!("# {code}")))
            .then(|| format!("docs/errors/{code}.md does not open with `# {code}`"))
    });
    Ok(missing.chain(stray).chain(untitled).collect())
}
