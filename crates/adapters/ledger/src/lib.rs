//! The ledger: what was asked, what answered, what it cost. Records are only ever added.
//!
//! A call is made only after its [`Opened`](domain::inference::Opened) is in the **journal**, a
//! plain file that a thread of its own appends to; when it has ended its
//! [`Fact`](domain::inference::Fact) follows. The database is filled from the journal behind the
//! callers' backs, in order and exactly once, because each transaction also moves the position up
//! to which the journal has been taken in. Where the database is away the journal grows, and
//! nothing else changes; after a crash the journal is read on from that position. Roll-ups are
//! written in the same transactions, so that pages never scan facts (`docs/adr/0002-journal-first-ledger.md`).
//!
//! Bodies are another matter: they are kept by [`Ledger::keep`] within a bound, may be dropped
//! under load, and leave a visible gap then.
//!
//! Nothing here decides anything about a call, and no content, no key and no bound value reaches
//! a log line or an error.

mod attach;
mod content;
mod health;
mod histogram;
mod ingest;
mod journal;
mod ledger;
mod open;
mod read;
mod recording;
mod settings;
mod sources;
mod verify;

pub use content::{Content, ContentState, Expired, Kept, Side, StoredContent};
pub use db::{Fault, Retry, Target};
pub use health::Health;
pub use ledger::{Ledger, NotTaken};
pub use read::{
    Charged, Cursor, Durations, Ended, GuardDay, GuardQuery, GuardRow, MOST_OF_A_RUN, MOST_ROWS, Page,
    PromptRow, RunFilter, RunRow, SeriesPoint, SeriesQuery, SpendBy, SpendQuery, SpendRow, Step,
    TelemetryQuery, TelemetryRow,
};
pub use recording::Recording;
pub use settings::{Durability, Recovery, Settings};
