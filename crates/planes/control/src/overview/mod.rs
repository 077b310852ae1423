//! The overview, what needs a person now, and finding things by name.

mod attention;
mod find;
mod page;
mod refusing;

pub(crate) use attention::{ledger_view, set_aside};
