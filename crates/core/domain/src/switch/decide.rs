//! The decision to turn a switch.

use super::{Scope, State, Switch};
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// What someone wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Which switch.
    pub scope: Scope,
    /// Where it should stand.
    pub state: State,
    /// Why; must say something.
    pub reason: String,
    /// Who wants it.
    pub by: String,
}

/// A switch that was turned.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Turned {
    /// How it stands now.
    pub next: Switch,
    /// How it stood before.
    pub before: State,
}

/// Decides a turn. `current` is the switch as it stands, `None` where it was never turned.
/// Turning a switch to where it stands again with another reason is allowed while it is not on:
/// the newer reason is what callers should read.
///
/// # Errors
/// [`Refusal::ReasonMissing`] without a reason, [`Refusal::SwitchUnchanged`] where nothing would
/// change.
pub fn decide(current: Option<&Switch>, command: Command, now: Timestamp) -> Result<Turned, Refusal> {
    let reason = command.reason.trim();
    if reason.is_empty() {
        return Err(Refusal::ReasonMissing(command.scope));
    }
    let before = current.map_or(State::On, |switch| switch.state);
    let same_reason = current.is_none_or(|switch| switch.reason == reason);
    if before == command.state && (before == State::On || same_reason) {
        return Err(Refusal::SwitchUnchanged { scope: command.scope, state: command.state });
    }
    let next = Switch {
        scope: command.scope,
        state: command.state,
        reason: reason.to_owned(),
        by: command.by,
        since: now,
    };
    Ok(Turned { next, before })
}
