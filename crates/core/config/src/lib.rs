//! The workspace files: parse, check, hash.
//!
//! A company describes its AI work in a folder of TOML files. [`load`] turns their texts into a
//! [`Workspace`] that needs no further checks, or into every [`Problem`] of every file at once.
//! The tables of keys that the parser accepts are also the source of the reference page
//! ([`reference::markdown`]), so that the two can't differ.
//!
//! This crate never reads a file, the environment or a clock, and never resolves a secret: a
//! [`SecretRef`] says where one is.

mod caches;
mod check;
mod guards;
mod hash;
mod load;
mod nonempty;
mod pattern;
mod problem;
mod read;
pub mod reference;
mod sample;
mod secrets;
mod sections;
mod snapshot;
mod suggest;
mod syntax;
mod words;
mod workspace;
mod yaml;

use std::collections::BTreeMap;

/// The texts of a workspace's files, by their path relative to its root, with `/` between folders. The
/// text of a file that [`interest`] asks only the name of may be left empty.
pub type Files = BTreeMap<String, String>;

pub use caches::CachePlan;
pub use check::files::{Interest, enters, interest};
pub use domain::budget::{AtLimit, Budget};
pub use domain::limits::Limits;
pub use guards::{Guards, Kept};
pub use load::load;
pub use nonempty::NonEmpty;
pub use pattern::Pattern;
pub use problem::{Problem, Severity};
pub use prompts::{Input, Prompt};
pub use sample::sample;
pub use sections::gateway::{Durability, Gateway, OnSwitch};
pub use sections::organisation::Organisation;
pub use sections::people::Person;
pub use sections::pods::Pod;
pub use sections::pricing::{Pricing, UnknownModel};
pub use sections::providers::{Api, PriceList, Provider, SecretRef};
pub use sections::routes::{AfterTimeout, Route, TargetSpec};
pub use sections::speaks::{LimitField, OpenaiWire, Speaks};
pub use sections::workflow::{
    ApprovalRule, Cache, CacheMode, Content, ContentMode, Fallback, Lossy, OperatingModel, Redaction,
    RedactionKind, RedactionMode, RedactionRule, Review, ReviewMode, Slo, Then, Tools, Workflow,
};
pub use snapshot::Snapshot;
pub use workspace::{Resolved, Workspace};
