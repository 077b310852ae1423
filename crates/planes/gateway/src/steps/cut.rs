//! Whether a call that is already running must end now.
//!
//! Asked before every piece of an answer, and the moment keys or switches are published anew, so
//! that a stream that is silent ends as promptly as one that is busy.

use std::sync::Arc;

use config::OnSwitch;
use domain::Refusal;
use domain::ids::PersonId;
use domain::switch::{State, Switch};
use tokio::sync::watch;

use super::open::Call;
use crate::parts::Gateway;
use crate::running::Passport;

/// Watches over one call.
#[derive(Debug)]
pub(super) struct Cutter {
    gateway: Gateway,
    passport: Arc<Passport>,
    owner: PersonId,
    on_switch: OnSwitch,
    changes: watch::Receiver<u64>,
    /// Whether they were looked at since [`Cutter::has_news`] was asked.
    news: bool,
}

impl Cutter {
    pub(super) fn new(call: &Call) -> Self {
        let caller = &call.draft.caller;
        let mut changes = call.draft.gateway.parts.live.watch();
        // What was published before this is looked at too.
        changes.mark_changed();
        Self {
            gateway: call.draft.gateway.clone(),
            passport: Arc::clone(&call.passport),
            owner: caller.attribution.owner.clone(),
            on_switch: caller.snapshot.workspace.gateway.on_switch,
            changes,
            news: false,
        }
    }

    /// Waits until the call must end; never returns while it may go on. Cheap for each piece of a
    /// stream: keys and switches are looked up only where they were published anew since the last.
    pub(super) async fn cut(&mut self) -> Refusal {
        loop {
            if self.changes.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
            self.news = true;
            if let Some(refusal) = self.verdict() {
                return refusal;
            }
        }
    }

    /// Whether keys or switches were published since this was last asked, none of which ends the
    /// call. As cheap for each piece.
    pub(super) const fn has_news(&mut self) -> bool {
        std::mem::replace(&mut self.news, false)
    }

    /// Why the call must end, if it must.
    fn verdict(&self) -> Option<Refusal> {
        match self.on_switch {
            OnSwitch::Cut => self.bars(),
            OnSwitch::Finish => self.revoked(),
        }
    }

    /// Why the call must not be sent, if it must not.
    pub(super) fn bars(&self) -> Option<Refusal> {
        self.revoked().or_else(|| self.switch_refusal())
    }

    fn revoked(&self) -> Option<Refusal> {
        if self.gateway.is_ending() {
            return Some(Refusal::ShuttingDown);
        }
        self.key_refusal()
    }

    fn key_refusal(&self) -> Option<Refusal> {
        let keys = self.gateway.parts.live.keys();
        let Some(key) = keys.find(&self.passport.key) else { return Some(Refusal::UnknownKey) };
        key.revoked.map(|at| Refusal::KeyRevoked { key: key.id.to_string(), at })
    }

    fn switch_refusal(&self) -> Option<Refusal> {
        let board = self.gateway.parts.live.board();
        let passport = &self.passport;
        let caller = board.over_caller(&passport.workflow, passport.agent.as_ref());
        let target = board.over_target(&passport.provider, &passport.model);
        let prompt = board.over_prompt(passport.prompt.as_ref());
        [caller, prompt, target].into_iter().flatten().find_map(|switch| refusal_of(switch, &self.owner))
    }
}

/// What a switch says to a call under way. `fallback` lets it finish.
fn refusal_of(switch: &Switch, owner: &PersonId) -> Option<Refusal> {
    let Switch { scope, state, reason, by, since } = switch.clone();
    match state {
        State::On | State::Fallback => None,
        State::HumanOnly => Some(Refusal::HumanOnly { scope, by, since, reason, owner: owner.to_string() }),
        State::Off => Some(Refusal::SwitchedOff { scope, state, by, since, reason }),
    }
}
