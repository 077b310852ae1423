//! What a command tells the shell that started it.
//!
//! The numbers are a contract that scripts and CI rely on: 0 done, 1 the answer is no, 2 wrong use
//! (given by clap before anything here runs), 3 could not.

use std::io;
use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Exit {
    /// It did what was asked.
    Done,
    /// It got an answer, and the answer is no.
    No,
    /// It could not get an answer.
    Unable,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::No => 1,
            Exit::Unable => 3,
        })
    }
}

/// An expected "no" of a command that needs no server. Its text is for people.
#[derive(Debug)]
pub(crate) struct No(pub(crate) String);

impl std::fmt::Display for No {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for No {}

/// Whether the reader of our output has gone: `countersign … | head`. That is no error.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |cause: &io::Error| cause.kind() == io::ErrorKind::BrokenPipe;
    error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).any(broken)
}

/// What an error means to the shell.
pub(crate) fn of_error(error: &anyhow::Error) -> Exit {
    if is_broken_pipe(error) {
        return Exit::Done;
    }
    let refused = |cause: &(dyn std::error::Error + 'static)| {
        cause.is::<No>()
            || matches!(
                cause.downcast_ref::<crate::client::Failure>(),
                Some(crate::client::Failure::Refused(_))
            )
    };
    if error.chain().any(refused) { Exit::No } else { Exit::Unable }
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;
    use crate::client::{Failure, Refused};

    #[test]
    fn errors_map_to_the_contract() {
        let refused = Refused { code: "CS-0504".into(), message: "no".into(), docs: None };
        let pipe = io::Error::from(io::ErrorKind::BrokenPipe);
        let table: [(anyhow::Error, Exit); 6] = [
            (anyhow::Error::new(No("the bill does not fit".into())), Exit::No),
            (anyhow::Error::new(Failure::Refused(refused.clone())).context("asking"), Exit::No),
            (anyhow::Error::new(Failure::NoAccess(refused)).context("asking"), Exit::Unable),
            (anyhow::Error::new(Failure::NoServerKnown { looked_at: "x".into() }), Exit::Unable),
            (anyhow::anyhow!("disk full"), Exit::Unable),
            (anyhow::Error::new(pipe), Exit::Done),
        ];
        for (error, expected) in table {
            assert_eq!(of_error(&error), expected, "{error:#}");
        }
        let wrapped =
            Err::<(), _>(io::Error::from(io::ErrorKind::BrokenPipe)).context("printing").unwrap_err();
        assert_eq!(of_error(&wrapped), Exit::Done);
    }
}
