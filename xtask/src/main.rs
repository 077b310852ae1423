//! The project's own commands: `cargo xtask test | ci | arch | docs-check | openapi | prices | bench | clients`.
//!
//! Two of them matter to everyone: `cargo xtask test` sets up what the tests need and runs them all,
//! and `cargo xtask ci` is what must pass before a change goes in. Nothing here is skipped in
//! silence: what can't be set up is named, and the command fails. The crate depends on none of the
//! product's crates, so that it builds in seconds; what needs them runs as a program of `e2e`.

mod arch;
mod bench;
mod ci;
mod clients;
mod docs;
mod links;
mod prices;
mod run;
mod setup;
mod suite;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own commands", arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Set up what the tests need, build everything, and run every test.
    Test(suite::Args),
    /// Only set up what the tests need; `test` and `ci` do it by themselves.
    Setup,
    /// Everything that must pass: fmt, clippy, arch, docs-check, test.
    Ci,
    /// Hold the crates against the layer table, and the files against the size rules.
    Arch,
    /// Check that generated pages are up to date, every refusal has its page, and links resolve.
    DocsCheck(docs::Args),
    /// Write openapi/countersign.json anew.
    Openapi,
    /// Rebuild the price book from its source and show the difference.
    Prices {
        /// Change nothing; fail where the book and its source differ.
        #[arg(long)]
        check: bool,
    },
    /// Run real SDKs, frameworks and coding agents through the gateway, and print a table.
    Clients(clients::Args),
    /// Measure the gateway against a local upstream, and print ratios.
    Bench(bench::Args),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Test(args) => suite::run(&args),
        Command::Setup => setup::all(),
        Command::Ci => ci::run(),
        Command::Arch => arch::run(),
        Command::DocsCheck(args) => docs::run(&args),
        Command::Openapi => docs::openapi(),
        Command::Prices { check } => prices::run(check),
        Command::Clients(args) => clients::run(&args),
        Command::Bench(args) => bench::run(&args),
    }
}
