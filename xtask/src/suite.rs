//! `cargo xtask test`: sets up, builds once, runs every test.
//!
//! The build takes every target of the workspace together, so that tests and the binary under test
//! share one set of features and nothing is compiled twice.

use crate::run::{ask, cargo, say, step};
use crate::setup;

/// Arguments of `test`; what follows `--` goes to the test runner.
#[derive(clap::Args, Default)]
pub(crate) struct Args {
    /// Filters and flags for the test runner.
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Sets up, builds, and runs the tests.
///
/// # Errors
/// Something can't be set up or built, or a test failed.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    prepare()?;
    execute(args)
}

/// Sets up what tests need, and builds everything.
///
/// # Errors
/// Something can't be set up or built.
pub(crate) fn prepare() -> anyhow::Result<()> {
    setup::all()?;
    build()
}

/// Builds every target of the workspace, the binary under test among them.
///
/// # Errors
/// The build fails.
pub(crate) fn build() -> anyhow::Result<()> {
    step(cargo(["build", "--workspace", "--all-targets"]))
}

/// Runs the tests. Nothing is printed after the runner's own summary.
///
/// # Errors
/// A test failed.
pub(crate) fn execute(args: &Args) -> anyhow::Result<()> {
    if ask(cargo(["nextest", "--version"])).is_some() {
        let mut nextest = cargo(["nextest", "run", "--workspace", "--no-fail-fast"]);
        nextest.args(&args.rest);
        return step(nextest);
    }
    say("cargo-nextest is not installed; cargo test runs the same tests, only slower");
    let mut test = cargo(["test", "--workspace", "--no-fail-fast", "--"]);
    // Without nextest's groups the heavy end-to-end tests would all run at once.
    test.arg("--test-threads=2").args(&args.rest);
    step(test)
}
