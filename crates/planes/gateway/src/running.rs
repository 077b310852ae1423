//! The calls under way: who they are, so that a switch knows what it ends.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::ids::{AgentId, InferenceId, PromptId, ProviderId, WorkflowId};
use domain::keys::KeyHash;
use domain::switch::{Board, Scope, State, Switch};

/// What a call under way can be stopped by.
#[derive(Debug, Clone)]
pub(crate) struct Passport {
    /// Hash of the key it came with.
    pub(crate) key: KeyHash,
    /// Its workflow.
    pub(crate) workflow: WorkflowId,
    /// Its agent.
    pub(crate) agent: Option<AgentId>,
    /// The prompt it was rendered from.
    pub(crate) prompt: Option<PromptId>,
    /// Where it goes.
    pub(crate) provider: ProviderId,
    /// The model there.
    pub(crate) model: String,
}

impl Passport {
    fn is_under(&self, scope: &Scope) -> bool {
        match scope {
            Scope::All => true,
            Scope::Workflow(workflow) => self.workflow == *workflow,
            Scope::Agent(agent) => self.agent.as_ref() == Some(agent),
            Scope::Provider(provider) => self.provider == *provider,
            Scope::Model(provider, model) => self.provider == *provider && self.model == *model,
            Scope::Prompt(prompt) => self.prompt.as_ref().is_some_and(|own| own.as_str() == prompt),
            // It ends no call by being turned: only a call of the tool does.
            Scope::Tool(_) => false,
        }
    }
}

/// The register of calls under way. Its lock is held for a map operation, never across an await.
#[derive(Debug, Default)]
pub(crate) struct Running {
    calls: Mutex<HashMap<InferenceId, Arc<Passport>>>,
}

impl Running {
    pub(crate) fn enter(&self, id: InferenceId, passport: Arc<Passport>) {
        self.lock().insert(id, passport);
    }

    pub(crate) fn leave(&self, id: InferenceId) {
        self.lock().remove(&id);
    }

    /// How many calls under way a switch over `scope` would reach.
    #[must_use]
    pub(crate) fn under(&self, scope: &Scope) -> u64 {
        let count = self.lock().values().filter(|passport| passport.is_under(scope)).count();
        u64::try_from(count).unwrap_or(u64::MAX)
    }

    /// How many calls under way a board ends.
    pub(crate) fn ended_by(&self, board: &Board) -> u64 {
        let ends = |switch: Option<&Switch>| {
            switch.is_some_and(|switch| matches!(switch.state, State::HumanOnly | State::Off))
        };
        let calls = self.lock();
        let ended = calls.values().filter(|passport| {
            ends(board.over_caller(&passport.workflow, passport.agent.as_ref()))
                || ends(board.over_prompt(passport.prompt.as_ref()))
                || ends(board.over_target(&passport.provider, &passport.model))
        });
        u64::try_from(ended.count()).unwrap_or(u64::MAX)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<InferenceId, Arc<Passport>>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
