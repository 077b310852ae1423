//! The pages over HTTP, on the real control plane, ledger and store, with a data plane that only
//! remembers what it was told.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that can't go on has failed"
)]

mod journey;
mod safety;
mod server;
