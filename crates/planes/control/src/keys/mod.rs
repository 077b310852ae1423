//! Gateway keys: created, listed, revoked.
//!
//! A key's secret is `cs_` and 48 hexadecimal digits. It is in the answer to its creation and
//! nowhere else; stored is its SHA-256. Every change is published to the data plane at once.

mod change;
mod page;
mod permit;
mod read;

pub(crate) use page::ends_soon;
