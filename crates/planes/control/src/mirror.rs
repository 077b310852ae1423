//! Copies in the data folder of what must hold even when the server starts without its database.
//!
//! `switches.json`: what was switched off stays off. `keys.json`: keys, by the hash of their
//! secret, so that applications are known again. Both are written after each change; the database
//! goes first where it can be read.

use std::path::{Path, PathBuf};

use domain::keys::Key;
use domain::switch::{Board, State, Switch};
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
    /// Turns that the database does not have yet.
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
            let waiting = mirror.map(|mirror| mirror.waiting).unwrap_or_default();
            let board = Board::new(number, with_turns(switches, &waiting));
            Ok(Found { keys, board, waiting, fresh: true })
        }
        Err(fault) if fault.passing => {
            tracing::warn!(
                error = fault.chain(),
                "the database is away; starting from copies of keys and switches"
            );
            let mirror = mirror?.unwrap_or_default();
            let keys = files::read_json(&keys_file(data))?.unwrap_or_default();
            let board = Board::new(mirror.number, mirror.switches);
            Ok(Found { keys, board, waiting: mirror.waiting, fresh: false })
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
        let Deferred::Turn { switch, .. } = deferred else { continue };
        let newer = switches.iter().all(|known| known.scope != switch.scope || known.since <= switch.since);
        if newer {
            switches.retain(|known| known.scope != switch.scope);
            switches.push(switch.clone());
        }
    }
    switches.retain(|switch| switch.state != State::On);
    switches
}
