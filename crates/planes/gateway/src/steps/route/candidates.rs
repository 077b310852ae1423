//! The targets that may answer, in the order in which they are tried.

use config::{Provider, Route, SecretRef, TargetSpec};
use domain::ids::{RouteId, RunId};
use domain::inference::Target;
use domain::routing::Lane;

use super::{Choice, Pin, Way};

/// A target that may answer.
pub(super) struct Candidate<'a> {
    pub(super) route: Option<RouteId>,
    pub(super) provider: &'a Provider,
    pub(super) model: String,
}

impl Candidate<'_> {
    pub(super) fn is(&self, target: &Target) -> bool {
        self.provider.id == target.provider && self.model == target.model
    }

    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.provider.id, self.model)
    }

    pub(super) fn target(&self) -> Target {
        Target { route: self.route.clone(), provider: self.provider.id.clone(), model: self.model.clone() }
    }

    /// The lanes to the target, one for each credential. A run begins with its own share of them,
    /// so that it stays with one and runs are spread over all.
    pub(super) fn lanes(&self, run: &RunId) -> Vec<(Lane, Option<SecretRef>)> {
        let lane = |key: Option<&SecretRef>| {
            let credential = key.map(ToString::to_string);
            let lane = Lane { provider: self.provider.id.clone(), credential, model: self.model.clone() };
            (lane, key.cloned())
        };
        let keys = &self.provider.api_keys;
        if keys.len() < 2 {
            return vec![lane(keys.first())];
        }
        let count = u64::try_from(keys.len()).unwrap_or(1);
        let first = usize::try_from(fnv1a(run.as_str()) % count).unwrap_or(0);
        let (before, from) = keys.split_at(first);
        from.iter().chain(before).map(|key| lane(Some(key))).collect()
    }
}

/// What may answer on this way, from here on.
pub(super) fn on<'a>(choice: &Choice<'a>, way: &Way, target: &Target) -> Vec<Candidate<'a>> {
    match way {
        Way::Route(id) => choice.workspace.routes.get(id).map(|route| of_route(choice, route)),
        Way::Direct => choice
            .workspace
            .providers
            .get(&target.provider)
            .map(|provider| vec![Candidate { route: None, provider, model: target.model.clone() }]),
    }
    .unwrap_or_default()
}

/// A route's targets and then its fallbacks', each route once. (The configuration check refuses
/// cycles; visiting each once makes that a matter of course here.) A call that refers to what a
/// provider keeps goes to those first that take it as it is: nothing is kept where calls are
/// translated.
pub(super) fn of_route<'a>(choice: &Choice<'a>, first: &'a Route) -> Vec<Candidate<'a>> {
    let mut candidates = Vec::new();
    let mut seen = vec![&first.id];
    let mut queue = std::collections::VecDeque::from([first]);
    while let Some(route) = queue.pop_front() {
        if !(choice.fallback_only && route.id == first.id) {
            candidates.extend(targets(choice, route));
        }
        for next in route.fallback.iter().filter_map(|id| choice.workspace.routes.get(id)) {
            if !seen.contains(&&next.id) {
                seen.push(&next.id);
                queue.push_back(next);
            }
        }
    }
    if choice.pin == Pin::Provider {
        candidates.sort_by_key(|candidate| !candidate.provider.takes(choice.endpoint));
    }
    candidates
}

/// A route's own targets in the order in which to try them: the one that the weights say, if there
/// are any, then those that need no translation.
fn targets<'a>(choice: &Choice<'a>, route: &'a Route) -> Vec<Candidate<'a>> {
    let mut candidates: Vec<Candidate<'a>> = by_weight(route, choice.run)
        .into_iter()
        .filter_map(|target| {
            let provider = choice.workspace.providers.get(&target.provider)?;
            Some(Candidate { route: Some(route.id.clone()), provider, model: target.model.clone() })
        })
        .collect();
    let settled = usize::from(route.is_weighted());
    let open = candidates.get_mut(settled..).unwrap_or_default();
    open.sort_by_key(|candidate| !candidate.provider.takes(choice.endpoint));
    candidates
}

/// A route's targets as their weights order them: the one that the run's share of the
/// weights falls on, then the others as they stand. Without weights, as they stand.
fn by_weight<'a>(route: &'a Route, run: &RunId) -> Vec<&'a TargetSpec> {
    let mut targets: Vec<&TargetSpec> = route.targets.iter().collect();
    if !route.is_weighted() {
        return targets;
    }
    let total: u64 = targets.iter().map(|target| u64::from(target.share())).sum();
    let mut share = fnv1a(run.as_str()) % total.max(1);
    let picked = targets.iter().position(|target| {
        let weight = u64::from(target.share());
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
