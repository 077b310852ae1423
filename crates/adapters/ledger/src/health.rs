//! How the ledger is: what waits, what failed last, what was given up.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use domain::time::Timestamp;

/// How the ledger is at a moment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Health {
    /// Whether calls can be opened: the journal can be written, and the spool has room.
    pub accepting: bool,
    /// Why the journal could not be written the last time it was tried, if it could not.
    pub journal_error: Option<String>,
    /// Why the database could not be written the last time it was tried, if it could not.
    pub database_error: Option<String>,
    /// Records in the journal that are not in the database yet. A few are normal under load.
    pub spooled_records: u64,
    /// Their bytes.
    pub spooled_bytes: u64,
    /// When the oldest of them began, where that is known.
    pub oldest: Option<Timestamp>,
    /// Damaged records found in the journal since the start. Each was skipped.
    pub corrupt_records: u64,
    /// Records that the database refused for good since the start; kept in `journal/rejected.log`.
    pub rejected_records: u64,
    /// Bodies dropped since the start, because too many were waiting or could not be written.
    pub dropped_bodies: u64,
    /// Bytes of bodies waiting to be written.
    pub waiting_body_bytes: u64,
}

/// The counters behind [`Health`], shared by the parts of the ledger.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) journal_error: Mutex<Option<String>>,
    pub(crate) database_error: Mutex<Option<String>>,
    pub(crate) oldest_ms: AtomicI64,
    pub(crate) corrupt: AtomicU64,
    pub(crate) rejected: AtomicU64,
    pub(crate) dropped: AtomicU64,
    pub(crate) journal_broken: AtomicBool,
}

impl Counters {
    pub(crate) fn set_journal_error(&self, error: Option<String>) {
        self.journal_broken.store(error.is_some(), Ordering::Relaxed);
        *self.journal_error.lock().unwrap_or_else(PoisonError::into_inner) = error;
    }

    pub(crate) fn journal_error(&self) -> Option<String> {
        self.journal_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_database_error(&self, error: Option<String>) {
        *self.database_error.lock().unwrap_or_else(PoisonError::into_inner) = error;
    }

    pub(crate) fn database_error(&self) -> Option<String> {
        self.database_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Remembers when the oldest waiting record began; `None`: nothing waits.
    pub(crate) fn set_oldest(&self, oldest: Option<Timestamp>) {
        self.oldest_ms.store(oldest.map_or(0, Timestamp::ms), Ordering::Relaxed);
    }

    pub(crate) fn oldest(&self) -> Option<Timestamp> {
        match self.oldest_ms.load(Ordering::Relaxed) {
            0 => None,
            ms => Some(Timestamp::from_ms(ms)),
        }
    }
}
