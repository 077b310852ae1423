//! How a call to a provider can break.

use std::error::Error as _;

/// What went wrong between us and a provider. Texts name the cause, never a header or a body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No connection could be made; nothing was sent.
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
    /// Sorts an error of the HTTP client. `connect_seconds` is the limit that applied.
    pub(crate) fn of(error: &reqwest::Error, connect_seconds: u64) -> Self {
        if error.is_connect() && error.is_timeout() {
            return Self::Timeout { phase: "connect", seconds: connect_seconds };
        }
        if error.is_connect() {
            return Self::Unreachable(cause(error));
        }
        if error.is_builder() {
            return Self::Unsendable(cause(error));
        }
        Self::Broken(cause(error))
    }
}

/// The innermost cause: the client's own texts repeat the URL, which is the caller's business.
fn cause(error: &reqwest::Error) -> String {
    let mut source = error.source();
    let mut text = None;
    while let Some(inner) = source {
        text = Some(inner.to_string());
        source = inner.source();
    }
    text.unwrap_or_else(|| "the request failed".into())
}
