//! The pages over HTTP, on the real control plane, ledger and store, with a data plane that only
//! remembers what it was told.

mod journey;
mod safety;
mod server;
