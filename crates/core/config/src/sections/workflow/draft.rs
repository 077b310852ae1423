//! Reading one workflow's file.

use domain::ids::{self, Kind as _, PersonId, ProviderId, RouteId, WorkflowId};

use super::{
    CACHE, CONTENT, FALLBACK, Lossy, REDACTION, REVIEW, StepRoute, TOOLS, Workflow, behaviour, cache,
    content, quality,
};
use crate::Pattern;
use crate::read::{At, Entry, Notes, Place, Section, Spec, optional, required, required_table, table};
use crate::sections::{budget, limits};

pub(crate) static WORKFLOW: Spec = Spec {
    title: "workflows/NAME.toml",
    place: "in a workflow",
    doc: "One workflow per file; the file's name is the workflow's. These keys stand at the top, above the first \
          section.",
    keys: &[
        required("title", "\"Draft replies to support tickets\"", "What it does, in one line."),
        required("owner", "\"maya\"", "The one person who answers for it. No owner, no traffic."),
        optional("deputy", "\"tom\"", "the owner alone", "Who stands in."),
        optional("escalation", "[\"tom\"]", "the owner alone", "Whom to call next, in order."),
        required("pod", "\"support\"", "The pod it belongs to."),
        required(
            "operating_model",
            "\"assisted\"",
            "Who drives: `copilot` (a human), `assisted` (a human approves), `autonomous` (a bounded domain) or \
             `platform` (a central team).",
        ),
        required("unit_of_work", "\"reply sent\"", "What one outcome is; costs are counted per unit."),
        required("good", "\"Correct, polite, sent unchanged.\"", "What a good outcome is, in words."),
        required_table("routes", &ROUTES, "Which models it may use."),
        table("limits", &limits::LIMITS, "unlimited", "How much may happen."),
        table("budget", &budget::BUDGET, "unlimited", "How much money may be spent."),
        table("content", &CONTENT, "hashes only", "What is kept of requests and answers."),
        table("cache", &CACHE, "none", "Whether answers are given again."),
        table(
            "redaction",
            &REDACTION,
            "nothing is looked for",
            "What is done with personal data and secrets.",
        ),
        table("tools", &TOOLS, "every tool", "The tools it may use."),
        table("review", &REVIEW, "none", "Which outcomes people look at."),
        optional("slo", "[slo.SIGNAL]", "none", "Targets on quality signals."),
        table("fallback", &FALLBACK, "people do the work", "What happens when no variant is good."),
    ],
};

pub(crate) static ROUTES: Spec = Spec {
    title: "[routes]",
    place: "in [routes]",
    doc: "Which models a workflow may use. Callers name one in the body's `model`.",
    keys: &[
        required("default", "\"standard\"", "The usual route; always allowed."),
        optional(
            "allow",
            "[\"standard\", \"economy\", \"local/*\"]",
            "the default route alone",
            "What else callers may ask for: routes by name, and `provider/model` patterns. The provider ends at the \
             first `/`; `*` matches anything, `/` too.",
        ),
        optional(
            "lossy",
            "\"refuse\"",
            "`allow`",
            "What happens where a target speaks another dialect than the caller and translation would lose something \
             of the request: `allow` names it in the record and in `x-countersign-loss`, `refuse` refuses the call.",
        ),
        optional(
            "steps",
            "{ \"summarise*\" = \"economy\" }",
            "none",
            "Routes for steps: a call for a route goes by this one instead where its header `x-countersign-step` \
             matches. `*` matches anything; a plain name wins, then the pattern with the most letters. Also as a \
             section [routes.steps].",
        ),
    ],
};

/// Sections that are read and checked, and that no part of the gateway acts on yet.
const NOT_ENFORCED: [&str; 2] = ["review", "slo"];

/// A workflow with the places that later checks point at.
pub(crate) struct Draft {
    pub(crate) workflow: Workflow,
    /// Where the owner is named.
    pub(crate) owner: Place,
    /// One per element of `allow`.
    pub(crate) allow: Vec<At<Pattern>>,
    /// Sections that nothing acts on yet.
    pub(crate) idle: Vec<At<&'static str>>,
}

/// Who answers for a workflow.
struct Ownership {
    owner: Option<At<PersonId>>,
    deputy: Option<PersonId>,
    escalation: Vec<PersonId>,
}

/// Reads one file. `path` is its path, which names the workflow.
pub(crate) fn read(section: &Section<'_>, id: WorkflowId) -> Option<Draft> {
    let notes = section.notes;
    let text = |name| section.get(name).and_then(|entry: Entry<'_>| entry.text());
    let (title, unit_of_work, good) = (text("title"), text("unit_of_work"), text("good"));
    let ownership = ownership(section);
    let pod = section.get("pod").and_then(|entry| entry.refer::<ids::Pod>());
    let operating_model = section.get("operating_model").and_then(|entry| entry.word());
    let routes = section.inner("routes");
    let (default_route, allow) = routes.as_ref().map(allowed).unwrap_or_default();
    let lossy = routes.as_ref().and_then(|routes| routes.get("lossy")).and_then(|entry| entry.word());
    let steps = routes.as_ref().and_then(|routes| routes.get("steps"));
    let steps = steps.map(|entry| self::steps(&entry)).unwrap_or_default();
    let limits = limits::read(section.inner("limits"));
    let budget = budget::read(section.inner("budget"));
    let content = content::read(section.inner("content"));
    let cache = cache::read(section.inner("cache"));
    let redaction = behaviour::redaction(section.inner("redaction"), content.mode);
    if cache.is_some() {
        cache::warn_of_pseudonyms(section, &redaction);
    }
    let tools = behaviour::tools(section.inner("tools"));
    let review = quality::review(section.inner("review"));
    let slo = quality::slo(section.get("slo"), &WORKFLOW);
    let fallback = behaviour::fallback(section.inner("fallback"));
    let owner = ownership.owner?;
    let workflow = Workflow {
        id,
        title: title?,
        owner: owner.value,
        deputy: ownership.deputy,
        escalation: ownership.escalation,
        pod: pod?,
        operating_model: operating_model?,
        unit_of_work: unit_of_work?,
        good: good?,
        default_route: default_route?,
        allow: allow.iter().map(|pattern| pattern.value.clone()).collect(),
        lossy: lossy.unwrap_or(Lossy::Allow),
        steps,
        limits,
        budget,
        content,
        cache,
        redaction,
        tools,
        review,
        slo,
        fallback,
        variant: String::new(),
        source: notes.text(section.place.file).to_owned(),
        file: notes.file(section.place.file).to_owned(),
    };
    Some(Draft { workflow, owner: owner.place, allow, idle: idle(section) })
}

fn ownership(section: &Section<'_>) -> Ownership {
    let owner = section.get("owner").and_then(|entry| {
        let value = entry.refer::<ids::Person>()?;
        Some(At { value, place: entry.place })
    });
    let deputy = section.get("deputy").and_then(|entry| {
        let deputy = entry.refer::<ids::Person>()?;
        if owner.as_ref().is_some_and(|owner| owner.value == deputy) {
            let help = "name someone else, or leave `deputy` out".to_owned();
            entry.notes.warn(entry.place, format!("`{deputy}` is owner and deputy at once"), help);
        }
        Some(deputy)
    });
    let escalation =
        section.get("escalation").map(|entry| entry.refer_all::<ids::Person>()).unwrap_or_default();
    Ownership { owner, deputy, escalation: escalation.into_iter().map(|person| person.value).collect() }
}

fn allowed(routes: &Section<'_>) -> (Option<RouteId>, Vec<At<Pattern>>) {
    let default = routes.get("default").and_then(|entry| {
        if let Some((provider, model)) = entry.as_text().and_then(|text| text.split_once('/')) {
            let help = format!("name a route, and give it this target: [routes.NAME] targets = [{{ provider = {provider:?}, model = {model:?} }}]");
            entry.wrong("`default` must be a route, not a model of a provider", help);
            return None;
        }
        entry.refer::<ids::Route>()
    });
    let items = routes.get("allow").map(|entry| entry.items()).unwrap_or_default();
    let allow =
        items.iter().filter_map(|item| Some(At { value: pattern(item)?, place: item.place })).collect();
    (default, allow)
}

/// The routes of steps, in the order in which they are tried: the most particular pattern first.
fn steps(entry: &Entry<'_>) -> Vec<StepRoute> {
    let read = |step: &Entry<'_>| {
        if step.key.trim().is_empty() {
            let help = "write the step's name, or a pattern such as \"plan*\"".to_owned();
            step.notes.error(step.key_place, "a step has no name", help);
            return None;
        }
        Some(StepRoute { pattern: step.key.to_owned(), route: step.refer::<ids::Route>()? })
    };
    let mut steps: Vec<_> = entry.map().unwrap_or_default().iter().filter_map(read).collect();
    let letters = |step: &StepRoute| step.pattern.chars().filter(|c| *c != '*').count();
    steps.sort_by_key(|step| (step.pattern.contains('*'), std::cmp::Reverse(letters(step))));
    steps
}

fn pattern(entry: &Entry<'_>) -> Option<Pattern> {
    let text = entry.text()?;
    let Some((provider, model)) = text.split_once('/') else {
        if text.contains('*') {
            let help = "a pattern has a '/': \"local/*\" allows every model of one provider, \"*/*\" every model of all";
            entry.wrong(format!("{text:?} is neither a route nor a provider/model pattern"), help.to_owned());
            return None;
        }
        return entry.refer::<ids::Route>().map(Pattern::Route);
    };
    let plain = provider.replace('*', "a");
    if model.is_empty() || ProviderId::new(&plain).is_err() {
        let help = format!("write a {} and a model, such as \"local/*\"", ids::Provider::NOUN);
        entry.wrong(format!("{text:?} is not a provider/model pattern"), help);
        return None;
    }
    Some(Pattern::Model { provider: provider.to_owned(), model: model.to_owned() })
}

fn idle(section: &Section<'_>) -> Vec<At<&'static str>> {
    let present =
        |name: &'static str| section.get(name).map(|entry| At { value: name, place: entry.key_place });
    let approval =
        section.get("tools").filter(Entry::is_table).and_then(|tools| tools.map()).unwrap_or_default();
    let approval = approval.iter().find(|entry| entry.key == "approval");
    let approval = approval.map(|entry| At { value: "tools.approval", place: entry.key_place });
    NOT_ENFORCED.into_iter().filter_map(present).chain(approval).collect()
}

/// The workflow that a file defines, by its path: `None` for any other file.
pub(crate) fn stem(path: &str) -> Option<&str> {
    path.strip_prefix("workflows/")?.strip_suffix(".toml").filter(|stem| !stem.contains('/'))
}

/// Reads the name of a workflow off its path, and declares it.
pub(crate) fn name(notes: &Notes, file: usize) -> Option<WorkflowId> {
    let stem = stem(notes.file(file))?.to_owned();
    let place = Place { file, start: 0, end: 0 };
    match WorkflowId::new(&stem) {
        Ok(id) => {
            notes.declare(ids::Workflow::NOUN, id.as_str(), place);
            Some(id)
        }
        Err(_) => {
            let path = notes.file(file).to_owned();
            let help = "name the file with 1 to 64 lower-case letters, digits, '-', '_' and '.', a letter or digit first";
            let message = format!("{stem:?} can't be the name of a workflow");
            notes.of_file(crate::Severity::Error, &path, &message, Some(help.to_owned()));
            None
        }
    }
}
