//! Which version of a prompt each run began with.
//!
//! Bounded in memory and in time: a run that is older, or was pushed out by sixty thousand newer
//! ones, takes the live version again. The lock is held for a look or a place.

use std::sync::{Arc, Mutex, PoisonError};

use config::Prompt;
use domain::Timestamp;
use domain::cache::{Find, Key, Shelf};
use domain::ids::PromptId;
use domain::inference::Attribution;
use domain::time::DAY_MS;
use sha2::{Digest, Sha256};

/// Bytes of all entries; each takes 256.
const CAPACITY: u64 = 16 << 20;

/// The versions that runs began with.
#[derive(Debug)]
pub(crate) struct Sticky(Mutex<Shelf<Arc<Prompt>>>);

impl Default for Sticky {
    fn default() -> Self {
        Self(Mutex::new(Shelf::new(CAPACITY)))
    }
}

impl Sticky {
    /// The version that a run began with.
    pub(crate) fn find(&self, run: &Attribution, name: &PromptId, now: Timestamp) -> Option<Arc<Prompt>> {
        let found = self.with(|shelf| shelf.find(&key(run, name), Find::Any, now));
        found.map(|found| found.value)
    }

    /// Takes note of the version that a run uses; it is remembered for a day after its last use.
    pub(crate) fn keep(&self, run: &Attribution, prompt: &Arc<Prompt>, now: Timestamp) {
        let key = key(run, &prompt.of.name);
        self.with(|shelf| shelf.keep(key, (Arc::clone(prompt), 0), (now, now.plus_ms(DAY_MS))));
    }

    /// Lets go of what has expired.
    pub(crate) fn sweep(&self, now: Timestamp) {
        self.with(|shelf| shelf.sweep(now));
    }

    fn with<T>(&self, work: impl FnOnce(&mut Shelf<Arc<Prompt>>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Names have no zero byte, and the run is the last.
fn key(run: &Attribution, name: &PromptId) -> Key {
    let text = format!("{}\0{name}\0{}", run.workflow, run.run);
    Key(Sha256::digest(text.as_bytes()).into())
}
