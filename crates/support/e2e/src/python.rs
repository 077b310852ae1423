//! The official Python SDKs, as their users run them.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::installed;

/// Runs a script of `tests/sdk` in the prepared environment; what it prints is JSON.
///
/// # Panics
/// Where it fails, with what it said.
#[must_use]
#[track_caller]
pub fn script(name: &str, args: &[&str]) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sdk").join(name);
    let mut python = Command::new(installed("venv").join("bin/python"));
    python
        .arg("-I")
        .arg("-B")
        .arg(&path)
        .args(args)
        .stdin(Stdio::null())
        .env_clear()
        .env("LC_ALL", "C.UTF-8");
    let output = python.output().expect("python can be started");
    assert!(output.status.success(), "{name} failed:\n{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the script prints JSON")
}
