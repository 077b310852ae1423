//! From a package's matching rules to names and patterns of the book.

use anyhow::{Result, bail};

use super::facts::Clause;

/// The names of a model.
#[derive(Default)]
pub(super) struct Names {
    /// Names and patterns with `*`.
    pub(super) also: Vec<String>,
    /// Patterns of names it does not have.
    pub(super) except: Vec<String>,
}

impl Names {
    /// Reads a rule. A kind of pattern that is not known here is an error: it must be looked at.
    pub(super) fn of(clause: &Clause) -> Result<Self> {
        let mut names = Self::default();
        names.add(clause)?;
        names.also.sort();
        names.also.dedup();
        Ok(names)
    }

    fn add(&mut self, clause: &Clause) -> Result<()> {
        match clause {
            Clause::Equals { equals } => self.also.push(equals.to_lowercase()),
            Clause::StartsWith { starts_with } => self.also.push(format!("{}*", starts_with.to_lowercase())),
            Clause::EndsWith { ends_with } => self.also.push(format!("*{}", ends_with.to_lowercase())),
            Clause::Contains { contains } => self.also.push(format!("*{}*", contains.to_lowercase())),
            Clause::Regex { regex } if is_dated(regex) => {}
            Clause::Regex { regex } if regex == "^(?!.*-[tT][tT][sS](?:$|-))" => {
                self.except.extend(["*-tts".to_owned(), "*-tts-*".to_owned()]);
            }
            Clause::Regex { regex } => bail!("the pattern {regex} is not understood"),
            Clause::Or { clauses } | Clause::And { clauses } => {
                for clause in clauses {
                    self.add(clause)?;
                }
            }
        }
        Ok(())
    }
}

/// Whether a pattern says "the name with a date or a number behind it": the book's look-up tries
/// that with every name.
fn is_dated(regex: &str) -> bool {
    [r"-\d{8}$", r"[-@]\d{8}$", r"-\d{4}-\d{2}-\d{2}$", r"-\d"].iter().any(|end| regex.ends_with(end))
}
