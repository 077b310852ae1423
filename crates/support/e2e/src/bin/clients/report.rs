//! The table.

use std::io::Write as _;
use std::process::ExitCode;

/// One thing that a client did.
pub(crate) struct Flow {
    pub(crate) name: String,
    /// What went wrong, where something did.
    pub(crate) problem: Option<String>,
}

/// One client in the table.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) version: String,
    pub(crate) flows: Vec<Flow>,
}

/// What has been seen so far.
#[derive(Default)]
pub(crate) struct Table {
    rows: usize,
    failed: usize,
}

fn say(line: &str) {
    drop(writeln!(std::io::stdout().lock(), "{line}"));
}

impl Table {
    /// Prints a row, with how many requests it made, and what failed under it.
    pub(crate) fn add(&mut self, row: Row, requests: usize) {
        if self.rows == 0 {
            say(&format!("{:<28} {:<12} {:>7} {:>9}  RESULT", "CLIENT", "VERSION", "FLOWS", "REQUESTS"));
        }
        self.rows += 1;
        let good = row.flows.iter().filter(|flow| flow.problem.is_none()).count();
        let all = row.flows.len();
        let well = good == all && all > 0;
        self.failed += usize::from(!well);
        let result = if well { "ok" } else { "FAILED" };
        let flows = format!("{good}/{all}");
        say(&format!("{:<28} {:<12} {flows:>7} {requests:>9}  {result}", row.name, row.version));
        for flow in row.flows {
            if let Some(problem) = flow.problem {
                say(&format!("    {}: {problem}", flow.name));
            }
        }
    }

    /// Whether all went well.
    pub(crate) fn finish(&self) -> ExitCode {
        if self.failed == 0 && self.rows > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
