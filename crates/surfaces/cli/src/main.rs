//! The `countersign` program: reads the command line, runs one command, and turns how it ended
//! into an exit status.
//!
//! This crate wires the others together and holds no rule of the product. It alone reads the
//! environment, the clock and the machine's random source; everything else is handed them.

mod args;
mod client;
mod clock;
mod commands;
mod environment;
mod exit;
mod output;
mod parse;
mod serve;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::Cli;
use crate::output::Output;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut output = Output::standard(cli.global.json);
    // The only TLS implementation that is built in. An error would mean that it is set already.
    rustls::crypto::ring::default_provider().install_default().unwrap_or_default();
    match commands::run(cli, &mut output) {
        Ok(exit) => exit.into(),
        Err(error) => {
            if !exit::is_broken_pipe(&error) {
                output.failure(&error);
            }
            exit::of_error(&error).into()
        }
    }
}
