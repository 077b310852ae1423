//! Whether a switch holds on this server: the questions of admission and routing, asked of the
//! live board without a call. For drills, which must measure what a caller would meet, and must
//! cost nobody a call, a record or a place in a limit.

use config::Workflow;
use domain::ids::AgentId;
use domain::switch::{Scope, State};

use super::{admit, route};
use crate::parts::Gateway;

impl Gateway {
    /// Whether any call under `scope` that came now would meet a switch that refuses it (for a
    /// provider, a model or a tool: that takes it out of service). False for what no call asks about:
    /// workflows and prompts that the live configuration does not have.
    #[must_use]
    pub fn refuses(&self, scope: &Scope) -> bool {
        let live = &self.parts.live;
        let (snapshot, board) = (live.snapshot(), live.board());
        let workspace = &snapshot.workspace;
        let caller = |workflow: &Workflow, agent: Option<&AgentId>| {
            let switch = board.over_caller(&workflow.id, agent);
            let state = switch.map(|switch| admit::meaning(switch, workflow, workspace));
            matches!(state, Some(State::HumanOnly | State::Off))
        };
        let all = |agent| {
            !workspace.workflows.is_empty()
                && workspace.workflows.values().all(|workflow| caller(workflow, agent))
        };
        match scope {
            Scope::All => all(None),
            Scope::Agent(agent) => all(Some(agent)),
            Scope::Workflow(id) => workspace.workflows.get(id).is_some_and(|workflow| caller(workflow, None)),
            Scope::Provider(provider) => route::out_of_service(&board, provider, "").is_some(),
            Scope::Model(provider, model) => route::out_of_service(&board, provider, model).is_some(),
            Scope::Prompt(name) => {
                let prompt = workspace.prompts.values().find(|prompt| prompt.of.name.as_str() == name);
                let switch = board.get(scope);
                let refused = |workflow: &Workflow| {
                    let state = switch.map(|switch| admit::meaning(switch, workflow, workspace));
                    matches!(state, Some(State::HumanOnly | State::Off))
                };
                let mut users = workspace.workflows.values();
                prompt.is_some_and(|prompt| users.any(|of| prompt.serves(&of.id) && refused(of)))
            }
            Scope::Tool(_) => board.get(scope).is_some(),
        }
    }
}
