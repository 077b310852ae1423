//! How a call to a provider can break.

use std::error::Error;
use std::io;

use hyper_util::client::legacy;

use crate::connect::TooSlow;

/// What went wrong between us and a provider. Texts name the cause, never a header or a body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No connection could be made, or the provider did not take the request; it did nothing.
    #[error("could not connect: {0}")]
    Unreachable(String),
    /// Nothing came for too long.
    #[error("nothing came for {seconds} s ({phase})")]
    Timeout {
        /// `connect`, `first byte` or `idle`.
        phase: &'static str,
        /// How long was waited.
        seconds: u64,
    },
    /// The connection broke, or what came was not HTTP.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// The request can't be sent: a base URL or header that is not valid.
    #[error("the request can't be sent: {0}")]
    Unsendable(String),
}

impl Failure {
    /// Sorts what went wrong before there was an answer. `connect_seconds` is the limit that
    /// applied to the connection.
    pub(crate) fn of_request(error: &legacy::Error, connect_seconds: u64) -> Self {
        if was_not_begun(error) {
            return Self::Unreachable(cause(error));
        }
        if !error.is_connect() {
            return Self::Broken(cause(error));
        }
        if causes(error).any(is_too_slow) {
            return Self::Timeout { phase: "connect", seconds: connect_seconds };
        }
        Self::Unreachable(cause(error))
    }

    /// What went wrong with a body that had begun.
    pub(crate) fn of_body(error: &hyper::Error) -> Self {
        Self::Broken(cause(error))
    }
}

/// Whether the provider has said, or could not even be told, so that it did not begin to work: a
/// stream refused, a connection that is closing (RFC 9113 §6.8, §8.7), a request that never left.
pub(crate) fn was_not_begun(error: &legacy::Error) -> bool {
    causes(error).any(|cause| {
        let refused = |error: &h2::Error| {
            let reason = error.reason();
            error.is_remote()
                && (error.is_reset() && reason == Some(h2::Reason::REFUSED_STREAM)
                    || error.is_go_away() && reason == Some(h2::Reason::NO_ERROR))
        };
        cause.downcast_ref().is_some_and(refused)
            || cause.downcast_ref().is_some_and(hyper::Error::is_canceled)
    })
}

pub(crate) fn is_too_slow(cause: &(dyn Error + 'static)) -> bool {
    let timed_out = |error: &io::Error| error.kind() == io::ErrorKind::TimedOut;
    cause.is::<TooSlow>() || cause.downcast_ref().is_some_and(timed_out)
}

pub(crate) fn causes<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// The innermost cause: what is around it says no more than that a request failed.
pub(crate) fn cause(error: &(dyn Error + 'static)) -> String {
    causes(error).last().unwrap_or(error).to_string()
}
