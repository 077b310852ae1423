//! Upstream model providers: one HTTP client for those on the network, one simulation in process.
//!
//! This crate moves bytes. It never reads or changes a body (but for unpacking what was to come
//! unpacked), never retries, and never decides where a call goes: the gateway does. What it adds is
//! care for the connection: TCP_NODELAY, pooling, and a time-out for each phase in which a provider
//! can hang.

mod client;
mod connect;
mod failure;
mod network;
pub mod simulated;
mod unpack;

pub use client::{Answer, Body, Client, Reached, Request};
pub use failure::Failure;
pub use unpack::forget_body;
