//! How a ledger is opened, and what opening it found.

use std::path::PathBuf;

use db::Target;
use domain::time::SharedClock;

/// What a record must survive before it is acknowledged.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Durability {
    /// The end of the process, however it ends. A power cut may take the last moments.
    #[default]
    Process,
    /// A power cut: each group of records is forced to the disk.
    Power,
}

/// How to open a ledger.
#[derive(Clone)]
pub struct Settings {
    /// The database that reads are answered from. For SQLite, bodies go to a second file beside it.
    pub database: Target,
    /// The data folder; the journal is in `journal/` below it. One process at a time.
    pub data: PathBuf,
    /// Which life of which server this is. Calls opened under another name are swept at the start.
    pub instance: String,
    /// What a record must survive.
    pub durability: Durability,
    /// The time.
    pub clock: SharedClock,
    /// Bytes of bodies that may wait to be written; more are dropped.
    pub body_queue_bytes: usize,
    /// Bytes of journal that may wait for the database; beyond, no call is opened.
    pub max_spool_bytes: u64,
}

/// What opening a ledger found and did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Recovery {
    /// Records that were in the journal and not yet in the database.
    pub replayed: u64,
    /// Calls that were under way when an earlier life ended; each was charged its reservation.
    pub lost: u64,
    /// Bytes of a half-written record at the end of the journal, cut off. It was never acknowledged.
    pub torn_bytes: u64,
    /// Damaged records that were skipped.
    pub corrupt: u64,
    /// Whether the database did not answer. Then all records in the journal count as waiting, and
    /// calls that were left open are charged when it does.
    pub away: bool,
}
