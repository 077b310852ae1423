//! The small reader that every section is read with.
//!
//! A [`Section`] is a TOML table held against a [`Spec`], the table of keys it may have. Opening
//! one reports every unknown and every missing key; reading a key reports a wrong type, unit or
//! shape and yields nothing. Problems are collected in [`Notes`], never returned, so that one
//! wrong value hides no other. The same specs become the reference page.

mod entry;
mod nested;
mod notes;
mod quantity;
mod section;
mod source;
mod spec;

pub(crate) use entry::{At, Entry};
pub(crate) use notes::{Notes, Place, Reference};
pub(crate) use section::Section;
pub(crate) use source::Source;
pub(crate) use spec::{Key, Need, Spec, optional, required, required_table, table};
