//! What is wrong with a workspace file, and how it reads.
//!
//! A problem points at a file, a line and a column, shows the line with a caret, says what is
//! wrong and what would be right: the form rustc made familiar. It must never repeat a secret:
//! messages and source lines pass through [`crate::secrets`] before they get here.

use std::fmt;

use serde::Serialize;

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The workspace is refused.
    Error,
    /// The workspace works, but something in it is probably not meant.
    Warning,
}

impl Severity {
    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One problem in one file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Problem {
    /// The file, relative to the workspace's root, with `/` between folders.
    pub file: String,
    /// The line, from 1; 0 where the problem is the file as a whole.
    pub line: u32,
    /// The column in characters, from 1; 0 where the problem is the file as a whole.
    pub column: u32,
    /// How many characters the caret underlines; at least 1.
    pub width: u32,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
    /// The line itself; empty where there is none to show or it is too long to be of use.
    pub source_line: String,
    /// How bad it is.
    pub severity: Severity,
}

impl Problem {
    /// A problem of a file as a whole.
    pub(crate) fn of_file(severity: Severity, file: &str, message: String, help: Option<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: 0,
            column: 0,
            width: 1,
            message,
            help,
            source_line: String::new(),
            severity,
        }
    }

    fn snippet(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.line.to_string();
        let gutter = " ".repeat(number.len());
        let before = usize::try_from(self.column.saturating_sub(1)).unwrap_or(usize::MAX);
        // Tabs stay tabs, so that the caret stands under what it means in any terminal.
        let mut lead: String =
            self.source_line.chars().take(before).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        let missing = before.saturating_sub(lead.chars().count());
        lead.extend(std::iter::repeat_n(' ', missing));
        let carets = "^".repeat(usize::try_from(self.width.max(1)).unwrap_or(1));
        writeln!(f, "{gutter} |")?;
        writeln!(f, "{number} | {}", self.source_line)?;
        write!(f, "{gutter} | {lead}{carets}")
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.severity.as_str(), self.message)?;
        write!(f, " --> {}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        if self.line > 0 && !self.source_line.is_empty() {
            writeln!(f)?;
            self.snippet(f)?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  = help: {help}")?;
        }
        Ok(())
    }
}
