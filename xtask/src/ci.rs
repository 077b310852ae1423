//! What must pass before a change goes in, each step with its time.
//!
//! The tests come last, so that the test runner's own summary is the last thing printed.

use std::time::Instant;

use crate::run::{cargo, say, step};
use crate::{arch, docs, suite};

/// Runs every step; stops at the first that fails.
///
/// # Errors
/// The step that failed.
pub(crate) fn run() -> anyhow::Result<()> {
    let began = Instant::now();
    let clippy = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    timed("fmt", || step(cargo(["fmt", "--all", "--check"])))?;
    timed("clippy", || step(cargo(clippy)))?;
    timed("arch", arch::run)?;
    timed("docs-check", || docs::run(&docs::Args::default()))?;
    timed("set-up", suite::prepare)?;
    say(format!("everything but the tests: {:.0} s", began.elapsed().as_secs_f64()));
    suite::execute(&suite::Args::default())
}

fn timed(name: &str, action: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    say(format!("\n── {name}"));
    let began = Instant::now();
    let result = action();
    let verdict = if result.is_ok() { "done" } else { "FAILED" };
    say(format!("── {name}: {verdict} after {:.0} s", began.elapsed().as_secs_f64()));
    result
}
