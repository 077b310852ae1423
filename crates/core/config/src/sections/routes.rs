//! `[routes.NAME]`: how a logical model becomes a provider and its model.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::ids::{self, Kind as _, ProviderId, RouteId};
use serde::Serialize;

use super::root::ROOT;
use crate::NonEmpty;
use crate::read::{At, Entry, Place, Section, Spec, optional, required};
use crate::words::words;

/// Attempts beyond the first, where a route does not say.
const RETRIES: u32 = 2;
/// The most that makes sense: an answer that takes longer is of no use.
const MOST_RETRIES: u32 = 10;

words! {
    /// What a route does when its target stays silent after the request was sent.
    AfterTimeout: "an answer to a time-out" {
        /// The caller gets the time-out.
        Fail = "fail",
        /// The next target is tried; the first may bill its answer all the same.
        Next = "next",
    }
}

/// A provider and its model.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TargetSpec {
    /// The provider.
    pub provider: ProviderId,
    /// The model's name there.
    pub model: String,
    /// Its share of the calls, in proportion to the other targets' weights; 0 takes none. `None`
    /// where it is not said.
    pub weight: Option<u32>,
}

impl TargetSpec {
    /// Its weight: 1 where it is not said.
    #[must_use]
    pub fn share(&self) -> u32 {
        self.weight.unwrap_or(1)
    }
}

/// A logical model.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Route {
    /// Its name: what callers ask for.
    pub id: RouteId,
    /// Where it goes; at least one has a weight.
    pub targets: NonEmpty<TargetSpec>,
    /// The routes to try when this one can't answer, in order. They never lead back here.
    pub fallback: Vec<RouteId>,
    /// Attempts beyond the first, over all targets and fallbacks.
    pub retries: u32,
    /// What happens when a target stays silent after the request was sent.
    pub after_timeout: AfterTimeout,
    /// How long a target may take to its first byte; the gateway's own limit where it is not said.
    pub first_byte_timeout: Option<Duration>,
}

impl Route {
    /// Whether weights decide which target is tried first; else it is the order of the list.
    #[must_use]
    pub fn is_weighted(&self) -> bool {
        self.targets.iter().any(|target| target.weight.is_some())
    }
}

pub(crate) static ROUTE: Spec = Spec {
    title: "[routes.NAME]",
    place: "in [routes.NAME]",
    doc: "A logical model: what callers ask for instead of a provider's model. Usual names are `economy`, `standard` \
          and `premium`.",
    keys: &[
        required(
            "targets",
            "[{ provider = \"local\", model = \"gemma-3-270m\" }]",
            "Where it goes: at least one provider and model, with an optional `weight`.",
        ),
        optional("fallback", "[\"economy\"]", "none", "Routes to try when this one can't answer, in order."),
        optional(
            "retries",
            "1",
            "`2`",
            "Attempts beyond the first, over all targets and fallbacks, before anything was delivered; at most 10. \
             Over all calls, retries stay under a fifth.",
        ),
        optional(
            "after_timeout",
            "\"next\"",
            "`\"fail\"`",
            "What happens when a target stays silent after the request was sent: `fail` tells the caller, `next` tries \
             the next target, though the first may bill its answer all the same.",
        ),
        optional(
            "first_byte_timeout",
            "\"20s\"",
            "the gateway's",
            "How long a target of this route may take to the first byte of its answer.",
        ),
    ],
};

pub(crate) static TARGET: Spec = Spec {
    title: "targets",
    place: "in a target",
    doc: "One element of a route's `targets`.",
    keys: &[
        required("provider", "\"local\"", "A provider's name."),
        required("model", "\"gemma-3-270m\"", "The model's name at that provider."),
        optional(
            "weight",
            "3",
            "`1`, or no weights at all",
            "Its share of the calls in proportion to the other targets; 0 takes none. Where no target has one, the \
             first of the list that speaks the caller's dialect takes all, and the others stand by.",
        ),
    ],
};

/// A route with the places that later checks point at.
pub(crate) struct Draft {
    pub(crate) route: Route,
    /// One per target.
    pub(crate) targets: Vec<Place>,
    /// One per fallback.
    pub(crate) fallback: Vec<At<RouteId>>,
}

/// Reads every route.
pub(crate) fn read(root: &Section<'_>) -> BTreeMap<RouteId, Draft> {
    let mut routes = BTreeMap::new();
    for (id, entry) in root.named::<ids::Route>("routes") {
        entry.notes.declare(ids::Route::NOUN, id.as_str(), entry.key_place);
        let Some(section) = entry.section(&ROUTE, &ROOT) else { continue };
        if let Some(draft) = route(id.clone(), &section) {
            routes.insert(id, draft);
        }
    }
    routes
}

fn route(id: RouteId, section: &Section<'_>) -> Option<Draft> {
    let fallback = section.get("fallback").map(|entry| entry.refer_all::<ids::Route>()).unwrap_or_default();
    let (targets, places) = targets(&id, &section.get("targets")?);
    let names = fallback.iter().map(|route| route.value.clone()).collect();
    let after_timeout = section.get("after_timeout").map_or(Some(AfterTimeout::Fail), |entry| entry.word());
    let route = Route {
        id,
        targets: NonEmpty::new(targets)?,
        fallback: names,
        retries: section.get("retries").map_or(Some(RETRIES), |entry| retries(&entry))?,
        after_timeout: after_timeout?,
        first_byte_timeout: section.get("first_byte_timeout").and_then(|entry| entry.duration()),
    };
    Some(Draft { route, targets: places, fallback })
}

fn retries(entry: &Entry<'_>) -> Option<u32> {
    let retries = entry.small_count(0)?;
    if retries > MOST_RETRIES {
        entry.wrong(format!("`retries` must be at most {MOST_RETRIES}"), None);
        return None;
    }
    Some(retries)
}

fn targets(route: &RouteId, entry: &Entry<'_>) -> (Vec<TargetSpec>, Vec<Place>) {
    if entry.is_empty_list() {
        let help = "name at least one: `targets = [{ provider = \"…\", model = \"…\" }]`".to_owned();
        entry.wrong(format!("the route `{route}` has no target"), help);
    }
    let sections = entry.items().into_iter().filter_map(|item| item.section(&TARGET, &ROUTE));
    let read = sections.filter_map(|section| Some((target(&section)?, section.place)));
    let (targets, places): (Vec<TargetSpec>, Vec<Place>) = read.unzip();
    if !targets.is_empty() && targets.iter().all(|target| target.share() == 0) {
        let help = "give one a weight of 1 or more".to_owned();
        entry.wrong(format!("no target of the route `{route}` has a weight"), help);
    }
    for (index, target) in targets.iter().enumerate() {
        let same = |other: &TargetSpec| other.provider == target.provider && other.model == target.model;
        if let Some(place) = places.get(index).filter(|_| targets.iter().take(index).any(same)) {
            let name = format!("{}/{}", target.provider, target.model);
            entry.notes.warn(*place, format!("`{name}` is a target twice"), "use `weight`".to_owned());
        }
    }
    (targets, places)
}

fn target(section: &Section<'_>) -> Option<TargetSpec> {
    let provider = section.get("provider").and_then(|entry| entry.refer::<ids::Provider>());
    let model = section.get("model").and_then(|entry| entry.text());
    let weight = match section.get("weight") {
        Some(entry) => Some(entry.small_count(0)?),
        None => None,
    };
    Some(TargetSpec { provider: provider?, model: model?, weight })
}
