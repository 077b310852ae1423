//! Takes the journal into the database: in order, exactly once, as far behind as need be.
//!
//! [`tally`] turns a stretch of journal into what to write, without touching the database;
//! [`stock`] writes it in one transaction together with the position; [`task`] says when. A stretch
//! that fails is read again later; one that the database refuses for good is taken apart, and
//! only the record at fault is set aside.

mod guards;
mod rows;
mod stock;
mod sums;
mod tally;
mod task;
mod telemetry;
mod traffic;

pub(crate) use stock::Stock;
pub(crate) use task::{Ingest, Progress, Signals, Step};
pub(crate) use traffic::{DAY, HOUR, MINUTE};
