//! Fixtures for tests of the whole product: the real binary on a workspace of its own.
//!
//! A test starts a [`Server`] on a [`Workspace`] that points at the scripted provider, calls it over
//! plain HTTP, through the official SDKs or in a browser, and asks its command line what happened.
//! Nothing here reaches into the product: whatever a test sees, a user can see. When a server ends,
//! its log is searched for everything secret that went through it.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "only tests link this crate, and a fixture that can't be set up has to fail its test"
)]

pub mod browser;
pub mod http;
pub mod python;
mod ran;
pub mod server;
pub mod workspace;

use std::path::PathBuf;

pub use http::{Call, Open, Reply};
pub use ran::{Ran, alone};
pub use server::Server;
pub use testkit::{Upstream, wait_until};
pub use workspace::Workspace;

/// What every test asks. It must never show up in a log.
pub const PROMPT: &str = "Please answer in one sentence. kestrel-prompt-7c1f";
/// What the scripted provider answers. It must not show up either.
pub const ANSWER: &str = "The quick brown fox jumps over it.";
/// The provider's credential in the server's environment.
pub const UPSTREAM_KEY: &str = "sk-upstream-5f1e9a";

/// The folder of built things, `target/debug` or wherever cargo was told to build.
#[must_use]
pub fn built() -> PathBuf {
    let exe = std::env::current_exe().expect("the path of the test");
    // Tests stand in a folder `deps`, programs beside it.
    let deps = exe.ancestors().find(|folder| folder.file_name().is_some_and(|name| name == "deps"));
    deps.unwrap_or(&exe).parent().expect("a folder of built things").to_owned()
}

/// The binary under test.
///
/// # Panics
/// Where it was not built.
#[must_use]
#[track_caller]
pub fn binary() -> PathBuf {
    let path = built().join("countersign");
    assert!(
        path.exists(),
        "{} was not built: run `cargo xtask test`, or `cargo build -p countersign`",
        path.display()
    );
    path
}

/// What `cargo xtask test` has installed for the tests: `venv`, `axe`.
///
/// # Panics
/// Where it is not there.
#[must_use]
#[track_caller]
pub fn installed(name: &str) -> PathBuf {
    let path = built().parent().expect("a target folder").join("e2e").join(name);
    assert!(path.exists(), "{} is missing: run `cargo xtask test`, which installs it", path.display());
    path
}

/// A chat completion for this model.
#[must_use]
pub fn ask(model: &str) -> serde_json::Value {
    serde_json::json!({"model": model, "messages": [{"role": "user", "content": PROMPT}], "max_tokens": 50})
}

/// The same as a stream.
#[must_use]
pub fn ask_stream(model: &str) -> serde_json::Value {
    let mut body = ask(model);
    body["stream"] = true.into();
    body
}

/// The endpoint of chat completions.
pub const CHAT: &str = "/v1/chat/completions";
/// The endpoint of messages.
pub const MESSAGES: &str = "/v1/messages";
/// The endpoint of responses.
pub const RESPONSES: &str = "/v1/responses";
