//! What each run has used, within bounded memory.
//!
//! Runs are countless and most are short, so this is a cache of two generations in front of the
//! ledger: when the young generation is full it becomes the old one, and what was old and is not
//! touched again is forgotten. A run that comes back after it was forgotten is read from the
//! ledger again ([`Runs::knows`] says when that is needed), so a cap never resets in mid-run. From
//! when its tally is at hand, everything of a run is counted, whatever limits it: so a limit that is
//! new to a run begins with what the run has used.

use std::collections::HashMap;

use crate::ids::{RunId, WorkflowId};
use crate::money::NanoUsd;

/// A run is counted per workflow: two workflows may use the same run id.
pub type RunKey = (WorkflowId, RunId);

/// What a run has used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunTally {
    /// Inferences begun.
    pub iterations: u64,
    /// Money charged.
    pub settled: NanoUsd,
    /// Money held by calls under way.
    pub reserved: NanoUsd,
}

/// Tallies of recent runs.
#[derive(Debug)]
pub struct Runs {
    young: HashMap<RunKey, RunTally>,
    old: HashMap<RunKey, RunTally>,
    generation: usize,
}

impl Default for Runs {
    fn default() -> Self {
        Self::with_generation(50_000)
    }
}

impl Runs {
    /// Keeps between one and two times `generation` runs.
    #[must_use]
    pub fn with_generation(generation: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), generation }
    }

    /// Whether the run's tally is at hand. If not, and the run may be older than this process or
    /// was forgotten, [`Runs::restore`] it first.
    #[must_use]
    pub fn knows(&self, run: &RunKey) -> bool {
        self.young.contains_key(run) || self.old.contains_key(run)
    }

    /// Brings a tally back from the ledger. Does nothing if the run became known meanwhile.
    pub fn restore(&mut self, run: RunKey, iterations: u64, settled: NanoUsd) {
        if !self.knows(&run) {
            self.insert(run, RunTally { iterations, settled, reserved: NanoUsd::ZERO });
        }
    }

    /// Whether no tally is at hand: no run is limited.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.young.is_empty() && self.old.is_empty()
    }

    /// Counts what a call used that has ended and was not counted in its run: nothing limited that
    /// when it began. Does nothing where the tally is not at hand: the ledger will bring back all of
    /// it.
    pub fn catch_up(&mut self, run: &RunKey, iterations: u64, settled: NanoUsd) {
        if self.knows(run) {
            let tally = self.tally(run);
            tally.iterations = tally.iterations.saturating_add(iterations);
            tally.settled += settled;
        }
    }

    /// The tally of a run, made if need be.
    pub fn tally(&mut self, run: &RunKey) -> &mut RunTally {
        if !self.young.contains_key(run) {
            let tally = self.old.remove(run).unwrap_or_default();
            self.insert(run.clone(), tally);
        }
        self.young.entry(run.clone()).or_default()
    }

    /// The tally of a run, if it is at hand.
    #[must_use]
    pub fn peek(&self, run: &RunKey) -> Option<RunTally> {
        self.young.get(run).or_else(|| self.old.get(run)).copied()
    }

    fn insert(&mut self, run: RunKey, tally: RunTally) {
        if self.young.len() >= self.generation {
            let busy = self.old.extract_if(|_, tally| tally.reserved > NanoUsd::ZERO).collect();
            self.old = std::mem::replace(&mut self.young, busy);
        }
        self.young.insert(run, tally);
    }
}
