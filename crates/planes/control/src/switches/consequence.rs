//! What turning a switch to a state does, in words, before it is turned.
//!
//! The words follow from what the data plane does: `gateway` ends running calls on off and
//! human-only unless `on_switch = "finish"`, lets them finish on fallback, passes over a target that
//! is not on where a route has others, and asks [`Workspace::on_fallback`] what fallback means. It
//! must never promise more than that.

use config::{OnSwitch, Route, TargetSpec, Workflow, Workspace};
use domain::ids::RouteId;
use domain::keys::Key;
use domain::switch::{Board, Scope, State};

use crate::views::SwitchConsequence;
use crate::words::plural;

/// What the words follow from.
pub(super) struct Facts<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) board: &'a Board,
    pub(super) scope: &'a Scope,
    /// Calls in the scope that run now.
    pub(super) running: u64,
    /// Keys that work and serve the scope.
    pub(super) keys: &'a [&'a Key],
}

/// What each state would do, in the order of [`State::ALL`].
pub(super) fn all(facts: &Facts<'_>) -> Vec<SwitchConsequence> {
    State::ALL.into_iter().map(|state| of(facts, state)).collect()
}

fn of(facts: &Facts<'_>, state: State) -> SwitchConsequence {
    let (text, codes) = match facts.scope {
        Scope::Tool(_) => (tool(state), Vec::new()),
        Scope::Model(..) | Scope::Provider(_) => target(facts, state),
        Scope::All | Scope::Workflow(_) | Scope::Prompt(_) | Scope::Agent(_) => caller(facts, state),
    };
    SwitchConsequence {
        state: state.to_string(),
        words: text,
        codes: codes.into_iter().map(str::to_owned).collect(),
    }
}

/// Calls go on without the tool; nothing that runs is ended.
fn tool(state: State) -> String {
    match state {
        State::On => "Calls may offer the tool again.",
        State::Fallback | State::HumanOnly | State::Off => {
            "Calls that offer the tool go on without it. A call of it in an answer is blocked. Nothing that runs is ended."
        }
    }
    .to_owned()
}

const OFF: &str = "CS-0301";
const HUMAN_ONLY: &str = "CS-0302";

fn caller(facts: &Facts<'_>, state: State) -> (String, Vec<&'static str>) {
    let running = running(facts, state);
    let keys = with_keys(facts);
    match state {
        State::On => (format!("Calls are answered again, {keys}."), vec![]),
        State::Off => (format!("{running} New calls get 503, {keys}."), vec![OFF]),
        State::HumanOnly => {
            (format!("{running} New calls get 409 and the owner's name, {keys}: {PEOPLE}."), vec![HUMAN_ONLY])
        }
        State::Fallback => {
            let (text, codes) = on_fallback(facts);
            (format!("{running} {text}"), codes)
        }
    }
}

const PEOPLE: &str = "people do the work until it is turned on again";

/// What fallback means for the workflows that the scope reaches.
fn on_fallback(facts: &Facts<'_>) -> (String, Vec<&'static str>) {
    let workflows = reached(facts);
    let among = |state| {
        let names = workflows.iter().filter(|one| facts.workspace.on_fallback(one) == state);
        names.map(|one| one.id.as_str()).collect::<Vec<_>>()
    };
    let (answered, people, refused) = (among(State::Fallback), among(State::HumanOnly), among(State::Off));
    let mut codes = Vec::new();
    let mut parts = Vec::new();
    let of = |names: &[&str]| match workflows.len() {
        1 => String::new(),
        _ => format!(" of {}", list(names)),
    };
    if !answered.is_empty() {
        parts.push(format!("New calls{} are answered by the fallbacks of their route.", of(&answered)));
    }
    if !people.is_empty() {
        parts.push(format!(
            "New calls{} get 409 and the owner's name, because there is no fallback: {PEOPLE}.",
            of(&people)
        ));
        codes.push(HUMAN_ONLY);
    }
    if !refused.is_empty() {
        parts.push(format!("New calls{} get 503, because there is no fallback.", of(&refused)));
        codes.push(OFF);
    }
    if parts.is_empty() {
        parts.push("No workflow has a key that it would concern.".to_owned());
    }
    (parts.join(" "), codes)
}

/// The workflows whose calls a switch over callers reaches.
fn reached<'a>(facts: &Facts<'a>) -> Vec<&'a Workflow> {
    let workspace = facts.workspace;
    let all = workspace.workflows.values();
    match facts.scope {
        Scope::Workflow(id) => all.filter(|one| one.id == *id).collect(),
        Scope::Prompt(name) => {
            let prompt = workspace.prompts.values().find(|prompt| prompt.of.name.as_str() == name);
            all.filter(|one| prompt.is_some_and(|prompt| prompt.serves(&one.id))).collect()
        }
        Scope::Agent(_) => {
            all.filter(|one| facts.keys.iter().any(|key| key.workflows.contains(&one.id))).collect()
        }
        Scope::All | Scope::Model(..) | Scope::Provider(_) | Scope::Tool(_) => all.collect(),
    }
}

/// A target that is not on is passed over, whichever state it is in.
fn target(facts: &Facts<'_>, state: State) -> (String, Vec<&'static str>) {
    if state == State::On {
        return ("New calls may go there again.".to_owned(), vec![]);
    }
    let (mut elsewhere, mut alone) = (Vec::new(), Vec::new());
    for route in facts.workspace.routes.values() {
        let targets = targets(facts.workspace, route);
        if !targets.iter().any(|target| within(facts.scope, target)) {
            continue;
        }
        let left = |target: &&TargetSpec| {
            !within(facts.scope, target) && facts.board.over_target(&target.provider, &target.model).is_none()
        };
        let side = if targets.iter().any(left) { &mut elsewhere } else { &mut alone };
        side.push(route.id.as_str());
    }
    let (get, code) = match state {
        State::HumanOnly => ("409 and the owner's name", HUMAN_ONLY),
        State::On | State::Fallback | State::Off => ("503", OFF),
    };
    let mut parts = vec![running(facts, state)];
    if !elsewhere.is_empty() {
        parts.push(format!("New calls go to other targets by {}.", routes(&elsewhere)));
    }
    if !alone.is_empty() {
        parts.push(format!("New calls by {} get {get}: there is no other target.", routes(&alone)));
    }
    if elsewhere.is_empty() && alone.is_empty() {
        parts.push("No route leads there.".to_owned());
    }
    parts.push(format!("Calls that ask for it by name get {get}."));
    (parts.join(" "), vec![code])
}

fn routes(names: &[&str]) -> String {
    format!("{} {}", if names.len() == 1 { "the route" } else { "the routes" }, list(names))
}

fn within(scope: &Scope, target: &TargetSpec) -> bool {
    match scope {
        Scope::Provider(id) => target.provider == *id,
        Scope::Model(id, model) => target.provider == *id && target.model == *model,
        Scope::All | Scope::Workflow(_) | Scope::Prompt(_) | Scope::Tool(_) | Scope::Agent(_) => false,
    }
}

/// Where a route may go: its own targets and those of the fallbacks it leads to.
fn targets<'a>(workspace: &'a Workspace, route: &'a Route) -> Vec<&'a TargetSpec> {
    let mut seen: Vec<&RouteId> = vec![&route.id];
    let mut queue = vec![route];
    let mut found = Vec::new();
    while let Some(route) = queue.pop() {
        found.extend(route.targets.iter());
        for next in route.fallback.iter().filter_map(|id| workspace.routes.get(id)) {
            if !seen.contains(&&next.id) {
                seen.push(&next.id);
                queue.push(next);
            }
        }
    }
    found
}

/// What becomes of calls that run.
fn running(facts: &Facts<'_>, state: State) -> String {
    let ends =
        matches!(state, State::HumanOnly | State::Off) && facts.workspace.gateway.on_switch == OnSwitch::Cut;
    match (facts.running, ends) {
        (0, _) => "No call is running.".to_owned(),
        (1, true) => "1 running call ends now.".to_owned(),
        (some, true) => format!("{some} running calls end now."),
        (some, false) => format!("{} may finish.", plural(some, "running call")),
    }
}

fn with_keys(facts: &Facts<'_>) -> String {
    match facts.keys.len() {
        0 => "but no key serves it".to_owned(),
        some => format!("with {}", plural(u64::try_from(some).unwrap_or(u64::MAX), "working key")),
    }
}

/// The first few names, and how many more there are.
fn list(names: &[&str]) -> String {
    const MOST: usize = 4;
    let more = names.len().saturating_sub(MOST);
    let shown = names.iter().take(MOST).copied().collect::<Vec<_>>();
    match (more, shown.as_slice()) {
        (0, [before @ .., last]) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        (0, only) => only.join(", "),
        (more, some) => format!("{} and {more} more", some.join(", ")),
    }
}
