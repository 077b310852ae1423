//! The command line, run once, and what it did.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::binary;

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    /// Exit status.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Ran {
    /// Standard output as JSON.
    ///
    /// # Panics
    /// Where it is none.
    #[must_use]
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|_| panic!("not JSON (exit {}): {}{}", self.code, self.out, self.err))
    }

    /// Fails the test unless the exit status is this.
    ///
    /// # Panics
    /// Where it is another.
    #[track_caller]
    #[must_use]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        self
    }
}

/// Runs the binary without a server.
///
/// # Panics
/// Where it can't be started.
#[must_use]
pub fn alone(args: &[&str], folder: &Path) -> Ran {
    let mut command = Command::new(binary());
    command.args(args).current_dir(folder).stdin(Stdio::null());
    for name in ["COUNTERSIGN_URL", "COUNTERSIGN_TOKEN", "COUNTERSIGN_DATA"] {
        command.env_remove(name);
    }
    of(&command.output().expect("the binary can be started"))
}

/// What there is to know of it.
pub(crate) fn of(output: &Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
