//! The gateway as its callers meet it: a real one, over HTTP, between a client and a scripted
//! provider, with a real ledger in a folder of its own.
//!
//! Every test looks from both ends: what the caller got, and what the ledger says happened.
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail their test")]

mod budgets;
mod cache;
mod faults;
mod gemini;
mod guards;
mod leaving;
mod limits;
mod passing;
mod prompts;
mod refusals;
mod reply;
mod routes;
mod speaks;
mod surface;
mod switches;
mod telemetry;
mod told;
mod translated;
mod world;
