//! Requests.

mod read;
mod think;
mod write;

pub use read::read;
pub(crate) use think::Plan;
pub use write::write;
pub(crate) use write::{lose_penalties, no_arguments, results_first};
