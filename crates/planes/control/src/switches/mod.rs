//! Kill switches: shown, previewed, turned.
//!
//! A turn is decided by `domain::switch`, stored with its audit entry in one transaction,
//! published to the data plane, and copied to the mirror file. While the database is away a
//! switch can still be turned: the turn waits in the mirror file and is stored when the database
//! is back. A drill is two such turns with a measurement between. What happens within a second is that new calls are refused.

mod check;
mod consequence;
mod drill;
mod page;
mod turn;

pub(crate) use check::agent as known_agent;
pub(crate) use page::works;
pub(crate) use turn::{PATIENCE, Record};
