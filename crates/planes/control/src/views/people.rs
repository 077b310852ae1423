//! People and their sign-in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Moment, Sentence};

/// Everyone in the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PeoplePage {
    /// The answer.
    pub sentence: Sentence,
    /// The people, by id.
    pub rows: Vec<PersonRow>,
}

/// One person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonRow {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their mail address.
    pub email: String,
    /// Their roles.
    pub roles: Vec<String>,
    /// When they left or will leave.
    pub left: Option<Moment>,
    /// Whether they have set a password.
    pub can_sign_in: bool,
    /// When they last used a session.
    pub last_seen: Option<Moment>,
    /// Sessions that are open.
    pub sessions: u64,
    /// Workflows they own.
    pub owns: Vec<String>,
}

/// Who is signed in, for the frame of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SessionView {
    /// Their id; `operator` for whoever holds the server's own token.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their roles.
    pub roles: Vec<String>,
    /// What they may do: `look`, `read-content`, `switch`, `manage-keys`, `manage-people`.
    /// `manage-keys` where there are keys that they may manage: any, or those of workflows of theirs.
    /// Owners and deputies may besides turn the switch of what is theirs.
    pub may: Vec<String>,
    /// When the session ends at the latest; absent for the operator.
    pub expires: Option<Moment>,
}

/// A one-time link that was just made: it is shown once. `Debug` leaves the path out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LinkMade {
    /// For whom.
    pub person: String,
    /// Path to put after the server's address: `/sign-in/link/…`. Whoever has it can set the password.
    pub path: String,
    /// When it ends.
    pub expires: Moment,
}

impl std::fmt::Debug for LinkMade {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinkMade").field("person", &self.person).finish_non_exhaustive()
    }
}
