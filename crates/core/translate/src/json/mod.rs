//! JSON as a tree that keeps what it was given: the order of keys, numbers as they are written,
//! keys that come twice.
//!
//! Schemas and arguments of tools pass through translation; a tree that sorts keys or rounds
//! numbers would change what a model sees. Parsing is the cursor of `protocols`, so the same
//! grammar and the same limit of nesting hold everywhere (RFC 8259, 127 levels).

mod fields;
mod number;
mod read;
mod tree;
mod write;

pub use fields::Fields;
pub use number::Number;
pub use read::{MOST_VALUES, Unreadable, complete_object, parse};
pub use tree::{Json, Object};
pub use write::{text, write, write_object};
