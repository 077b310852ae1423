//! Gateway keys.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{BudgetLine, Figures, FilterChoices, LimitLine, Moment, Sentence};

/// All keys, or a page of them. The sentence is about all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct KeysPage {
    /// The answer.
    pub sentence: Sentence,
    /// Keys that work first, newest first.
    pub rows: Vec<KeyRow>,
    /// What a new key can be for.
    pub choices: FilterChoices,
    /// The `cursor` of the page after this one; absent on the last.
    pub next: Option<String>,
}

/// Whether a key works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum KeyState {
    /// It works.
    Active,
    /// None of its workflows is in the workspace any more.
    Idle,
    /// Its time is over.
    Expired,
    /// Someone ended it.
    Revoked,
}

/// One key, without its secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct KeyRow {
    /// Its id; not secret.
    pub id: String,
    /// What people call it.
    pub label: String,
    /// Whether it works.
    pub state: KeyState,
    /// The workflows it serves.
    pub workflows: Vec<String>,
    /// The agent that holds it.
    pub agent: Option<String>,
    /// Who made it: a person's id or `operator`.
    pub created_by: String,
    /// When it was made.
    pub created: Moment,
    /// When it ends by itself.
    pub expires: Option<Moment>,
    /// When someone ended it.
    pub revoked: Option<Moment>,
    /// Limits of its own.
    pub limits: Vec<LimitLine>,
    /// Budgets of its own.
    pub budgets: Vec<BudgetLine>,
    /// What was used with it over the last 30 days.
    pub figures: Figures,
}

/// A key that was ended, and where that is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct KeyRevoked {
    /// The key.
    #[serde(flatten)]
    pub row: KeyRow,
    /// Where its end is kept: `kept` in the database; `copied` to the data folder, the database
    /// follows; `nowhere` yet, so that it holds on this server until it is restarted or the record
    /// can be made.
    pub record: String,
    /// In words: `support desk is revoked: it answers nothing from now on`.
    pub words: String,
}

/// A key that was just made. The only view that holds a secret, and the only time it is seen.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct KeyCreated {
    /// Its id; not secret.
    pub id: String,
    /// The secret: `cs_` and 48 hexadecimal digits. It is not stored and can't be shown again.
    pub key: String,
    /// The key without its secret.
    pub row: KeyRow,
}

impl std::fmt::Debug for KeyCreated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyCreated").field("id", &self.id).field("key", &"***").finish_non_exhaustive()
    }
}
