//! The program as a shell sees it: exit statuses, streams, and a round of commands against a
//! server of its own.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a fixture that can't be set up has to fail its test"
)]

mod round;
mod status;

use std::path::Path;
use std::process::{Command, Output};

/// The program, with nothing in the environment that could lead it to another server.
fn countersign(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    for variable in ["DATA", "URL", "TOKEN", "DATABASE_URL", "LISTEN", "LOG"] {
        command.env_remove(format!("COUNTERSIGN_{variable}"));
    }
    command.current_dir(folder).args(arguments);
    command
}

/// Runs it to its end.
fn run(folder: &Path, arguments: &[&str]) -> Output {
    countersign(folder, arguments).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}
