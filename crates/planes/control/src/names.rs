//! Names for people, where records and rows hold ids.

use config::{Workflow, Workspace};
use domain::Timestamp;
use domain::ids::WorkflowId;
use domain::switch::Switch;

use crate::error::{Error, not_found};
use crate::views::{PersonRef, SwitchView};

/// A person where they are mentioned, as of now.
pub(crate) fn person(workspace: &Workspace, id: &str, now: Timestamp) -> PersonRef {
    let name = match id {
        "operator" => Some("the operator".to_owned()),
        "system" => Some("Countersign".to_owned()),
        _ => None,
    };
    if let Some(name) = name {
        return PersonRef { id: id.to_owned(), name, here: true };
    }
    match workspace.people.values().find(|person| person.id.as_str() == id) {
        Some(person) => PersonRef {
            id: id.to_owned(),
            name: person.name.clone(),
            here: person.left.is_none_or(|left| now < left),
        },
        None => PersonRef { id: id.to_owned(), name: id.to_owned(), here: false },
    }
}

/// A switch where it is shown.
pub(crate) fn switch(workspace: &Workspace, switch: &Switch, now: Timestamp) -> SwitchView {
    SwitchView {
        scope: switch.scope.to_string(),
        state: switch.state.to_string(),
        reason: switch.reason.clone(),
        by: person(workspace, &switch.by, now),
        since: switch.since.into(),
    }
}

/// The workflow of that name.
///
/// # Errors
/// A refusal with the name that may have been meant.
pub(crate) fn workflow<'a>(workspace: &'a Workspace, id: &str) -> Result<&'a Workflow, Error> {
    let found = WorkflowId::new(id).ok().and_then(|id| workspace.workflows.get(&id));
    found.ok_or_else(|| not_found("workflow", id, workspace.workflows.keys().map(WorkflowId::as_str)))
}

/// The values that filters and forms offer.
pub(crate) fn choices(workspace: &Workspace, now: Timestamp) -> crate::views::FilterChoices {
    let mut owners: Vec<PersonRef> = workspace
        .workflows
        .values()
        .map(|workflow| person(workspace, workflow.owner.as_str(), now))
        .collect();
    owners.sort();
    owners.dedup();
    let targets = workspace.routes.values().flat_map(|route| route.targets.iter());
    let mut models: Vec<String> =
        targets.map(|target| format!("{}/{}", target.provider, target.model)).collect();
    models.sort();
    models.dedup();
    let mut agents: Vec<String> =
        workspace.pods.values().flat_map(|pod| &pod.agents).map(ToString::to_string).collect();
    agents.sort();
    agents.dedup();
    crate::views::FilterChoices {
        workflows: workspace.workflows.keys().map(ToString::to_string).collect(),
        owners,
        models,
        statuses: ledger::Ended::all().map(|ended| ended.as_str().to_owned()).collect(),
        agents,
    }
}
