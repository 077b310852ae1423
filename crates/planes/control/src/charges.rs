//! What was charged in the current windows, from the database, or from a copy while it is away.
//!
//! A server that starts without its database must not take every budget for unspent. `budgets.json`
//! in the data folder holds what this server last knew; it is written every second in which that
//! changed, and at the end. After a crash it can be a second behind, until the database answers.
//! An embedded database can't be away, so beside one there is no copy.

use std::path::PathBuf;

use ledger::{Charged, Retry};

use crate::{Control, Fault, files};

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

    fn charges_file(&self) -> PathBuf {
        self.inner.parts.data.join("budgets.json")
    }
}
