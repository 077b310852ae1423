//! The audit log, read.

use config::Workspace;
use domain::Timestamp;
use domain::audit::{Action, Entry};
use domain::ids::AuditId;
use domain::people::{Permit, acts};
use store::AuditFilter;

use crate::error::bad;
use crate::say::Say;
use crate::views::{AuditPage, AuditQuery, AuditRow};
use crate::{Control, Error, names};

/// How many rows a page has if nothing is said, and at most.
const PAGE: (u32, u32) = (50, 200);

const ACTIONS: [(Action, &str); 13] = [
    (Action::KeyCreated, "created a key"),
    (Action::KeyRevoked, "revoked a key"),
    (Action::SwitchTurned, "turned a switch"),
    (Action::SwitchDrilled, "drilled a switch"),
    (Action::ConfigLoaded, "made a configuration live"),
    (Action::ConfigRefused, "refused a configuration"),
    (Action::SignedIn, "signed in"),
    (Action::SignedOut, "was signed out"),
    (Action::SignInFailed, "refused a sign-in"),
    (Action::PasswordSet, "set a password"),
    (Action::LinkMade, "made a one-time link"),
    (Action::BudgetWarned, "saw a budget pass a mark"),
    (Action::ServerStarted, "started"),
];

impl Control {
    /// A page of the audit log, newest first.
    ///
    /// # Errors
    /// A refusal that names the field that can't be read, a fault where the log can't.
    pub async fn audit(&self, _permit: &Permit<acts::Look>, query: &AuditQuery) -> Result<AuditPage, Error> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let action = match given(&query.action) {
            None => None,
            Some(word) => Some(
                Action::parse(&word).ok_or_else(|| bad("action", format!("there is no action {word:?}")))?,
            ),
        };
        let cursor = match given(&query.cursor) {
            None => None,
            Some(text) => Some(text.parse::<AuditId>().map_err(|error| bad("cursor", error.to_string()))?),
        };
        let who = given(&query.who).map(|who| self.with_workspace(|workspace| id_of(workspace, &who)));
        let filter = AuditFilter { who, action, subject: given(&query.subject) };
        let limit = limit(query.limit);
        let mut entries = self.store().audit(&filter, cursor, limit + 1).await?;
        let next = (entries.len() > as_usize(limit)).then(|| {
            entries.truncate(as_usize(limit));
            entries.last().map(|entry| entry.id.to_string())
        });
        let snapshot = self.snapshot();
        let filtered = filter != AuditFilter::default();
        Ok(AuditPage {
            sentence: sentence(&entries, filtered),
            filter: query.clone(),
            rows: entries.iter().map(|entry| row(&snapshot.workspace, entry, self.now())).collect(),
            next: next.flatten(),
            actions: ACTIONS.iter().map(|(action, _)| action.as_str().to_owned()).collect(),
        })
    }
}

/// The id of whoever is meant by an id, a name or a mail address; what nobody has stays as it is.
fn id_of(workspace: &Workspace, who: &str) -> String {
    let same = |text: &str| text.eq_ignore_ascii_case(who.trim());
    let others = [("the operator", "operator"), ("countersign", "system")];
    let people = || workspace.people.values();
    // What is more exact comes first; a name that two people have means neither.
    let is_alone = people().filter(|person| same(&person.name)).count() == 1;
    let ids = people().map(|person| (person.id.as_str(), person.id.as_str()));
    let mails = people().map(|person| (person.email.as_str(), person.id.as_str()));
    let names = people().filter(|_| is_alone).map(|person| (person.name.as_str(), person.id.as_str()));
    let all = ids.chain(others.map(|(_, id)| (id, id))).chain(mails).chain(names).chain(others);
    let meant = all.into_iter().find(|(text, _)| same(text));
    meant.map_or(who, |(_, id)| id).to_owned()
}

/// How many rows: what was asked for, within bounds.
pub(crate) fn limit(asked: Option<u32>) -> u32 {
    asked.unwrap_or(PAGE.0).clamp(1, PAGE.1)
}

pub(crate) fn as_usize(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// One entry as a row.
pub(crate) fn row(workspace: &Workspace, entry: &Entry, now: Timestamp) -> AuditRow {
    let words = ACTIONS.iter().find(|(action, _)| *action == entry.action).map_or("", |(_, words)| words);
    AuditRow {
        id: entry.id.to_string(),
        at: entry.at.into(),
        who: entry.who.clone(),
        who_name: names::person(workspace, &entry.who, now).name,
        action: entry.action.as_str().to_owned(),
        words: words.to_owned(),
        subject: entry.subject.clone(),
        detail: entry.detail.clone(),
    }
}

fn sentence(entries: &[Entry], filtered: bool) -> crate::views::Sentence {
    let say = Say::new();
    match (entries.first(), filtered) {
        (Some(newest), false) => {
            say.text(&format!("Everything that was changed is here; the newest entry is of {}.", newest.at))
        }
        (Some(newest), true) => say.text(&format!("The newest entry that fits is of {}.", newest.at)),
        (None, true) => say.text("No entry fits."),
        (None, false) => say.text("Nothing was changed yet."),
    }
    .end()
}
