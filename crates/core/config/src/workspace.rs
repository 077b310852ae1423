//! A checked workspace, and the questions that calls ask of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::ids::{PersonId, PodId, PromptId, ProviderId, RouteId, WorkflowId};
use domain::people::Keepers;
use domain::switch::{Scope, State};
use domain::time::Timestamp;

use crate::{
    Gateway, Organisation, Pattern, Person, Pod, Pricing, Problem, Prompt, Provider, Route, Then, Workflow,
};

/// Everything the files say, checked. Immutable.
#[derive(Clone, PartialEq, Debug)]
pub struct Workspace {
    /// Whose it is.
    pub organisation: Organisation,
    /// The humans.
    pub people: BTreeMap<PersonId, Person>,
    /// People and agents who deliver together.
    pub pods: BTreeMap<PodId, Pod>,
    /// Where models are called.
    pub providers: BTreeMap<ProviderId, Provider>,
    /// Logical models.
    pub routes: BTreeMap<RouteId, Route>,
    /// The work.
    pub workflows: BTreeMap<WorkflowId, Workflow>,
    /// The prompts that calls may name.
    pub prompts: BTreeMap<PromptId, Arc<Prompt>>,
    /// How calls are priced whose model has no price.
    pub pricing: Pricing,
    /// Settings of the gateway.
    pub gateway: Gateway,
    /// The organisation's own prices.
    pub prices: Vec<pricing::Override>,
    /// SHA-256 over all files, in hexadecimal.
    pub hash: String,
    /// What is probably not meant.
    pub warnings: Vec<Problem>,
}

/// Where a call may go.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Resolved<'a> {
    /// Through a route.
    Route(&'a Route),
    /// To a model of a provider that the caller named.
    Direct {
        /// The provider.
        provider: &'a Provider,
        /// The model's name there.
        model: &'a str,
    },
}

impl Workspace {
    /// Finds what a caller of `workflow` asked for: a route, or `provider/model`. `None` where
    /// there is no such thing or the workflow may not use it. Its default route is always allowed.
    #[must_use]
    pub fn resolve<'a>(&'a self, workflow: &Workflow, asked: &'a str) -> Option<Resolved<'a>> {
        match asked.split_once('/') {
            None => {
                let route = self.routes.values().find(|route| route.id.as_str() == asked)?;
                self.may_use(workflow, &route.id).then_some(Resolved::Route(route))
            }
            Some((_, "")) => None,
            Some((provider, model)) => {
                let provider = self.providers.values().find(|known| known.id.as_str() == provider)?;
                let allowed = workflow.allow.iter().any(|pattern| pattern.allows_model(&provider.id, model));
                allowed.then_some(Resolved::Direct { provider, model })
            }
        }
    }

    /// Whether a workflow may use a route by name.
    #[must_use]
    pub fn may_use(&self, workflow: &Workflow, route: &RouteId) -> bool {
        workflow.default_route == *route || workflow.allow.iter().any(|p| p.allows_route(route.as_str()))
    }

    /// The route of a step, where the workflow gives it one of its own.
    #[must_use]
    pub fn step_route(&self, workflow: &Workflow, step: &str) -> Option<&Route> {
        let found = workflow.steps.iter().find(|found| crate::pattern::matches(&found.pattern, step))?;
        self.routes.get(&found.route)
    }

    /// What callers of a workflow can ask for by name: its routes, the default first, then the
    /// targets of any route that its patterns allow to be named directly.
    #[must_use]
    pub fn models(&self, workflow: &Workflow) -> Vec<String> {
        let allowed = self
            .routes
            .keys()
            .filter(|route| **route != workflow.default_route && self.may_use(workflow, route));
        let mut models: Vec<_> =
            std::iter::once(&workflow.default_route).chain(allowed).map(ToString::to_string).collect();
        for target in self.routes.values().flat_map(|route| route.targets.iter()) {
            let name = format!("{}/{}", target.provider, target.model);
            let named = workflow.allow.iter().any(|p| p.allows_model(&target.provider, &target.model));
            if named && !models.contains(&name) {
                models.push(name);
            }
        }
        models
    }

    /// What a workflow may use, as its file says it: for the text of a refusal.
    #[must_use]
    pub fn allowed(&self, workflow: &Workflow) -> String {
        let default = workflow.default_route.to_string();
        let others = workflow.allow.iter().map(Pattern::to_string).filter(|name| *name != default);
        std::iter::once(default.clone()).chain(others).collect::<Vec<_>>().join(", ")
    }

    /// The owner of a workflow; `None` where the person is missing or has left by `now`.
    #[must_use]
    pub fn owner_of(&self, workflow: &Workflow, now: Timestamp) -> Option<&Person> {
        self.people.get(&workflow.owner).filter(|person| person.left.is_none_or(|left| now < left))
    }

    /// Who answers for what a switch turns.
    #[must_use]
    pub fn keepers(&self, scope: &Scope) -> Keepers<'_> {
        let workflow = match scope {
            Scope::Workflow(id) => self.workflows.get(id),
            Scope::All
            | Scope::Prompt(_)
            | Scope::Model(..)
            | Scope::Provider(_)
            | Scope::Tool(_)
            | Scope::Agent(_) => None,
        };
        workflow.map_or_else(Keepers::default, |workflow| Keepers {
            owner: Some(&workflow.owner),
            deputy: workflow.deputy.as_ref(),
        })
    }

    /// What a switch on `fallback` means for the new calls of a workflow: its fallbacks answer, or,
    /// where its route has none, what the workflow says in `[fallback]`.
    #[must_use]
    pub fn on_fallback(&self, workflow: &Workflow) -> State {
        let route = self.routes.get(&workflow.default_route);
        match (route.is_some_and(|route| !route.fallback.is_empty()), workflow.fallback.then) {
            (true, _) => State::Fallback,
            (false, Then::HumanOnly) => State::HumanOnly,
            (false, Then::Off) => State::Off,
        }
    }

    /// The first sixteen digits of the hash: enough to tell configurations apart.
    #[must_use]
    pub fn short_hash(&self) -> &str {
        self.hash.get(..16).unwrap_or(&self.hash)
    }
}
