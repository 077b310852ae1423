//! Whether a scope names something: a switch that turns nothing would be believed.

use config::Workspace;
use domain::ids::{AgentId, ProviderId, WorkflowId};
use domain::switch::{Board, Scope, State};

use crate::error::{Error, bad, not_found};
use crate::prompts;

/// Reads a scope.
pub(super) fn scope(text: &str) -> Result<Scope, Error> {
    text.parse().map_err(|problem: String| bad("scope", problem))
}

/// Reads a state.
pub(super) fn state(text: &str) -> Result<State, Error> {
    text.parse().map_err(|problem: String| bad("state", problem))
}

/// Refuses a scope whose name the workspace does not have. One that is not on may always be
/// turned, so that what has been removed can be turned back. Tools are not declared anywhere yet and
/// are taken as they are.
pub(super) fn known(workspace: &Workspace, board: &Board, scope: &Scope) -> Result<(), Error> {
    if board.get(scope).is_some() {
        return Ok(());
    }
    match scope {
        Scope::All | Scope::Tool(_) => Ok(()),
        Scope::Prompt(name) => prompts::known(workspace, name).map(drop),
        Scope::Workflow(id) if workspace.workflows.contains_key(id) => Ok(()),
        Scope::Workflow(id) => {
            Err(not_found("workflow", id.as_str(), workspace.workflows.keys().map(WorkflowId::as_str)))
        }
        Scope::Provider(id) | Scope::Model(id, _) if workspace.providers.contains_key(id) => Ok(()),
        Scope::Provider(id) | Scope::Model(id, _) => {
            Err(not_found("provider", id.as_str(), workspace.providers.keys().map(ProviderId::as_str)))
        }
        Scope::Agent(id) => agent(workspace, id),
    }
}

/// Refuses an agent that no pod has.
pub(crate) fn agent(workspace: &Workspace, id: &AgentId) -> Result<(), Error> {
    let agents = || workspace.pods.values().flat_map(|pod| &pod.agents);
    match agents().any(|known| known == id) {
        true => Ok(()),
        false => Err(not_found("agent", id.as_str(), agents().map(AgentId::as_str))),
    }
}
