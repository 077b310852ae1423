//! The API over a real control plane: requests go in, answers are held against the description.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a fixture that can't be set up has to fail its test"
)]

mod answers;
mod schema;
mod server;
mod sign_in;
mod writes;
