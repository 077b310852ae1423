//! What of a request decides its answer, and whether an answer came to its end by itself: the two
//! things a cache has to know of the wire formats.
//!
//! A request is taken member by member. The order of the top level does not matter, what stands
//! inside a member counts byte for byte. Members are left out only where no provider's answer can
//! depend on them or repeat them. Fails closed: a request that can't be read has no members, and
//! an answer that can't be read did not come to its end.

mod finish;
mod members;
#[cfg(test)]
mod tests;

pub use finish::finish;
pub use members::{Member, members};
