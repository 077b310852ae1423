//! People: sign-in, sessions, passwords, one-time links.
//!
//! A person is whoever the workspace's files name; their roles are read from the live
//! configuration at every request, so that a person who is taken out of the files, or has left,
//! is out at once. Stored are only an Argon2id hash of their password and SHA-256 hashes of links
//! and cookies. Sign-in says never what was wrong, and takes the same time whatever was.
//! Sources: the OWASP cheat sheets on authentication, password storage and session management
//! (<https://cheatsheetseries.owasp.org/>).

mod attempts;
mod links;
mod page;
mod password;
mod session;
mod sign_in;

use domain::people::Principal;
use domain::secret::Secret;

use crate::views::{Moment, SessionView};

pub(crate) use attempts::Attempts;
pub use password::MIN_PASSWORD;

/// What someone types to sign in.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Their mail address or their id.
    pub name: String,
    /// Their password.
    pub password: Secret<String>,
    /// The network address they come from, for counting attempts.
    pub address: String,
}

/// Someone who has just signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// The cookie's value.
    pub cookie: Secret<String>,
    /// When the session ends at the latest.
    pub expires: Moment,
    /// Who it is.
    pub session: Session,
}

/// A session that holds.
#[derive(Debug, Clone)]
pub struct Session {
    /// Who acts, with the roles of the current configuration.
    pub who: Principal,
    /// Who it is, for pages.
    pub view: SessionView,
    /// What every form of this session must carry.
    pub csrf: String,
}

/// What a one-time link is for, shown before it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkFor {
    /// The person's id.
    pub person: String,
    /// Their name.
    pub name: String,
    /// The fewest characters a password has.
    pub min_password: usize,
}
