//! What could not be written to the database yet.
//!
//! Turning a switch, revoking a key, loading a configuration and starting must work while the
//! database is away. What they would have written waits here, in order, and is written when the
//! database is back. Turns of switches and ends of keys also wait in the mirror file, so that they
//! survive the process. The queue
//! is bounded: it holds a few entries a day, and if it overflows the oldest go, with an error.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::audit::Entry;
use domain::ids::KeyId;
use domain::keys::Key;
use domain::switch::Switch;
use serde::{Deserialize, Serialize};
use store::{Part, Store, Tx};

use crate::Fault;

const MOST: usize = 4_096;

/// One thing that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Deferred {
    /// An audit entry by itself.
    Entry(Entry),
    /// A switch that was turned, with its entry.
    Turn {
        /// How it stands.
        switch: Switch,
        /// Who did that.
        entry: Entry,
    },
    /// A key that was ended, by whom and when its entry says.
    Revoke {
        /// The key.
        key: KeyId,
        /// Who did that.
        entry: Entry,
    },
    /// A key that the database has lost, with its entry.
    Key {
        /// The key, without its secret.
        key: Box<Key>,
        /// That it was written again.
        entry: Entry,
    },
    /// A configuration that went live, with its entry.
    Config {
        /// Its hash.
        hash: String,
        /// Its files.
        files: BTreeMap<String, String>,
        /// Its entry.
        entry: Entry,
    },
}

impl Deferred {
    /// What the audit log is to say of it.
    const fn entry(&self) -> &Entry {
        match self {
            Self::Entry(entry)
            | Self::Turn { entry, .. }
            | Self::Revoke { entry, .. }
            | Self::Key { entry, .. }
            | Self::Config { entry, .. } => entry,
        }
    }
}

/// The queue.
#[derive(Debug, Default)]
pub(crate) struct Queue(Mutex<VecDeque<Deferred>>);

impl Queue {
    /// A queue that begins with these.
    pub(crate) fn of(waiting: impl IntoIterator<Item = Deferred>) -> Self {
        Self(Mutex::new(waiting.into_iter().collect()))
    }

    /// Adds one.
    pub(crate) fn push(&self, deferred: Deferred) {
        let mut queue = self.queue();
        if queue.len() >= MOST {
            queue.pop_front();
            tracing::error!("the database has been away for so long that an audit entry was given up");
        }
        queue.push_back(deferred);
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.queue().len()
    }

    /// The turns of switches and ends of keys that wait, oldest first: what must survive the process.
    pub(crate) fn stops(&self) -> Vec<Deferred> {
        let stops = |one: &&Deferred| matches!(one, Deferred::Turn { .. } | Deferred::Revoke { .. });
        self.queue().iter().filter(stops).cloned().collect()
    }

    /// Writes all that waits in one transaction. True if anything was written. What cannot be
    /// written stays; writing it twice does no harm.
    pub(crate) async fn flush(&self, store: &Store) -> Result<bool, Fault> {
        let waiting: Vec<Deferred> = self.queue().iter().cloned().collect();
        if waiting.is_empty() {
            return Ok(false);
        }
        write(store, &waiting).await?;
        let mut queue = self.queue();
        for written in &waiting {
            if queue.front() == Some(written) {
                queue.pop_front();
            }
        }
        Ok(true)
    }

    fn queue(&self) -> MutexGuard<'_, VecDeque<Deferred>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn write(store: &Store, waiting: &[Deferred]) -> Result<(), Fault> {
    let mut tx = store.begin("write what waited for the database").await?;
    for deferred in waiting {
        put(&mut tx, deferred).await?;
        tx.append(deferred.entry()).await?;
    }
    tx.commit().await.map_err(Fault::from)
}

/// Writes one that waited, without its entry.
async fn put(tx: &mut Tx, deferred: &Deferred) -> Result<(), Fault> {
    match deferred {
        Deferred::Entry(_) => {}
        Deferred::Turn { switch, .. } => {
            tx.bump(Part::Switches).await?;
            tx.set_switch(switch).await?;
        }
        Deferred::Revoke { key, entry } => {
            tx.bump(Part::Keys).await?;
            tx.revoke_key(*key, &entry.who, entry.at).await?;
        }
        Deferred::Key { key, .. } => {
            tx.bump(Part::Keys).await?;
            tx.restore_key(key).await?;
        }
        Deferred::Config { hash, files, entry } => tx.add_config(hash, files, entry.at).await?,
    }
    Ok(())
}
