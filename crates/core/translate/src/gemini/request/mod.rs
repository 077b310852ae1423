//! Requests.

mod config;
mod read;
mod write;

pub use read::read;
pub use write::write;
