//! Route: from the model that was asked for to the provider and model that will answer.
//!
//! A route's targets are tried in order, then those of its fallback routes; the first that is not
//! switched off, can be called as the caller does or in translation, and is in good health is
//! taken. Within a route, weights decide what comes first; without weights, and behind the first,
//! targets that take the call as it is come before those that need translation: of a provider of
//! OpenAI's dialect that depends on the wire. Where none is in good health, the one that will be
//! soonest is taken. While the caller's scope stands on `fallback`, the route's own targets are
//! passed over. Fails closed.

mod candidates;

use config::{PriceList, Provider, Resolved, SecretRef, UnknownModel, Workflow, Workspace};
use domain::ids::{ProviderId, RouteId, RunId};
use domain::inference::{Endpoint, Target};
use domain::routing::{Lane, Readiness, Turn};
use domain::switch::{Board, State, Switch};
use domain::{Refusal, Timestamp};
use pricing::{PriceBook, Rate};
use std::sync::Arc;

use super::translation;
use candidates::Candidate;

/// How a caller came to a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// Through this route and its fallbacks.
    Route(RouteId),
    /// By its own name; nothing else will do.
    Direct,
}

/// A target, and what it takes to call it.
#[derive(Debug)]
pub(super) struct Chosen<'a> {
    pub(super) target: Target,
    pub(super) provider: &'a Provider,
    pub(super) way: Way,
    pub(super) lane: Lane,
    /// Where the lane's credential is.
    pub(super) key: Option<SecretRef>,
    pub(super) turn: Turn,
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

/// Whether a call can go to any provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pin {
    /// It can.
    Free,
    /// It refers to something that only one provider has, such as an earlier answer.
    Provider,
}

/// What a choice is made from.
#[derive(Clone, Copy)]
pub(super) struct Choice<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) workflow: &'a Workflow,
    pub(super) board: &'a Board,
    pub(super) endpoint: Endpoint,
    /// The run, which decides between weighted targets: all of a run goes the same way.
    pub(super) run: &'a RunId,
    /// The step within it, as the caller named it.
    pub(super) step: Option<&'a str>,
    /// Only fallbacks may answer.
    pub(super) fallback_only: bool,
    pub(super) pin: Pin,
    /// Whether a lane is worth an attempt.
    pub(super) readiness: &'a dyn Fn(&Lane) -> Readiness,
}

/// Chooses the target for the model the caller asked for. Where he asked for a route and the step
/// has one of its own, that one is taken.
pub(super) fn choose<'a>(choice: &Choice<'a>, asked: &'a str) -> Result<Chosen<'a>, Refusal> {
    let resolved =
        choice.workspace.resolve(choice.workflow, asked).ok_or_else(|| Refusal::ModelNotAllowed {
            asked: asked.chars().take(200).collect(),
            workflow: choice.workflow.id.clone(),
            allowed: choice.workspace.allowed(choice.workflow),
        })?;
    let (way, candidates) = match resolved {
        Resolved::Route(route) => {
            let of_step = choice.step.and_then(|step| choice.workspace.step_route(choice.workflow, step));
            let route = of_step.unwrap_or(route);
            (Way::Route(route.id.clone()), candidates::of_route(choice, route))
        }
        Resolved::Direct { .. } if choice.fallback_only => (Way::Direct, Vec::new()),
        Resolved::Direct { provider, model } => {
            (Way::Direct, vec![Candidate { route: None, provider, model: model.to_owned() }])
        }
    };
    first_fit(choice, &way, &candidates, asked)
}

/// Name of the route that budgets with `at_limit = "economy"` fall back to.
pub(super) const ECONOMY: &str = "economy";

/// The target of the route `economy`, if the workspace has one.
pub(super) fn economy<'a>(choice: &Choice<'a>) -> Option<Result<Chosen<'a>, Refusal>> {
    let route = choice.workspace.routes.values().find(|route| route.id.as_str() == ECONOMY)?;
    let way = Way::Route(route.id.clone());
    Some(first_fit(choice, &way, &candidates::of_route(choice, route), ECONOMY))
}

/// Among what the next attempt is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Among {
    /// The other credentials of the same target.
    Credentials,
    /// The targets that were not tried yet.
    Targets,
}

/// The next lane that is ready, after those in `tried` failed; `at` is the target of the last one.
pub(super) fn next<'a>(
    choice: &Choice<'a>,
    (way, at): (&Way, &Target),
    tried: &[Lane],
    among: Among,
) -> Option<Chosen<'a>> {
    let here = |candidate: &Candidate<'_>| match among {
        Among::Credentials => candidate.is(at),
        Among::Targets => {
            let known = |lane: &Lane| lane.provider == candidate.provider.id && lane.model == candidate.model;
            !tried.iter().any(known)
        }
    };
    let may = |candidate: &Candidate<'_>| {
        (choice.pin == Pin::Free || candidate.provider.id == at.provider)
            && barred(choice, candidate).is_none()
    };
    let candidates = candidates::on(choice, way, at);
    candidates.iter().filter(|candidate| here(candidate) && may(candidate)).find_map(|candidate| {
        let ready = |(lane, _): &(Lane, Option<SecretRef>)| {
            !tried.contains(lane) && (choice.readiness)(lane) == Readiness::Ready
        };
        let lane = candidate.lanes(choice.run).into_iter().find(ready)?;
        Some(chosen(way, candidate, lane, Turn::Ready))
    })
}

fn chosen<'a>(
    way: &Way,
    candidate: &Candidate<'a>,
    (lane, key): (Lane, Option<SecretRef>),
    turn: Turn,
) -> Chosen<'a> {
    let (target, provider) = (candidate.target(), candidate.provider);
    Chosen { target, provider, way: way.clone(), lane, key, turn, passed_over: Vec::new() }
}

fn first_fit<'a>(
    choice: &Choice<'a>,
    way: &Way,
    candidates: &[Candidate<'a>],
    asked: &str,
) -> Result<Chosen<'a>, Refusal> {
    let mut passed_over = Vec::new();
    let mut refusal = None;
    let mut home: Option<&ProviderId> = None;
    let mut least_bad: Option<(Timestamp, Chosen<'a>)> = None;
    for candidate in candidates {
        if let Some((why, no)) = barred(choice, candidate) {
            passed_over.push(why);
            refusal.get_or_insert(no);
            continue;
        }
        if choice.pin == Pin::Provider
            && *home.get_or_insert(&candidate.provider.id) != &candidate.provider.id
        {
            continue;
        }
        for (lane, key) in candidate.lanes(choice.run) {
            match (choice.readiness)(&lane) {
                Readiness::Ready => {
                    return Ok(Chosen { passed_over, ..chosen(way, candidate, (lane, key), Turn::Ready) });
                }
                Readiness::Resting { until, why } => {
                    passed_over.push(format!("{lane}: {why}, until {until}"));
                    if least_bad.as_ref().is_none_or(|(sooner, _)| until < *sooner) {
                        least_bad = Some((until, chosen(way, candidate, (lane, key), Turn::LeastBad)));
                    }
                }
            }
        }
    }
    if let Some((_, chosen)) = least_bad {
        return Ok(Chosen { passed_over, ..chosen });
    }
    Err(refusal.unwrap_or_else(|| Refusal::ModelNotAllowed {
        asked: asked.to_owned(),
        workflow: choice.workflow.id.clone(),
        allowed: "the fallbacks of its routes only, and there are none for this model".into(),
    }))
}

/// The switch that takes a model of a provider out of service: any that is not on.
pub(super) fn out_of_service<'a>(board: &'a Board, provider: &ProviderId, model: &str) -> Option<&'a Switch> {
    board.over_target(provider, model).filter(|switch| switch.state != State::On)
}

/// Why a target can't be used for this call, for the record and for the caller.
fn barred(choice: &Choice<'_>, candidate: &Candidate<'_>) -> Option<(String, Refusal)> {
    let provider = candidate.provider;
    if let Some(switch) = out_of_service(choice.board, &provider.id, &candidate.model) {
        let why = format!("{}: {} is {}", candidate.name(), switch.scope, switch.state);
        return Some((why, taken_away(switch, choice.workflow)));
    }
    if translation::reaches(choice.endpoint, provider) {
        return None;
    }
    let why = format!("{}: speaks {}", candidate.name(), provider.api.as_str());
    let refusal = Refusal::DialectMismatch {
        target: candidate.name(),
        speaks: provider.api.as_str(),
        needs: choice.endpoint.dialect().as_str(),
    };
    Some((why, refusal))
}

/// What a caller is told who has no target left because of this switch.
fn taken_away(switch: &Switch, workflow: &Workflow) -> Refusal {
    let Switch { scope, state, reason, by, since } = switch.clone();
    match state {
        State::HumanOnly => {
            Refusal::HumanOnly { scope, by, since, reason, owner: workflow.owner.to_string() }
        }
        State::On | State::Fallback | State::Off => Refusal::SwitchedOff { scope, state, by, since, reason },
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
