//! What was charged in the current windows, from the database, or from a copy while it is away.
//!
//! A server that starts without its database must not take every budget for unspent. `budgets.json`
//! in the data folder holds what this server last knew; it is written every second in which that
//! changed, and at the end. After a crash it can be a second behind, until the database answers.
//! An embedded database can't be away, so beside one there is no copy.
//!
//! The data plane counts only against budgets that there are. One that begins while the server runs,
//! or whose window changes, has to count what its holder was charged before: the data plane is told
//! so before the budget is live, and again until the calls that began before it have ended.

use std::path::PathBuf;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use domain::Timestamp;
use domain::keys::Key;
use domain::switch::Scope;
use ledger::{Charged, Retry};

use crate::{Control, Fault, files};

/// How long the ledger's database may take to take in what was recorded.
const CATCH_UP: Duration = Duration::from_secs(1);
/// How long calls that began before a budget are waited for, in milliseconds.
const STRAGGLERS_MS: i64 = 600_000;

impl Control {
    /// What every holder was charged in the current day and month.
    ///
    /// # Errors
    /// Where the database can't be read for a reason that won't pass, or neither it nor the copy can.
    pub async fn charges(&self) -> Result<Vec<Charged>, Fault> {
        match self.ledger().settled_all(self.now()).await {
            Ok(charged) => Ok(charged),
            Err(fault) if fault.retry == Retry::Later && self.copies_charges() => {
                tracing::warn!(error = %fault.chain(), "the database is away; budgets start from their copy");
                Ok(files::read_json(&self.charges_file())?.unwrap_or_default())
            }
            Err(fault) => Err(fault.into()),
        }
    }

    /// Whether the database can be away, so that a copy is of use.
    #[must_use]
    pub fn copies_charges(&self) -> bool {
        self.store().is_shared()
    }

    /// Writes the copy.
    ///
    /// # Errors
    /// Where it can't be written.
    pub async fn copy_charges(&self, charged: &[Charged]) -> Result<(), Fault> {
        files::write_json(&self.charges_file(), &charged).await
    }

    /// Tells the data plane what was charged before; false where that could not be read. What it
    /// knows better stays.
    pub(crate) async fn recount(&self) -> bool {
        let current = self.ledger().caught_up(CATCH_UP).await;
        match self.charges().await {
            Ok(charged) => self.inner.plane.restore(charged),
            Err(fault) => {
                tracing::warn!(error = fault.chain(), "what was charged can't be read; it is tried again");
                return false;
            }
        }
        current
    }

    /// Has the data plane told again, for calls that began before what is live now.
    pub(crate) fn recount_later(&self) {
        *self.recount_until() = Some(self.now().plus_ms(STRAGGLERS_MS));
    }

    /// Tells it again while calls may be under way that began before the newest budgets.
    pub(crate) async fn recount_stragglers(&self) {
        let asked = *self.recount_until();
        let Some(until) = asked else { return };
        let none_runs = self.inner.plane.running(&Scope::All) == 0;
        let told = self.recount().await;
        let mut recount_until = self.recount_until();
        // One that failed is tried for as long as it takes: the database may be away for longer.
        if told && (none_runs || until < self.now()) && *recount_until == asked {
            *recount_until = None;
        }
    }

    fn recount_until(&self) -> MutexGuard<'_, Option<Timestamp>> {
        self.inner.recount_until.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn charges_file(&self) -> PathBuf {
        self.inner.parts.data.join("budgets.json")
    }
}

/// Whether a key with a budget is among `next` that was not among `live`.
pub(crate) fn gains_a_budget(live: &[Key], next: &[Key]) -> bool {
    let known = |key: &Key| live.iter().any(|one| one.id == key.id);
    next.iter().any(|key| !key.budget.is_open() && !known(key))
}
