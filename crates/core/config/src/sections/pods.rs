//! `[[pods]]`: people and agents who deliver together.

use std::collections::BTreeMap;

use domain::budget::Budget;
use domain::ids::{self, AgentId, Kind as _, PersonId, PodId};
use domain::limits::Limits;
use serde::Serialize;

use super::root::ROOT;
use super::{budget, limits};
use crate::read::{Entry, Section, Spec, optional, required, table};

/// A pod.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Pod {
    /// The name that the other files use.
    pub id: PodId,
    /// Its people; at least one.
    pub people: Vec<PersonId>,
    /// Its agents.
    pub agents: Vec<AgentId>,
    /// How many minutes a day its people have for reviews.
    pub review_minutes_per_day: Option<u32>,
    /// Limits on all its workflows together.
    pub limits: Limits,
    /// Budget of all its workflows together.
    pub budget: Budget,
}

pub(crate) static POD: Spec = Spec {
    title: "[[pods]]",
    place: "in [[pods]]",
    doc: "People and agents who deliver together.",
    keys: &[
        required("id", "\"support\"", "The name that workflows use."),
        required("people", "[\"maya\", \"tom\"]", "Its people, by id; at least one."),
        optional("agents", "[\"support-drafter\"]", "none", "Its agents: names that keys are given out to."),
        optional("review_minutes_per_day", "240", "unknown", "Minutes a day its people have for reviews."),
        table("limits", &limits::LIMITS, "unlimited", "Limits on all its workflows together."),
        table("budget", &budget::BUDGET, "unlimited", "Budget of all its workflows together."),
    ],
};

/// Reads every pod.
pub(crate) fn read(list: Option<Entry<'_>>) -> BTreeMap<PodId, Pod> {
    let sections = list.map(|list| list.sections(&POD, &ROOT)).unwrap_or_default();
    let mut pods = BTreeMap::new();
    for pod in sections.iter().filter_map(pod) {
        pods.entry(pod.id.clone()).or_insert(pod);
    }
    pods
}

fn pod(section: &Section<'_>) -> Option<Pod> {
    let id = section.get("id").and_then(|entry| {
        let id = entry.name::<ids::Pod>()?;
        entry.notes.declare(ids::Pod::NOUN, id.as_str(), entry.place);
        Some(id)
    });
    let pod = Pod {
        id: id?,
        people: section.get("people").map(|entry| people(&entry)).unwrap_or_default(),
        agents: section.get("agents").map(|entry| agents(&entry)).unwrap_or_default(),
        review_minutes_per_day: section.get("review_minutes_per_day").and_then(|entry| entry.small_count(0)),
        limits: limits::read(section.inner("limits")),
        budget: budget::read(section.inner("budget")),
    };
    Some(pod)
}

fn people(entry: &Entry<'_>) -> Vec<PersonId> {
    let people: Vec<_> = entry.refer_all::<ids::Person>().into_iter().map(|person| person.value).collect();
    if people.is_empty() && entry.is_empty_list() {
        entry.wrong("a pod has at least one person", "name who answers for its work".to_owned());
    }
    people
}

fn agents(entry: &Entry<'_>) -> Vec<AgentId> {
    let mut agents = Vec::new();
    for item in entry.items() {
        let Some(agent) = item.name::<ids::Agent>() else { continue };
        if agents.contains(&agent) {
            item.notes.warn(item.place, format!("`{agent}` is listed twice in `agents`"), None);
        } else {
            agents.push(agent);
        }
    }
    agents
}
