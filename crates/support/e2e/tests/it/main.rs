//! The whole product, from outside: the real binary, real sockets, real SDKs, a real browser.
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail their test")]

mod attribution;
mod bad_input;
mod browser;
mod budgets;
mod commands;
mod crash;
mod faults;
mod keys;
mod limits;
mod passthrough;
mod postgres;
mod prompts;
mod proxies;
mod reload;
mod reported;
mod sdks;
mod service;
mod streams;
mod switches;
mod telemetry;

use e2e::{Server, Upstream, Workspace};

/// A server whose workflow `support` may use everything, and the provider behind it.
fn start() -> (Server, Upstream) {
    let upstream = Upstream::start();
    let server = Server::start(Workspace::new(&upstream));
    (server, upstream)
}

/// The same with more lines in the file of the workflow.
fn start_with(lines: &str) -> (Server, Upstream) {
    let upstream = Upstream::start();
    let server = Server::start(Workspace::new(&upstream).with_workflow("support", lines));
    (server, upstream)
}
