//! Everything a command prints goes through [`Output`]: answers to standard output, remarks and
//! errors to standard error, JSON or text as asked.
//!
//! Nothing else in this crate prints. A test passes buffers and reads back what a person or a
//! program would have seen.

mod style;
mod table;
#[cfg(test)]
pub(crate) mod testing;

use std::fmt::Display;
use std::io::{self, Write};

use config::{Problem, Severity};
use serde::Serialize;
use serde_json::json;

pub(crate) use style::Style;
pub(crate) use table::{Align, Table, visible};

use crate::client::Failure;
use crate::environment;

/// Where a command prints.
pub(crate) struct Output {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    style: Style,
    err_style: Style,
    json: bool,
}

/// Prints what is wrong with a workspace to standard error, for a server that starts or can't.
pub(crate) fn problems(problems: &[Problem]) -> io::Result<()> {
    Output::standard(false).problems(problems)
}

impl Output {
    /// Prints to the process's own streams.
    pub(crate) fn standard(json: bool) -> Self {
        let (out, err) = (io::stdout(), io::stderr());
        let (style, err_style) = (environment::colours(&out), environment::colours(&err));
        let (style, err_style) = (Style::new(style), Style::new(err_style));
        Self { out: Box::new(out), err: Box::new(err), style, err_style, json }
    }

    /// Whether the answer is for a program.
    pub(crate) const fn is_json(&self) -> bool {
        self.json
    }

    /// How to emphasise.
    pub(crate) const fn style(&self) -> Style {
        self.style
    }

    /// One line of an answer.
    pub(crate) fn line(&mut self, text: impl Display) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    /// Text that has its own line ends.
    pub(crate) fn text(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }

    /// A table of an answer.
    pub(crate) fn table(&mut self, table: &Table) -> io::Result<()> {
        let text = table.render(self.style);
        self.text(&text)
    }

    /// One object of an answer, on a line of its own.
    pub(crate) fn object(&mut self, value: &impl Serialize) -> io::Result<()> {
        let text = serde_json::to_string(value)?;
        self.line(text)
    }

    /// A remark to the person at the keyboard; not part of the answer.
    pub(crate) fn remark(&mut self, text: impl Display) -> io::Result<()> {
        writeln!(self.err, "{text}")
    }

    /// What is wrong with a workspace, problem by problem, each followed by an empty line.
    pub(crate) fn problems(&mut self, problems: &[Problem]) -> io::Result<()> {
        for problem in problems {
            let text = problem.to_string();
            let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
            let first = match problem.severity {
                Severity::Error => self.err_style.bad(first),
                Severity::Warning => self.err_style.warn(first),
            };
            writeln!(self.err, "{first}\n{rest}\n")?;
        }
        self.err.flush()
    }

    /// Says why a command did not do what was asked. There is nowhere to report a failure to
    /// print this.
    pub(crate) fn failure(&mut self, error: &anyhow::Error) {
        let refused = error.chain().find_map(|cause| match cause.downcast_ref::<Failure>() {
            Some(Failure::Refused(refused) | Failure::NoAccess(refused)) => Some(refused),
            _ => None,
        });
        let written = if self.json {
            let body =
                refused.map_or_else(|| json!({ "message": format!("{error:#}") }), |refused| json!(refused));
            writeln!(self.err, "{}", json!({ "error": body }))
        } else {
            writeln!(self.err, "{} {error:#}", self.err_style.bad("error:"))
        };
        written.and_then(|()| self.err.flush()).unwrap_or_default();
    }
}
