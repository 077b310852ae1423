//! The sections of the workspace files: one file each, with its types, its keys and its reader.
//!
//! A reader takes a [`crate::read::Section`] and yields the section's type. It reports what is
//! wrong with its own keys; what only shows when several sections are seen together is checked in
//! [`crate::check`].

pub(crate) mod budget;
pub(crate) mod gateway;
pub(crate) mod headers;
pub(crate) mod limits;
pub(crate) mod organisation;
pub(crate) mod people;
pub(crate) mod pods;
pub(crate) mod prices;
pub(crate) mod pricing;
pub(crate) mod prompt;
pub(crate) mod providers;
pub(crate) mod root;
pub(crate) mod routes;
pub(crate) mod speaks;
pub(crate) mod url;
pub(crate) mod workflow;
