//! `cargo xtask bench`: what the gateway costs, measured.
//!
//! Builds in release mode, starts a local upstream that answers at once and the real
//! `countersign serve` with keys, limits, budgets, pricing and the SQLite ledger on, and sends
//! load to the upstream directly and through the gateway in turn. The gateway is pinned to one
//! core and everything else to another, where the machine has two. All traffic stays on loopback.
//! CPU time is read from `/proc`, so it holds on a busy machine; throughput and latency do not.

mod additions;
mod client;
mod figures;
mod gateway;
mod kill;
mod load;
mod million;
mod scenarios;
mod upstream;

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use anyhow::Context as _;

use crate::run::{cargo, has, program, say, step, target};

/// Arguments of `bench`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Measure only this, and nothing of the gateway.
    #[arg(value_enum)]
    only: Option<Only>,
    /// About half a minute instead of several.
    #[arg(long)]
    quick: bool,
    /// Kill the gateway under load, again and again, and look for answered calls that are missing.
    #[arg(long)]
    kill: bool,
    /// How often to kill it.
    #[arg(long, default_value_t = 20, value_name = "N")]
    kills: u32,
    /// Fill the ledger with ten million inferences and time pages and `spend`.
    #[arg(long)]
    million: bool,
    /// How many inferences `--million` writes.
    #[arg(long, default_value_t = 10_000_000, value_name = "N")]
    rows: u64,
    /// How many calls to make for the figure on memory.
    #[arg(long, value_name = "N")]
    calls: Option<u64>,
    /// Set by the command itself: which part this process plays.
    #[arg(long, hide = true)]
    role: Option<Role>,
}

/// What can be measured by itself.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Only {
    /// What guards and translation add to the CPU of a call.
    Additions,
    /// How well and how fast the redactor finds what it should.
    Redaction,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Role {
    Driver,
    Upstream,
}

/// The core of the gateway, and the core of everything else.
const CORES: [&str; 2] = ["0", "1"];

/// Runs the benchmark.
///
/// # Errors
/// Something can't be built or started, or a scenario found what must not be.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    match (args.only, args.role) {
        (Some(Only::Redaction), None) => {
            step(cargo(["run", "--release", "-p", "guardrails", "--example", "redaction"]))
        }
        (_, None) => launch(args),
        (_, Some(Role::Upstream)) => upstream::run(),
        (_, Some(Role::Driver)) => drive(args),
    }
}

/// Builds, and starts the driver in its place: release build, other core, enough open files.
fn launch(args: &Args) -> anyhow::Result<()> {
    let mut build = cargo(["build", "--release", "-p", "countersign", "-p", "xtask"]);
    if args.million {
        build.args(["-p", "e2e", "--bins"]);
    }
    step(build)?;
    let mut driver = pinned(CORES[1], target()?.join("release/xtask"));
    driver.args(std::env::args_os().skip(1)).args(["--role", "driver"]);
    Err(driver.exec()).context("the driver can't be started")
}

fn drive(args: &Args) -> anyhow::Result<()> {
    if args.kill {
        return kill::run(args.kills);
    }
    if args.million {
        return million::run(args.rows);
    }
    if cores() < 2 {
        say("This machine has one core: the figures include what load and upstream take from it.");
    }
    match args.only {
        Some(Only::Additions) => additions::run(args.quick),
        Some(Only::Redaction) | None => scenarios::run(args.quick, args.calls),
    }
}

/// A program on one core (where that can be had) that may open many files.
fn pinned(core: &str, path: impl AsRef<std::path::Path>) -> Command {
    let mut command = program("sh");
    let pin = if cores() > 1 && has("taskset") { format!("taskset -c {core} ") } else { String::new() };
    command
        .arg("-c")
        .arg(format!("ulimit -n 65536 2>/dev/null || ulimit -n $(ulimit -H -n); exec {pin}\"$0\" \"$@\""));
    command.arg(path.as_ref());
    command
}

fn cores() -> usize {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    text.lines().filter(|line| line.starts_with("processor")).count()
}
