//! `cargo xtask arch`: the layer table and the size rules, held against the code.
//!
//! The table stands in ARCHITECTURE.md in words and in [`layers`] as code. Only normal
//! dependencies count: a test may use anything.

mod layers;
mod sizes;

use anyhow::{Context as _, bail};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

use crate::run::{root, say};
use layers::Place;

/// Checks everything and prints what is wrong.
///
/// # Errors
/// Something is wrong.
pub(crate) fn run() -> anyhow::Result<()> {
    let metadata = MetadataCommand::new().current_dir(root()).exec().context("cargo metadata failed")?;
    let mut problems = dependencies(&metadata);
    let report = sizes::check(&root())?;
    problems.extend(report.problems);
    for problem in &problems {
        say(problem);
    }
    say(report.summary);
    if problems.is_empty() {
        Ok(())
    } else {
        bail!("{} breaches of the rules in ARCHITECTURE.md", problems.len())
    }
}

fn dependencies(metadata: &Metadata) -> Vec<String> {
    let members = metadata.workspace_packages();
    let place_of = |package| place_of(package, metadata);
    let mut problems = Vec::new();
    for package in &members {
        let Some(from) = place_of(package) else {
            problems.push(format!("{} stands outside the layers: {}", package.name, package.manifest_path));
            continue;
        };
        let normal =
            package.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal);
        for dependency in normal {
            let inner = members.iter().find(|member| member.name.as_str() == dependency.name);
            let verdict = match inner.and_then(|member| place_of(member)) {
                Some(to) => from.may_use(to),
                None => from.may_use_outside(&dependency.name),
            };
            if !verdict {
                problems.push(format!("{from} must not depend on {}", dependency.name));
            }
        }
    }
    problems
}

fn place_of<'a>(package: &'a Package, metadata: &Metadata) -> Option<Place<'a>> {
    let folder = package.manifest_path.parent()?.strip_prefix(&metadata.workspace_root).ok()?;
    Place::of(folder.as_str())
}
