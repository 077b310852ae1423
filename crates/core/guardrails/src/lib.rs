//! What may pass: personal data and secrets in texts, and tools that a workflow may not use.
//!
//! A [`Scanner`] is compiled once for a set of kinds and rules. A [`Session`] holds what one call
//! shares: what is done with hits, the pseudonyms in use, the counts. A [`Flow`] is one text that
//! may come in fragments: what it lets pass is the same however the text was split, and it holds
//! back only while a match may be under way, never more than [`MOST_HELD`] bytes.
//!
//! This crate never does I/O, never logs, and never puts a value it found anywhere but into the
//! pseudonym table of its own session. What it can and can't find is measured on a corpus:
//! `cargo xtask bench redaction`.

mod encoded;
mod flow;
mod kind;
mod recognise;
mod rule;
mod scan;
mod session;
mod starts;
mod tools;
mod vault;
mod window;
mod words;

pub use flow::{Flow, MOST_HELD, Step, apply, redact, redact_text};
pub use kind::{Action, Kind, Kinds, What};
pub use rule::{BadRule, Rule};
pub use scan::Scanner;
pub use session::{Counts, Policy, Session};
pub use tools::ToolPolicy;
pub use vault::Vault;
