//! Answers that are given again: what a caller wishes, what may be kept, and the shelf for it.
//!
//! A cache of model answers is safe only where a second look would have found the same: the same
//! workflow, the same configuration, the same request. That is the key's business. Here is the
//! rest: [`Wish`] reads what the caller says (RFC 9111 §5.2.1), [`unkept`] says why an answer must
//! not be kept, and [`Shelf`] holds what was kept, bounded in bytes and in time.
//!
//! This module never reads a clock, never makes a key, and never sees a text. Eviction is
//! first-in-first-out with a second chance (Corbató, "A paging experiment with the Multics
//! system", 1968): one bit an entry instead of a list that every look-up rewrites.

mod keep;
mod shelf;
#[cfg(test)]
mod tests;
mod wish;

use serde::{Deserialize, Serialize};

pub use keep::{Answered, Finish, Hands, Unkept, unkept};
pub use shelf::{Found, Shelf};
pub use wish::{Find, Keep, Wish};

use crate::ids::InferenceId;
use crate::money::NanoUsd;

/// What the cache did for one call of a workflow that has one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CacheUse {
    /// It answered.
    Hit(Hit),
    /// It was asked, and had nothing.
    Miss,
}

/// An answer out of the cache.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Hit {
    /// The inference whose answer it was.
    pub from: InferenceId,
    /// How old the answer is, in milliseconds.
    pub age_ms: i64,
    /// What that inference cost, and this one did not.
    pub saved: NanoUsd,
}

/// Everything that decides an answer, hashed: SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Key(pub [u8; 32]);
