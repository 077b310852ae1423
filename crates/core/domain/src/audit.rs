//! What the audit log says: who did what to which thing, when, and why.

use serde::{Deserialize, Serialize};

use crate::ids::AuditId;
use crate::time::Timestamp;

/// One entry. Entries are only ever added.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who: a person's id, `operator`, or `system`.
    pub who: String,
    /// What was done.
    pub action: Action,
    /// To which thing: `workflow/support-replies`, `key_…`, `tom`.
    pub subject: String,
    /// Why, or what exactly, in one line. Never content, never a secret.
    pub detail: String,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// Things worth an entry.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
        pub enum Action {
            $($(#[$doc])* #[serde(rename = $word)] $name,)*
        }
        impl Action {
            /// The stable word: `noun.verb`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
            /// Reads the stable word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$name),)* _ => None }
            }
        }
    };
}

actions! {
    /// A gateway key was created.
    KeyCreated = "key.created",
    /// A gateway key was revoked.
    KeyRevoked = "key.revoked",
    /// A switch was turned.
    SwitchTurned = "switch.turned",
    /// A switch was drilled: turned off, measured, turned back.
    SwitchDrilled = "switch.drilled",
    /// A new configuration went live.
    ConfigLoaded = "config.loaded",
    /// A configuration was refused; the last good one stays.
    ConfigRefused = "config.refused",
    /// Someone signed in.
    SignedIn = "session.started",
    /// Someone signed out, or was signed out.
    SignedOut = "session.ended",
    /// A sign-in attempt failed.
    SignInFailed = "session.refused",
    /// A password was set.
    PasswordSet = "password.set",
    /// A one-time sign-in link was made.
    LinkMade = "link.made",
    /// A budget passed one of its warning marks.
    BudgetWarned = "budget.warned",
    /// The server started, or swept what a crash left behind.
    ServerStarted = "server.started",
}
