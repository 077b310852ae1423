//! The record of a call against the names of the conventions, as tables.
//!
//! The names here are written out from the conventions and not taken from the code: a renamed
//! attribute breaks a dashboard.
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail their test")]

mod make;
mod metrics;
mod spans;
