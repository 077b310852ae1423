//! Requests.

mod write;

pub use write::write;
