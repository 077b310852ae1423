//! What a workflow's declaration lacks. None of it stops a call but a missing owner.

use config::{PriceList, Snapshot, Workflow, Workspace};
use domain::Timestamp;
use domain::budget::Budget;

use crate::views::{Tone, Weakness};

/// Everything that is lacking, worst first.
pub(super) fn of(snapshot: &Snapshot, workflow: &Workflow, now: Timestamp) -> Vec<Weakness> {
    let workspace = &snapshot.workspace;
    let pod = workspace.pods.get(&workflow.pod);
    let organisation = &workspace.organisation;
    let open = |budget: &Budget| budget.day.is_none() && budget.month.is_none();
    let no_budget =
        open(&workflow.budget) && pod.is_none_or(|pod| open(&pod.budget)) && open(&organisation.budget);
    let no_limits = workflow.limits.is_open()
        && pod.is_none_or(|pod| pod.limits.is_open())
        && organisation.limits.is_open();
    let deputy = workflow.deputy.as_ref().and_then(|id| workspace.people.get(id));
    let no_deputy = deputy.is_none_or(|person| person.left.is_some_and(|left| left <= now));
    let file = &workflow.file;
    let mut found = Vec::new();
    let mut add = |lacks: bool, kind: &str, text: &str, help: String, tone: Tone| {
        if lacks {
            found.push(Weakness { kind: kind.to_owned(), text: text.to_owned(), help, tone });
        }
    };
    add(
        workspace.owner_of(workflow, now).is_none(),
        "no-owner",
        "its owner has left, so its calls are refused",
        format!("name a person who is here as owner in {file}"),
        Tone::Bad,
    );
    add(
        no_deputy,
        "no-deputy",
        "nobody stands in for the owner",
        format!("set deputy in {file}"),
        Tone::Info,
    );
    add(
        workflow.escalation.is_empty(),
        "no-escalation",
        "nobody is named to turn to next",
        format!("set escalation in {file}"),
        Tone::Info,
    );
    add(
        no_budget,
        "no-budget",
        "nothing limits what it may cost",
        format!("add [budget] to {file}"),
        Tone::Info,
    );
    add(no_limits, "no-limits", "nothing limits its rate", format!("add [limits] to {file}"), Tone::Info);
    add(
        workflow.limits.iterations_per_run.is_none(),
        "no-iteration-cap",
        "a run may loop without end",
        format!("set iterations_per_run under [limits] in {file}"),
        Tone::Info,
    );
    if let Some(target) = unpriced(snapshot, workflow, now) {
        add(
            true,
            "unknown-price",
            &format!("{target} has no price, so its costs are estimates"),
            "add the model to prices.toml".to_owned(),
            Tone::Info,
        );
    }
    found
}

/// Its kill switch was never tried.
pub(super) fn never_drilled(workflow: &Workflow) -> Weakness {
    Weakness {
        kind: "never-drilled".to_owned(),
        text: "its kill switch was never drilled".to_owned(),
        help: format!("run countersign switch drill workflow/{} at a quiet time", workflow.id),
        tone: Tone::Info,
    }
}

/// The first target of the workflow's routes that has no price where it needs one.
fn unpriced(snapshot: &Snapshot, workflow: &Workflow, now: Timestamp) -> Option<String> {
    let workspace: &Workspace = &snapshot.workspace;
    let routes = workspace.routes.values().filter(|route| workspace.may_use(workflow, &route.id));
    routes.flat_map(|route| route.targets.iter()).find_map(|target| {
        let provider = workspace.providers.get(&target.provider)?;
        let PriceList::Named(list) = &provider.price_list else { return None };
        let known = snapshot.book.find(list, &target.model, now).is_some();
        (!known).then(|| format!("{}/{}", target.provider, target.model))
    })
}
