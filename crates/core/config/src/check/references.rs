//! Names that must be declared somewhere, and people who are about to leave.

use std::collections::BTreeMap;

use domain::ids::{self, Kind as _, PersonId};

use crate::read::{Notes, Reference};
use crate::sections::people::Person;
use crate::sections::workflow;
use crate::{Pattern, pattern, suggest};

/// Reports every reference to something that is not declared.
pub(crate) fn dangling(notes: &Notes) {
    for reference in notes.references() {
        if !notes.is_declared(reference.noun, &reference.name) {
            report(notes, &reference);
        }
    }
}

fn report(notes: &Notes, reference: &Reference) {
    let Reference { noun, name, place } = reference;
    let declared = notes.names(noun);
    let section = match *noun {
        "person" => "[[people]] with this id",
        "pod" => "[[pods]] with this id",
        "provider" => "a section [providers.NAME]",
        "workflow" => return no_workflow(notes, reference, &declared),
        _ => "a section [routes.NAME]",
    };
    let help = match suggest::nearest(name, declared.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if declared.is_empty() => format!("there is none yet: add {section} to countersign.toml"),
        None => {
            let known = suggest::list(declared.iter().map(String::as_str));
            format!("use one of {known}; or add {section} to countersign.toml")
        }
    };
    notes.error(*place, format!("there is no {noun} `{name}`"), help);
}

/// A workflow is a file of its own.
fn no_workflow(notes: &Notes, reference: &Reference, declared: &[String]) {
    let help = match suggest::nearest(&reference.name, declared.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("add a file workflows/{}.toml", reference.name),
    };
    notes.error(reference.place, format!("there is no workflow `{}`", reference.name), help);
}

/// Warns of patterns that match no provider.
pub(crate) fn patterns(notes: &Notes, draft: &workflow::Draft) {
    let providers = notes.names(ids::Provider::NOUN);
    for allowed in &draft.allow {
        let Pattern::Model { provider, .. } = &allowed.value else { continue };
        if !providers.iter().any(|name| pattern::matches(provider, name)) {
            let known = providers.iter().map(String::as_str);
            let help = suggest::help(provider, known, "the providers are");
            notes.warn(
                allowed.place,
                format!("\"{}\" matches nothing: no such provider", allowed.value),
                help,
            );
        }
    }
}

/// Warns of owners who leave.
pub(crate) fn people(notes: &Notes, people: &BTreeMap<PersonId, Person>, draft: &workflow::Draft) {
    let owner = &draft.workflow.owner;
    if let Some(left) = people.get(owner).and_then(|person| person.left) {
        let help = "name another owner before that day".to_owned();
        notes.warn(
            draft.owner,
            format!("`{owner}` leaves on {}: calls are refused from then on", left.date()),
            help,
        );
    }
}
