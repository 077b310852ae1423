//! Requests.

mod read;
mod tools;
mod write;

pub use read::read;
pub use write::write;
