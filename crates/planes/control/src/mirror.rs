//! Copies in the data folder of what must hold even when the server starts without its database.
//!
//! `switches.json`: what was switched off stays off. `keys.json`: keys, by the hash of their
//! secret, so that applications are known again. Both are written after each change; the database
//! goes first where it can be read.

use std::path::{Path, PathBuf};

use domain::audit::{Action, Entry};
use domain::keys::Key;
use domain::switch::{Board, Switch};
use serde::{Deserialize, Serialize};
use store::Store;

use crate::deferred::Deferred;
use crate::{Fault, files};

/// The switches as the mirror file holds them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Switches {
    /// The board's number.
    pub(crate) number: u64,
    /// Switches that are not on.
    pub(crate) switches: Vec<Switch>,
    /// Turns, and ends of keys, that the database does not have yet.
    #[serde(default)]
    pub(crate) waiting: Vec<Deferred>,
}

impl Switches {
    pub(crate) fn of(board: &Board, waiting: Vec<Deferred>) -> Self {
        Self { number: board.number(), switches: board.iter().cloned().collect(), waiting }
    }
}

pub(crate) fn switches_file(data: &Path) -> PathBuf {
    data.join("switches.json")
}

pub(crate) fn keys_file(data: &Path) -> PathBuf {
    data.join("keys.json")
}

/// What a start finds: from the database if it answers, else from the mirror.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) keys: Vec<Key>,
    pub(crate) board: Board,
    pub(crate) waiting: Vec<Deferred>,
    /// Switches that the database has lost.
    pub(crate) lost_switches: Vec<Switch>,
    /// Keys that the database has lost, or whose end it has lost.
    pub(crate) lost_keys: Vec<Key>,
    /// Whether the database answered.
    pub(crate) fresh: bool,
}

/// Finds keys and switches at the start.
///
/// # Errors
/// Where the database can't be used for a reason that won't pass. A database that is away is no
/// error; a mirror that can't be read then is.
pub(crate) async fn find(store: &Store, data: &Path) -> Result<Found, Fault> {
    let mirror = files::read_json::<Switches>(&switches_file(data));
    match from_store(store).await {
        Ok((keys, switches, number)) => {
            let mirror = mirror.unwrap_or_else(|fault| {
                tracing::error!(error = fault.chain(), "the copy of the switches can't be read");
                None
            });
            let mirror = mirror.unwrap_or_default();
            let (switches, lost_switches) =
                with_held(with_turns(switches, &mirror.waiting), &mirror.switches);
            let held: Vec<Key> = files::read_json(&keys_file(data)).ok().flatten().unwrap_or_default();
            let (keys, lost_keys) = with_held_keys(with_ends(keys, &mirror.waiting), &held);
            let board = Board::new(number.max(mirror.number), switches);
            Ok(Found { keys, board, waiting: mirror.waiting, lost_switches, lost_keys, fresh: true })
        }
        Err(fault) if fault.passing => {
            tracing::warn!(
                error = fault.chain(),
                "the database is away; starting from copies of keys and switches"
            );
            let mirror = mirror?.unwrap_or_default();
            let keys = files::read_json(&keys_file(data))?.unwrap_or_default();
            let keys = with_ends(keys, &mirror.waiting);
            let board = Board::new(mirror.number, mirror.switches);
            Ok(Found { keys, board, waiting: mirror.waiting, ..Found::default() })
        }
        Err(fault) => Err(fault),
    }
}

/// Reads keys, switches and the board's number from the database.
pub(crate) async fn from_store(store: &Store) -> Result<(Vec<Key>, Vec<Switch>, u64), Fault> {
    let revisions = store.revisions().await?;
    Ok((store.keys().await?, store.switches().await?, revisions.switches))
}

/// The switches of the database, with turns on top that it does not have yet.
pub(crate) fn with_turns(mut switches: Vec<Switch>, waiting: &[Deferred]) -> Vec<Switch> {
    for deferred in waiting {
        if let Deferred::Turn { switch, .. } = deferred {
            put_if_newer(&mut switches, switch);
        }
    }
    switches
}

/// The keys of the database, with ends on top that it does not have yet.
pub(crate) fn with_ends(mut keys: Vec<Key>, waiting: &[Deferred]) -> Vec<Key> {
    for deferred in waiting {
        if let Deferred::Revoke { key: id, entry } = deferred
            && let Some(key) = keys.iter_mut().find(|key| key.id == *id)
        {
            key.revoked.get_or_insert(entry.at);
        }
    }
    keys
}

/// The switches of the database with those on top that were thrown here and that it does not know,
/// and which these are. Rows of switches are never deleted and each turn is later than the one
/// before, so a database that has none, or an older one, has lost it: a crash took its last
/// commits, or an old copy of it was restored. What is off stays off until a person says otherwise.
pub(crate) fn with_held(mut switches: Vec<Switch>, held: &[Switch]) -> (Vec<Switch>, Vec<Switch>) {
    let lost = held.iter().filter(|switch| put_if_newer(&mut switches, switch)).cloned().collect();
    (switches, lost)
}

/// The keys of the database with those on top that were made or ended here and that it does not
/// know of, newest first, and which these are. A revoked key stays revoked.
pub(crate) fn with_held_keys(mut keys: Vec<Key>, held: &[Key]) -> (Vec<Key>, Vec<Key>) {
    let mut lost = Vec::new();
    for own in held {
        match keys.iter_mut().find(|key| key.id == own.id) {
            Some(key) if key.revoked.is_some() || own.revoked.is_none() => continue,
            Some(key) => key.revoked = own.revoked,
            None => keys.push(own.clone()),
        }
        lost.push(own.clone());
    }
    keys.sort_by_key(|key| std::cmp::Reverse(key.id));
    (keys, lost)
}

/// A switch that the database has lost, to be written there again with this entry.
pub(crate) fn lost_switch(switch: Switch, entry: Entry) -> Deferred {
    tracing::error!(scope = %switch.scope, "the database had lost a switch; it stays as it was turned");
    let detail = format!("stays {}: the database had lost this turn by {}", switch.state, switch.by);
    let entry = Entry { action: Action::SwitchTurned, subject: switch.scope.to_string(), detail, ..entry };
    Deferred::Turn { switch, entry }
}

/// A key that the database has lost, to be written there again with this entry.
pub(crate) fn lost_key(key: Key, entry: Entry) -> Deferred {
    tracing::error!(key.id = %key.id, "the database had lost a key, or its end; it is as it was");
    let action = if key.revoked.is_some() { Action::KeyRevoked } else { Action::KeyCreated };
    let detail = "the database had lost this; it was written again from the copy".to_owned();
    let entry = Entry { action, subject: key.id.to_string(), detail, ..entry };
    Deferred::Key { key: Box::new(key), entry }
}

fn put_if_newer(switches: &mut Vec<Switch>, switch: &Switch) -> bool {
    let newer = switches.iter().all(|known| known.scope != switch.scope || known.since < switch.since);
    if newer {
        switches.retain(|known| known.scope != switch.scope);
        switches.push(switch.clone());
    }
    newer
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;
    use domain::switch::State;

    use super::*;

    fn switch(scope: &str, state: State, ms: i64) -> Switch {
        let (reason, by) = ("why".to_owned(), "maya".to_owned());
        Switch { scope: scope.parse().unwrap(), state, reason, by, since: Timestamp::from_ms(ms) }
    }

    fn key(number: u8, revoked: Option<i64>) -> Key {
        Key {
            id: domain::ids::KeyId::new(Timestamp::from_ms(i64::from(number)), [number; 10]),
            hash: [number; 32],
            label: String::new(),
            workflows: Vec::new(),
            agent: None,
            created_by: "maya".into(),
            created: Timestamp::default(),
            expires: None,
            revoked: revoked.map(Timestamp::from_ms),
            limits: domain::limits::Limits::default(),
            budget: domain::budget::Budget::default(),
        }
    }

    #[test]
    fn a_key_that_was_revoked_stays_revoked() {
        let stored = vec![key(3, None), key(2, Some(9)), key(1, None)];
        let held = [key(4, None), key(3, Some(7)), key(2, None), key(1, None)];
        let (keys, lost) = with_held_keys(stored, &held);
        assert_eq!(keys, [key(4, None), key(3, Some(7)), key(2, Some(9)), key(1, None)]);
        assert_eq!(lost, held[..2]);
    }

    #[test]
    fn what_the_database_has_lost_stays_off_and_what_it_knows_better_does_not() {
        let stored = vec![switch("all", State::On, 5), switch("workflow/a", State::Fallback, 2)];
        let held = [
            switch("all", State::Off, 4),
            switch("workflow/a", State::Off, 3),
            switch("workflow/b", State::Off, 1),
        ];
        let (merged, lost) = with_held(stored, &held);
        assert_eq!(lost, held[1..]);
        let board = Board::new(1, merged);
        let thrown: Vec<_> = board.iter().map(|one| format!("{}={}", one.scope, one.state)).collect();
        assert_eq!(thrown, ["workflow/a=off", "workflow/b=off"]);
    }
}
