//! `[[people]]`: the humans who own, review and approve.

use std::collections::BTreeMap;

use domain::ids::{self, Kind as _, PersonId};
use domain::people::Role;
use domain::time::Timestamp;
use serde::Serialize;

use super::root::ROOT;
use crate::read::{Entry, Section, Spec, optional, required};

/// A person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Person {
    /// The name that the other files use.
    pub id: PersonId,
    /// The name as people read it.
    pub name: String,
    /// Mail address; also the name to sign in with.
    pub email: String,
    /// What this person does here.
    pub roles: Vec<Role>,
    /// From when on this person is gone, and calls of what they own are refused.
    pub left: Option<Timestamp>,
}

pub(crate) static PERSON: Spec = Spec {
    title: "[[people]]",
    place: "in [[people]]",
    doc: "The humans who own workflows, review and approve. Any person may own a workflow.",
    keys: &[
        required("id", "\"maya\"", "The name that the other files use."),
        required("name", "\"Maya Chen\"", "The name as people read it."),
        required("email", "\"maya@acme.example\"", "Mail address; also what one signs in with."),
        optional(
            "roles",
            "[\"owner\", \"reviewer\"]",
            "may look at nothing",
            "What this person does here: `admin`, `owner`, `reviewer`, `approver`, `finance`, `auditor`, `viewer`.",
        ),
        optional(
            "left",
            "\"2026-11-01\"",
            "is here",
            "From when on this person is gone: calls of workflows they own are refused from then on.",
        ),
    ],
};

/// Reads everyone.
pub(crate) fn read(list: Option<Entry<'_>>) -> BTreeMap<PersonId, Person> {
    let Some(list) = list else { return BTreeMap::new() };
    let mut emails: BTreeMap<String, String> = BTreeMap::new();
    let mut people = BTreeMap::new();
    for section in list.sections(&PERSON, &ROOT) {
        let Some(person) = person(&section) else { continue };
        if let Some((entry, other)) = section.get("email").zip(emails.get(&person.email.to_lowercase())) {
            let help = "people sign in with it; give each person an address of their own".to_owned();
            entry.wrong(format!("`{other}` has this address too"), help);
        }
        emails.entry(person.email.to_lowercase()).or_insert_with(|| person.id.to_string());
        people.entry(person.id.clone()).or_insert(person);
    }
    let anyone = people.values().any(|person| person.roles.contains(&Role::Admin) && person.left.is_none());
    if !anyone && !people.is_empty() {
        let help = "give one person `roles = [\"admin\"]`".to_owned();
        list.notes.warn(list.key_place, "nobody is an admin", help);
    }
    people
}

fn person(section: &Section<'_>) -> Option<Person> {
    let id = section.get("id").and_then(|entry| {
        let id = entry.name::<ids::Person>()?;
        entry.notes.declare(ids::Person::NOUN, id.as_str(), entry.place);
        Some(id)
    });
    let name = section.get("name").and_then(|entry| entry.text());
    let email = section.get("email").and_then(|entry| email(&entry));
    let roles = section.get("roles").map(|entry| entry.words::<Role>()).unwrap_or_default();
    let left = section.get("left").and_then(|entry| entry.time());
    Some(Person { id: id?, name: name?, email: email?, roles, left })
}

/// A mail address as far as its shape can tell.
fn email(entry: &Entry<'_>) -> Option<String> {
    let text = entry.text()?;
    let plain = |part: &str| !part.is_empty() && !part.chars().any(|c| c.is_whitespace() || c.is_control());
    let shaped = text.split_once('@').is_some_and(|(local, host)| {
        plain(local) && plain(host) && !host.contains('@') && !host.starts_with('.') && !host.ends_with('.')
    });
    if !shaped {
        entry.wrong(
            format!("{text:?} is not a mail address"),
            "write one such as \"maya@acme.example\"".to_owned(),
        );
    }
    shaped.then_some(text)
}
