//! Switches: how they stand, what turning one would do, what turning one did.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AuditRow, Moment, PersonRef, Sentence};

/// All switches that are not on, and what happened to switches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SwitchesPage {
    /// The answer.
    pub sentence: Sentence,
    /// Grows with every turn.
    pub number: u64,
    /// Scopes that are not on, widest first.
    pub rows: Vec<SwitchView>,
    /// The newest drill of each scope, newest first.
    pub drills: Vec<DrillView>,
    /// Turns and drills, newest first.
    pub history: Vec<AuditRow>,
}

/// A switch that is not on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SwitchView {
    /// What it turns: `workflow/support-replies`.
    pub scope: String,
    /// Where it stands: `fallback`, `human-only` or `off`.
    pub state: String,
    /// Why.
    pub reason: String,
    /// Who turned it.
    pub by: PersonRef,
    /// When.
    pub since: Moment,
}

/// A switch on a page, before it is turned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SwitchPanel {
    /// What it turns.
    pub scope: String,
    /// Where this very switch stands: `on`, `fallback`, `human-only` or `off`.
    pub state: String,
    /// The switch itself, where it is not on.
    pub switch: Option<SwitchView>,
    /// A wider switch that holds for the scope as well, where there is one.
    pub wider: Option<SwitchView>,
    /// Calls in the scope that run right now.
    pub running: u64,
    /// Keys that work and serve the scope.
    pub keys: u64,
    /// Whether running streams end at once (`cut`) or by themselves (`finish`).
    pub on_switch: String,
    /// What turning it off would do, in words.
    pub consequence: String,
    /// What each state would do.
    pub consequences: Vec<SwitchConsequence>,
    /// Whether whoever asks may turn it.
    pub may_turn: bool,
    /// The people who may turn it because they answer for it, beside admins and approvers: the owner
    /// and the deputy.
    pub turners: Vec<PersonRef>,
}

/// What turning a switch to a state would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SwitchConsequence {
    /// `on`, `fallback`, `human-only` or `off`.
    pub state: String,
    /// What becomes of running calls, and what new ones get.
    pub words: String,
    /// The codes that refused callers read.
    pub codes: Vec<String>,
}

/// A switch that was turned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SwitchTurned {
    /// What was turned.
    pub scope: String,
    /// Where it stood.
    pub before: String,
    /// Where it stands.
    pub state: String,
    /// Why.
    pub reason: String,
    /// Who turned it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// From the request until new calls were refused, in microseconds.
    pub took_micros: u64,
    /// Running calls that were ended.
    pub calls_ended: u64,
    /// Where the turn is kept: `kept` in the database; `copied` to the data folder, the database
    /// follows; `nowhere` yet, so that it holds on this server until it is restarted or the record
    /// can be made.
    pub record: String,
    /// In words: `support-replies is off after 0.8 ms; 12 running calls were ended`.
    pub words: String,
}

/// A drill: the switch was turned off, measured, and turned back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DrillView {
    /// What was drilled.
    pub scope: String,
    /// Who drilled it.
    pub by: PersonRef,
    /// When.
    pub at: Moment,
    /// `passed`: new calls were refused within 50 ms and running ones ended within 1 s; else `failed`.
    pub outcome: String,
    /// From the order until this server refused a new call, in microseconds; absent where it did not.
    pub refused_micros: Option<u64>,
    /// Running calls that the drill ended.
    pub calls_ended: u64,
    /// From the order until the last of them had ended, in microseconds; absent where none ran, some
    /// had not ended in time, or the workspace lets them finish.
    pub ended_micros: Option<u64>,
    /// How long the scope was off, in microseconds; absent where someone turned it meanwhile.
    pub off_micros: Option<u64>,
    /// In words: `passed: new calls refused after 0.417 ms; 2 running calls ended after 3.012 ms; off
    /// for 5.120 ms`.
    pub words: String,
}
