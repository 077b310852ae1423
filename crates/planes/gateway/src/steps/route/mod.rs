//! Route: from the model that was asked for to the provider and model that will answer.
//!
//! A route's targets are tried in order, then those of its fallback routes; the first that is not
//! switched off and speaks the caller's dialect is taken. While the caller's scope stands on
//! `fallback`, the route's own targets are passed over. Fails closed.

use config::{Api, PriceList, Provider, Resolved, Route, TargetSpec, UnknownModel, Workflow, Workspace};
use domain::ids::{RouteId, RunId};
use domain::inference::{Dialect, Target};
use domain::switch::{Board, State};
use domain::{Refusal, Timestamp};
use pricing::{PriceBook, Rate};
use std::sync::Arc;

/// A target, and what it takes to call it.
#[derive(Debug)]
pub(super) struct Chosen<'a> {
    pub(super) target: Target,
    pub(super) provider: &'a Provider,
    /// Targets that were passed over, and why.
    pub(super) passed_over: Vec<String>,
}

/// How a target is priced.
#[derive(Debug, Clone)]
pub(super) enum Rated {
    /// By its own row of the book.
    Known(Arc<Rate>),
    /// Nothing per token.
    Free,
    /// By the dearest row of its list, because it has none of its own.
    Dearest(Arc<Rate>),
}

impl Rated {
    pub(super) fn rate(&self) -> Option<&Rate> {
        match self {
            Self::Known(rate) | Self::Dearest(rate) => Some(rate),
            Self::Free => None,
        }
    }
}

/// What a choice is made from.
#[derive(Clone, Copy)]
pub(super) struct Choice<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) workflow: &'a Workflow,
    pub(super) board: &'a Board,
    pub(super) dialect: Dialect,
    /// The run, which decides between weighted targets: all of a run goes the same way.
    pub(super) run: &'a RunId,
    /// Only fallbacks may answer.
    pub(super) fallback_only: bool,
}

/// Chooses the target for the model the caller asked for.
pub(super) fn choose<'a>(choice: &Choice<'a>, asked: &'a str) -> Result<Chosen<'a>, Refusal> {
    let resolved =
        choice.workspace.resolve(choice.workflow, asked).ok_or_else(|| Refusal::ModelNotAllowed {
            asked: asked.chars().take(200).collect(),
            workflow: choice.workflow.id.clone(),
            allowed: choice.workspace.allowed(choice.workflow),
        })?;
    let candidates = match resolved {
        Resolved::Route(route) => of_route(choice, route),
        Resolved::Direct { .. } if choice.fallback_only => Vec::new(),
        Resolved::Direct { provider, model } => {
            vec![(None, provider, model.to_owned())]
        }
    };
    first_fit(choice, candidates, asked)
}

/// Name of the route that budgets with `at_limit = "economy"` fall back to.
pub(super) const ECONOMY: &str = "economy";

/// The target of the route `economy`, if the workspace has one.
pub(super) fn economy<'a>(choice: &Choice<'a>) -> Option<Result<Chosen<'a>, Refusal>> {
    let route = choice.workspace.routes.values().find(|route| route.id.as_str() == ECONOMY)?;
    Some(first_fit(choice, of_route(choice, route), ECONOMY))
}

type Candidate<'a> = (Option<RouteId>, &'a Provider, String);

/// A route's targets and then its fallbacks', each route once. (The configuration check refuses
/// cycles; visiting each once makes that a matter of course here.)
fn of_route<'a>(choice: &Choice<'a>, first: &'a Route) -> Vec<Candidate<'a>> {
    let mut candidates = Vec::new();
    let mut seen = vec![&first.id];
    let mut queue = std::collections::VecDeque::from([first]);
    while let Some(route) = queue.pop_front() {
        if !(choice.fallback_only && route.id == first.id) {
            for target in by_weight(route, choice.run) {
                if let Some(provider) = choice.workspace.providers.get(&target.provider) {
                    candidates.push((Some(route.id.clone()), provider, target.model.clone()));
                }
            }
        }
        for next in route.fallback.iter().filter_map(|id| choice.workspace.routes.get(id)) {
            if !seen.contains(&&next.id) {
                seen.push(&next.id);
                queue.push_back(next);
            }
        }
    }
    candidates
}

/// A route's targets in the order in which to try them: the one that the run's share of the
/// weights falls on, then the others as they stand.
fn by_weight<'a>(route: &'a Route, run: &RunId) -> Vec<&'a TargetSpec> {
    let mut targets: Vec<&TargetSpec> = route.targets.iter().collect();
    let total: u64 = targets.iter().map(|target| u64::from(target.weight)).sum();
    let mut share = fnv1a(run.as_str()) % total.max(1);
    let picked = targets.iter().position(|target| {
        let weight = u64::from(target.weight);
        let here = share < weight;
        share = share.saturating_sub(weight);
        here
    });
    if let Some(first) = picked {
        let target = targets.remove(first);
        targets.insert(0, target);
    }
    targets
}

/// The FNV-1a hash (Fowler, Noll and Vo): the same on every machine and in every version.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn first_fit<'a>(
    choice: &Choice<'a>,
    candidates: Vec<Candidate<'a>>,
    asked: &str,
) -> Result<Chosen<'a>, Refusal> {
    let mut passed_over = Vec::new();
    let mut refusal = None;
    for (route, provider, model) in candidates {
        let name = format!("{}/{model}", provider.id);
        if let Some(switch) =
            choice.board.over_target(&provider.id, &model).filter(|switch| switch.state != State::On)
        {
            passed_over.push(format!("{name}: {} is {}", switch.scope, switch.state));
            refusal.get_or_insert_with(|| Refusal::SwitchedOff {
                scope: switch.scope.clone(),
                by: switch.by.clone(),
                since: switch.since,
                reason: switch.reason.clone(),
            });
        } else if !speaks(provider.api, choice.dialect) {
            passed_over.push(format!("{name}: speaks {}", provider.api.as_str()));
            refusal.get_or_insert_with(|| Refusal::DialectMismatch {
                target: name,
                speaks: provider.api.as_str(),
                needs: choice.dialect.as_str(),
            });
        } else {
            return Ok(Chosen {
                target: Target { route, provider: provider.id.clone(), model },
                provider,
                passed_over,
            });
        }
    }
    Err(refusal.unwrap_or_else(|| Refusal::ModelNotAllowed {
        asked: asked.to_owned(),
        workflow: choice.workflow.id.clone(),
        allowed: "the fallbacks of its routes only, and there are none for this model".into(),
    }))
}

const fn speaks(api: Api, dialect: Dialect) -> bool {
    match api {
        Api::Simulated => true,
        Api::Openai => matches!(dialect, Dialect::Openai),
        Api::Anthropic => matches!(dialect, Dialect::Anthropic),
        Api::Gemini | Api::Bedrock => false,
    }
}

/// Finds the price of a target. An unknown model is never free.
pub(super) fn price(
    workspace: &Workspace,
    book: &PriceBook,
    chosen: &Chosen<'_>,
    now: Timestamp,
) -> Result<Rated, Refusal> {
    let PriceList::Named(list) = &chosen.provider.price_list else { return Ok(Rated::Free) };
    if let Some(rate) = book.find(list, &chosen.target.model, now) {
        return Ok(Rated::Known(rate));
    }
    let dearest = match workspace.pricing.unknown_model {
        UnknownModel::EstimateHigh => book.dearest(list, now),
        UnknownModel::Refuse => None,
    };
    dearest.map(Rated::Dearest).ok_or_else(|| Refusal::UnknownPrice {
        target: format!("{}/{}", chosen.target.provider, chosen.target.model),
    })
}

#[cfg(test)]
mod tests;
