//! Everyone in the workspace.

use std::collections::HashMap;

use config::{Person, Workspace};
use domain::Timestamp;
use domain::people::{Permit, acts};
use store::PersonSessions;

use super::session::open;
use crate::say::Say;
use crate::views::{PeoplePage, PersonRow, Sentence, Tone};
use crate::{Control, Error};

impl Control {
    /// Everyone in the workspace.
    ///
    /// # Errors
    /// A fault where sessions can't be read.
    pub async fn people(&self, _permit: &Permit<acts::Look>) -> Result<PeoplePage, Error> {
        let passwords = self.store().passwords().await?;
        let sessions: HashMap<_, _> = self
            .store()
            .open_sessions(open(self.now()))
            .await?
            .into_iter()
            .map(|sessions| (sessions.person.clone(), sessions))
            .collect();
        let snapshot = self.snapshot();
        let workspace = &snapshot.workspace;
        let rows: Vec<PersonRow> = workspace
            .people
            .values()
            .map(|person| PersonRow {
                can_sign_in: passwords.iter().any(|known| known.person == person.id),
                ..row(workspace, person, sessions.get(&person.id))
            })
            .collect();
        Ok(PeoplePage { sentence: sentence(&rows, self.now()), rows })
    }
}

/// How many are here, whether they can sign in, and how many have left.
fn sentence(rows: &[PersonRow], now: Timestamp) -> Sentence {
    let gone = |row: &&PersonRow| row.left.is_some_and(|left| left.timestamp() <= now);
    let left = rows.iter().filter(gone).count();
    let here = rows.len() - left;
    let waiting = rows.iter().filter(|row| !gone(row) && !row.can_sign_in).count();
    let say = Say::new().text(&match here {
        1 => "1 person is in the workspace".to_owned(),
        many => format!("{many} people are in the workspace"),
    });
    let say = match (waiting, here) {
        (0, 1) => say.text(" and can sign in"),
        (0, _) => say.text("; all of them can sign in"),
        (some, _) => say.text("; ").toned(Tone::Info, &format!("{} no password yet", have(some))),
    };
    match left {
        0 => say.text(".").end(),
        some => say.text(&format!("; {} left.", have(some))).end(),
    }
}

fn have(count: usize) -> String {
    if count == 1 { "1 has".to_owned() } else { format!("{count} have") }
}

fn row(workspace: &Workspace, person: &Person, sessions: Option<&PersonSessions>) -> PersonRow {
    let owns = workspace.workflows.values().filter(|workflow| workflow.owner == person.id);
    PersonRow {
        id: person.id.to_string(),
        name: person.name.clone(),
        email: person.email.clone(),
        roles: person.roles.iter().map(|role| role.as_str().to_owned()).collect(),
        left: person.left.map(Into::into),
        can_sign_in: false,
        last_seen: sessions.map(|sessions| sessions.seen.into()),
        sessions: sessions.map_or(0, |sessions| sessions.sessions),
        owns: owns.map(|workflow| workflow.id.to_string()).collect(),
    }
}
