//! `cargo xtask docs-check`: generated pages are what their sources say, and links lead somewhere.
//!
//! The pages are written by the program `reference` of the e2e crate, which knows the product's
//! crates; this side builds it together with everything else and runs it.

use anyhow::bail;

use crate::run::{program, root, say, step, target};
use crate::{links, suite};

/// Arguments of `docs-check`.
#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// Write the generated pages instead of comparing them.
    #[arg(long)]
    write: bool,
}

/// Checks, or writes, and then follows every link.
///
/// # Errors
/// A page is out of date or missing, or a link leads nowhere.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    suite::build()?;
    reference(if args.write { &["--write"] } else { &[] })?;
    let broken = links::broken(&root())?;
    for problem in &broken {
        say(problem);
    }
    if broken.is_empty() { Ok(()) } else { bail!("{} links lead nowhere", broken.len()) }
}

/// Writes the description of the HTTP API.
///
/// # Errors
/// It can't be built or written.
pub(crate) fn openapi() -> anyhow::Result<()> {
    suite::build()?;
    reference(&["--write", "--only", "openapi/countersign.json"])
}

fn reference(flags: &[&str]) -> anyhow::Result<()> {
    let mut reference = program(target()?.join("debug/reference"));
    reference.arg(root()).args(flags);
    step(reference)
}
