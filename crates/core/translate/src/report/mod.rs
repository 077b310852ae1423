//! What a translation could not carry, and what it refuses to try.
//!
//! Readers take the fields that they know and report the rest ([`Notes`]), so nothing is dropped
//! in silence: that is not a matter of care but of how a reader ends ([`crate::json::Fields::done`]).
//! Entries name fields, never values.

mod at;
mod loss;
mod notes;
mod refused;

pub use at::At;
pub use loss::{Kind, Loss, LossReport, Why};
pub use notes::{Mode, Notes};
pub use refused::Refused;
