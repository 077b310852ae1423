//! The real binary, serving.
//!
//! Started on a free port with a data folder of its own; ready when `/readyz` says so. Whatever
//! it prints is kept, and searched for secrets when it has ended.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::http::{Call, Reply};
use crate::ran::{self, Ran};
use crate::{ANSWER, PROMPT, UPSTREAM_KEY, Workspace, binary};

/// A server, or what is left of it after a kill.
#[derive(Debug)]
pub struct Server {
    /// Its workspace, for tests that change files.
    pub workspace: Workspace,
    /// Where it listens.
    pub address: SocketAddr,
    /// Its admin token.
    pub token: String,
    data: TempDir,
    child: Option<Child>,
    args: Vec<String>,
    environment: Vec<(String, String)>,
    patience: Duration,
    secrets: RefCell<Vec<String>>,
}

impl Server {
    /// Starts on this workspace.
    ///
    /// # Panics
    /// Where it is not ready in time; the text holds what it printed.
    #[must_use]
    #[track_caller]
    pub fn start(workspace: Workspace) -> Self {
        Self::start_with(workspace, &[])
    }

    /// Starts with more arguments for `serve`.
    ///
    /// # Panics
    /// As [`Server::start`].
    #[must_use]
    #[track_caller]
    pub fn start_with(workspace: Workspace, extra: &[&str]) -> Self {
        let mut args =
            vec!["serve", "--log", "debug", "--workspace", workspace.path().to_str().expect("a path")];
        args.extend_from_slice(extra);
        let args = args.into_iter().map(str::to_owned).collect();
        Self::launch(workspace, args, Duration::from_secs(20))
    }

    /// Starts with variables of the environment.
    ///
    /// # Panics
    /// As [`Server::start`].
    #[must_use]
    #[track_caller]
    pub fn start_in(workspace: Workspace, environment: &[(&str, &str)]) -> Self {
        let mut server = Self::start(workspace);
        server.stop();
        let owned = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        server.environment = owned.collect();
        server.restart();
        server
    }

    /// Starts the demo, which makes its own workspace and its history first.
    ///
    /// # Panics
    /// As [`Server::start`].
    #[must_use]
    #[track_caller]
    pub fn demo() -> Self {
        Self::launch(Workspace::empty(), vec!["demo".into()], Duration::from_secs(100))
    }

    #[track_caller]
    fn launch(workspace: Workspace, args: Vec<String>, patience: Duration) -> Self {
        let data = tempfile::Builder::new().prefix("cs-data-").tempdir().expect("a temporary folder");
        let mut server = Self {
            workspace,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            token: String::new(),
            data,
            child: None,
            args,
            environment: Vec::new(),
            patience,
            secrets: RefCell::new(vec![UPSTREAM_KEY.into(), PROMPT.into(), ANSWER.into()]),
        };
        server.restart();
        server
    }

    /// Starts again on the same folders, after [`Server::kill`] or [`Server::stop`].
    ///
    /// # Panics
    /// As [`Server::start`].
    #[track_caller]
    pub fn restart(&mut self) {
        assert!(self.child.is_none(), "it is still running");
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.log_path()).expect("a log");
        let mut command = Command::new(binary());
        command.args(&self.args).args(["--listen", "127.0.0.1:0", "--data"]).arg(self.data.path());
        command.env("UPSTREAM_KEY", UPSTREAM_KEY).stdin(Stdio::null());
        for name in [
            "COUNTERSIGN_URL",
            "COUNTERSIGN_TOKEN",
            "COUNTERSIGN_DATABASE_URL",
            "COUNTERSIGN_LISTEN",
            "OTEL_EXPORTER_OTLP_ENDPOINT",
        ] {
            command.env_remove(name);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdout(log.try_clone().expect("a log")).stderr(log);
        // A killed server leaves its file behind; what counts is the one of the server that now starts.
        let stale = std::fs::read_to_string(self.admin_path()).unwrap_or_default();
        self.child = Some(command.spawn().expect("the binary can be started"));
        let end = Instant::now() + self.patience;
        loop {
            let status =
                self.child.as_mut().and_then(|child| child.try_wait().expect("can ask for the child"));
            if let Some(status) = status {
                self.child = None;
                panic!("the server ended at once ({status}):\n{}", self.log());
            }
            if self.find(&stale) && self.is_ready() {
                break;
            }
            assert!(Instant::now() < end, "the server is not ready in time:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn find(&mut self, stale: &str) -> bool {
        let Ok(text) = std::fs::read_to_string(self.admin_path()) else { return false };
        let value: Value = serde_json::from_str(&text).unwrap_or_default();
        let (Some(url), Some(token)) = (value["url"].as_str(), value["token"].as_str()) else { return false };
        if text == stale {
            return false;
        }
        self.address = url.trim_start_matches("http://").trim_end_matches('/').parse().expect("an address");
        token.clone_into(&mut self.token);
        self.keep_secret(token);
        true
    }

    fn is_ready(&self) -> bool {
        Call::new(self.address, "GET", "/readyz").try_send().is_ok_and(|reply| reply.status == 200)
    }

    /// Where its state is.
    #[must_use]
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// The file it leaves for commands on this machine.
    #[must_use]
    pub fn admin_path(&self) -> PathBuf {
        self.data.path().join("admin.json")
    }

    /// Its address as a browser takes it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Everything it has printed.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    fn log_path(&self) -> PathBuf {
        self.data.path().with_extension("log")
    }

    /// Something that must not show up in the log.
    pub fn keep_secret(&self, secret: &str) {
        self.secrets.borrow_mut().push(secret.to_owned());
    }

    /// A request to it.
    #[must_use]
    pub fn call(&self, method: &str, path: &str) -> Call {
        Call::new(self.address, method, path)
    }

    /// A call of the gateway with this key.
    #[must_use]
    pub fn post(&self, path: &str, key: &str, body: &Value) -> Call {
        self.call("POST", path).bearer(key).json(body)
    }

    /// Reads from the HTTP API as the operator.
    #[must_use]
    pub fn get(&self, path: &str) -> Reply {
        self.call("GET", path).bearer(&self.token).send()
    }

    /// A key for a workflow.
    ///
    /// # Panics
    /// Where it can't be made.
    #[must_use]
    #[track_caller]
    pub fn key(&self, workflow: &str) -> String {
        self.key_with(workflow, &[]).1
    }

    /// A key for a workflow, with more arguments; its id and its secret.
    ///
    /// # Panics
    /// Where it can't be made.
    #[must_use]
    #[track_caller]
    pub fn key_with(&self, workflow: &str, more: &[&str]) -> (String, String) {
        let mut args = vec!["key", "create", "--workflow", workflow, "--json"];
        args.extend_from_slice(more);
        let made = self.cli(&args).expect(0).json();
        let text =
            |name: &str| made[name].as_str().unwrap_or_else(|| panic!("no {name} in {made}")).to_owned();
        let (id, key) = (text("id"), text("key"));
        assert!(key.starts_with("cs_"), "a key starts with cs_");
        self.keep_secret(&key);
        (id, key)
    }

    /// Runs a command against it.
    #[must_use]
    pub fn cli(&self, args: &[&str]) -> Ran {
        let mut command = Command::new(binary());
        command.args(args).env("COUNTERSIGN_DATA", self.data.path()).stdin(Stdio::null());
        for name in ["COUNTERSIGN_URL", "COUNTERSIGN_TOKEN"] {
            command.env_remove(name);
        }
        ran::of(&command.output().expect("the binary can be started"))
    }

    /// The record of an inference, once it has ended and can be read.
    ///
    /// # Panics
    /// Where it can't be read in time.
    #[must_use]
    #[track_caller]
    pub fn inference(&self, id: &str) -> Value {
        crate::wait_until(&format!("the record of {id}"), || {
            let reply = self.get(&format!("/api/v1/inferences/{id}"));
            let record = (reply.status == 200).then(|| reply.json())?;
            (record["status"] != "running" && record["status"] != "open").then_some(record)
        })
    }

    /// The record of a run, once it holds so many inferences.
    ///
    /// # Panics
    /// Where it does not in time.
    #[must_use]
    #[track_caller]
    pub fn run(&self, id: &str, inferences: usize) -> Value {
        crate::wait_until(&format!("{inferences} inferences in the run {id}"), || {
            let reply = self.get(&format!("/api/v1/runs/{id}"));
            let record = (reply.status == 200).then(|| reply.json())?;
            (record["inferences"].as_array()?.len() >= inferences).then_some(record)
        })
    }

    /// What a workflow has cost and how many calls it has, once there are so many.
    ///
    /// # Panics
    /// Where there are not in time.
    #[must_use]
    #[track_caller]
    pub fn spend(&self, workflow: &str, calls: u64) -> Value {
        crate::wait_until(&format!("{calls} calls of {workflow} in the spend"), || {
            let page = self.get("/api/v1/spend?by=workflow").json();
            let row = page["rows"].as_array()?.iter().find(|row| row["key"] == workflow)?.clone();
            (row["figures"]["calls"].as_u64()? >= calls).then_some(row)
        })
    }

    /// Sends a signal, by its short name.
    ///
    /// # Panics
    /// Where it is not running.
    pub fn signal(&self, name: &str) {
        let pid = self.child.as_ref().expect("a running server").id().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &pid]).status().expect("kill can be run");
        assert!(sent.success(), "kill -{name} {pid}");
    }

    /// Ends it without a chance to tidy up.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }

    /// Ends it in good order, and looks at its log.
    ///
    /// # Panics
    /// Where it does not end in time, not with success, or has printed a secret.
    #[track_caller]
    pub fn stop(&mut self) {
        if let Some(problem) = self.end() {
            panic!("{problem}");
        }
    }

    fn end(&mut self) -> Option<String> {
        let mut child = self.child.take()?;
        drop(Command::new("kill").args(["-TERM", &child.id().to_string()]).status());
        let end = Instant::now() + Duration::from_secs(15);
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break status,
                _ if Instant::now() > end => {
                    drop(child.kill());
                    drop(child.wait());
                    return Some(format!("the server did not end in 15 s:\n{}", self.log()));
                }
                _ => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        let log = self.log();
        if !status.success() {
            return Some(format!("the server ended with {status}:\n{log}"));
        }
        self.leak(&log)
    }

    /// What of the secrets is in the log, or what shows that a part of it broke.
    fn leak(&self, log: &str) -> Option<String> {
        let secrets = self.secrets.borrow();
        let line = log.lines().find(|line| {
            secrets.iter().any(|secret| line.contains(secret.as_str())) || line.contains("panicked at")
        })?;
        Some(format!("the log must not say this: {line}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let problem = self.end();
        let log = self.log();
        drop(std::fs::remove_file(self.log_path()));
        if std::thread::panicking() {
            // The test has failed already; what the server said will help.
            let tail: Vec<&str> = log.lines().rev().take(60).collect();
            let tail: Vec<&str> = tail.into_iter().rev().collect();
            drop(std::io::Write::write_all(
                &mut std::io::stderr(),
                format!("\nthe server's log:\n{}\n", tail.join("\n")).as_bytes(),
            ));
        } else if let Some(problem) = problem {
            panic!("{problem}");
        }
    }
}
