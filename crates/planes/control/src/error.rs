//! What a use case can end in besides its view: an expected "no", or something broken outside us.

use std::error::Error as StdError;

use domain::Refusal;
use domain::meant::nearest;

/// Something broke outside us. Private: logged with its source chain, never shown in full.
#[derive(Debug, thiserror::Error)]
#[error("{action} failed")]
pub struct Fault {
    /// What was being done.
    pub action: &'static str,
    /// What broke.
    #[source]
    pub source: Box<dyn StdError + Send + Sync>,
    /// Whether the same thing may work later.
    pub passing: bool,
}

impl Fault {
    /// A fault with its cause, which will not pass by itself.
    pub fn new(action: &'static str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { action, source: source.into(), passing: false }
    }

    /// The whole chain of causes in one line, for the log.
    #[must_use]
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut next: Option<&dyn StdError> = StdError::source(self);
        while let Some(error) = next {
            let said = error.to_string();
            if !text.ends_with(&said) {
                text.push_str(": ");
                text.push_str(&said);
            }
            next = error.source();
        }
        text
    }
}

impl From<store::Fault> for Fault {
    fn from(fault: store::Fault) -> Self {
        Self { action: fault.action, passing: fault.retry == store::Retry::Later, source: fault.source }
    }
}

/// Why a use case has no view to return.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An expected "no": public, with a stable code.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Something broke: show a reference, log the chain.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<store::Fault> for Error {
    fn from(fault: store::Fault) -> Self {
        Self::Fault(fault.into())
    }
}

/// A refusal over one field of what was asked.
pub(crate) fn bad(what: &str, problem: impl Into<String>) -> Error {
    Refusal::BadArgument { what: what.to_owned(), problem: problem.into() }.into()
}

/// There is nothing of that name. `known` is searched for a name that may have been meant.
pub(crate) fn not_found<'a>(
    noun: &'static str,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Error {
    let hint = nearest(name, known).map_or_else(String::new, |meant| format!("; did you mean {meant:?}?"));
    Refusal::NotFound { noun, name: name.to_owned(), hint }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_is_answered_with_the_one_that_was_meant() {
        let text = |name| not_found("workflow", name, ["support-replies", "sql"]).to_string();
        assert_eq!(
            text("suport-replies"),
            "there is no workflow \"suport-replies\"; did you mean \"support-replies\"?"
        );
        assert_eq!(text("billing"), "there is no workflow \"billing\"");
    }
}
