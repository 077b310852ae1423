//! The processes under measurement: the upstream, and `countersign serve` on a workspace of its
//! own in a temporary folder. Both end with the value that holds them.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tempfile::TempDir;

use super::{CORES, pinned};
use crate::run::target;

/// The upstream's process.
pub(super) struct Upstream {
    pub(super) address: SocketAddr,
    child: Child,
}

impl Upstream {
    pub(super) fn start() -> anyhow::Result<Self> {
        let mut command = pinned(CORES[1], std::env::current_exe()?);
        command.args(["bench", "--role", "upstream"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("the upstream can't be started")?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        Ok(Self { address: line.trim().parse().context("the upstream did not say its address")?, child })
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A workspace, a data folder, and the server that runs on them (or does not, after a kill).
pub(super) struct Gateway {
    folder: TempDir,
    child: Option<Child>,
    pub(super) address: SocketAddr,
    pub(super) token: String,
}

impl Gateway {
    /// Writes the workspace and starts the server.
    pub(super) fn start(upstream: SocketAddr) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("cs-bench-").tempdir()?;
        workspace(folder.path(), upstream)?;
        let mut gateway = Self {
            folder,
            child: None,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            token: String::new(),
        };
        gateway.restart()?;
        Ok(gateway)
    }

    /// Starts the server on the same folders.
    pub(super) fn restart(&mut self) -> anyhow::Result<()> {
        let admin = self.folder.path().join("data/admin.json");
        drop(std::fs::remove_file(&admin));
        let log = std::fs::File::create(self.folder.path().join("log"))?;
        let mut command = pinned(CORES[0], binary()?);
        command.arg("serve").args(["--listen", "127.0.0.1:0", "--log", "warn"]);
        command.arg("--workspace").arg(self.folder.path().join("workspace"));
        command.arg("--data").arg(self.data()).env("BENCH_KEY", "sk-bench");
        let child = command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn()?;
        let child = self.child.insert(child);
        let end = Instant::now() + Duration::from_secs(60);
        let (url, token) = loop {
            if let Some(found) = read_admin(&admin) {
                break found;
            }
            if child.try_wait()?.is_some() || Instant::now() > end {
                let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
                bail!("the server does not start: {log}");
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        self.address = url.trim_start_matches("http://").trim_end_matches('/').parse()?;
        self.token = token;
        Ok(())
    }

    /// Where its state is.
    pub(super) fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// Makes a key of a workflow, with limits and budgets of its own.
    pub(super) fn key(&self, workflow: &str) -> anyhow::Result<String> {
        let answer = self.cli(&[
            "key",
            "create",
            "--workflow",
            workflow,
            "--json",
            "--requests-per-minute",
            "900000000",
            "--budget-month",
            "9000000 USD",
        ])?;
        let answer: serde_json::Value =
            serde_json::from_str(&answer).context("key create did not print JSON")?;
        Ok(answer["key"].as_str().context("key create printed no key")?.to_owned())
    }

    /// Asks the command line.
    pub(super) fn cli(&self, args: &[&str]) -> anyhow::Result<String> {
        let output = Command::new(binary()?).args(args).arg("--data").arg(self.data()).output()?;
        if !output.status.success() {
            bail!("countersign {} failed: {}", args.join(" "), String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Ends it without a chance to tidy up.
    pub(super) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }

    /// CPU seconds so far, user and system.
    pub(super) fn cpu(&self) -> anyhow::Result<f64> {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.pid()?))?;
        let fields: Vec<&str> = text.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok());
        // utime and stime are fields 14 and 15 of the file; two are gone with the name.
        let (user, system) = (ticks(11).context("no utime")?, ticks(12).context("no stime")?);
        Ok((user + system) / 100.0)
    }

    /// Resident memory in megabytes.
    pub(super) fn memory(&self) -> anyhow::Result<f64> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.pid()?))?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
    }

    fn pid(&self) -> anyhow::Result<u32> {
        Ok(self.child.as_ref().context("the server is not running")?.id())
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.kill();
    }
}

fn binary() -> anyhow::Result<std::path::PathBuf> {
    Ok(target()?.join("release/countersign"))
}

fn read_admin(path: &Path) -> Option<(String, String)> {
    let value: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()?;
    Some((value["url"].as_str()?.to_owned(), value["token"].as_str()?.to_owned()))
}

/// Keys, limits, budgets and prices on every level, none of them near its end.
fn workspace(folder: &Path, upstream: SocketAddr) -> anyhow::Result<()> {
    let root = folder.join("workspace");
    std::fs::create_dir_all(root.join("workflows"))?;
    std::fs::write(
        root.join("countersign.toml"),
        format!(
            r#"[organisation]
name = "Bench"
[organisation.limits]
requests_per_minute = 900000000
[organisation.budget]
month = "9000000 USD"

[[people]]
id = "maya"
name = "Maya Chen"
email = "maya@acme.example"
roles = ["admin"]

[[pods]]
id = "support"
people = ["maya"]
[pods.budget]
month = "9000000 USD"

[providers.local]
api = "openai"
base_url = "http://{upstream}/v1"
api_key = "env:BENCH_KEY"
prices = "openai"

[providers.foreign]
api = "anthropic"
base_url = "http://{upstream}"
api_key = "env:BENCH_KEY"

[routes.standard]
targets = [{{ provider = "local", model = "gpt-4o-mini" }}]
[routes.translated]
targets = [{{ provider = "foreign", model = "claude-haiku-4-5" }}]
"#
        ),
    )?;
    for (name, guards) in [("bench", ""), ("guarded", GUARDS)] {
        std::fs::write(root.join(format!("workflows/{name}.toml")), workflow(guards))?;
    }
    Ok(())
}

/// Every kind of value masked both ways, and a list of tools.
const GUARDS: &str = r#"
[redaction]
request = "mask"
response = "mask"

[tools]
allow = ["crm.search", "crm.reply"]
"#;

fn workflow(guards: &str) -> String {
    format!(
        r#"title = "Load"
owner = "maya"
pod = "support"
operating_model = "autonomous"
unit_of_work = "call"
good = "Fast."

[routes]
default = "standard"
allow = ["standard", "translated"]

[limits]
requests_per_minute = 900000000
tokens_per_minute = 900000000000
concurrent = 100000

[budget]
month = "9000000 USD"
day = "900000 USD"
{guards}"#
    )
}
