//! The rules of Countersign, and nothing else.
//!
//! Every decision the product takes is a pure function here: it reads its arguments and returns
//! what should happen next. This crate never reads a clock, a file, a socket, a database or an
//! environment variable, and never draws a random number: callers pass [`time::Timestamp`]s and
//! seeds. That is what lets each rule be tested as a table and by properties.
//!
//! The list of modules below is the table of contents of the product.

pub mod abandoned;
pub mod audit;
pub mod budget;
pub mod cache;
mod endpoint;
pub mod finish;
pub mod guarded;
pub mod holder;
pub mod ids;
pub mod inference;
pub mod invariants;
pub mod keys;
pub mod limits;
pub mod meant;
pub mod money;
pub mod people;
pub mod prompt;
pub mod proxy;
pub mod refusal;
pub mod routing;
pub mod secret;
pub mod switch;
pub mod telemetry;
pub mod time;
pub mod usage;

pub use money::NanoUsd;
pub use refusal::Refusal;
pub use time::Timestamp;
pub use usage::Usage;
