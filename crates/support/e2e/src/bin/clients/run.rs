//! Runs programs as their users do, with an environment of their own and a limit of time.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::list::{Client, Place};
use crate::report::Flow;
use crate::{Desk, House};

/// How long a client may take for all of its flows.
const PATIENCE: Duration = Duration::from_secs(240);

/// What a program has printed.
pub(crate) struct Printed {
    pub(crate) out: String,
    pub(crate) err: String,
    /// Why it did not end well, where it did not.
    pub(crate) problem: Option<String>,
}

/// A command with nothing in its environment but this client's variables, and a home of its own.
pub(crate) fn command(
    (house, desk): (&House, &Desk),
    client: &Client,
    program: &Path,
    home: &Path,
) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("HOME", home).env("LC_ALL", "C.UTF-8").env("NO_COLOR", "1");
    let node = house.folder.join("node/node_modules/.bin");
    command.env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", node.display()));
    command.env("CLIENTS_MODULES", house.folder.join("node"));
    for (name, value) in client.env {
        command.env(name, desk.filled(value));
    }
    command
}

/// Runs a command to its end, or to the end of patience.
pub(crate) fn to_end(command: &mut Command, logs: &Path) -> std::io::Result<Printed> {
    let (out, err) = (logs.join("stdout"), logs.join("stderr"));
    command.stdin(Stdio::null()).stdout(std::fs::File::create(&out)?).stderr(std::fs::File::create(&err)?);
    let mut child = command.spawn()?;
    let problem = wait(&mut child)?;
    let read = |path: &Path| std::fs::read(path).map(|text| String::from_utf8_lossy(&text).into_owned());
    Ok(Printed { out: read(&out)?, err: read(&err)?, problem })
}

fn wait(child: &mut Child) -> std::io::Result<Option<String>> {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok((!status.success()).then(|| status.to_string()));
        }
        if Instant::now() >= end {
            child.kill()?;
            child.wait()?;
            return Ok(Some(format!("no end after {} s", PATIENCE.as_secs())));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Runs a script that prints a line of JSON for each of its flows.
pub(crate) fn script(house: &House, client: &Client, script: &str) -> Vec<Flow> {
    let run = || -> std::io::Result<Printed> {
        let home = tempfile::tempdir()?;
        let program = house.program(client.place);
        let mut command = command((house, &house.desk), client, &program, home.path());
        if matches!(client.place, Place::Venv(_)) {
            command.arg("-B");
        }
        to_end(command.arg(scripts().join(script)), home.path())
    };
    let printed = match run() {
        Ok(printed) => printed,
        Err(error) => return vec![failed("start", error.to_string())],
    };
    let mut flows: Vec<Flow> = printed.out.lines().filter_map(flow).collect();
    flows.extend(printed.problem.map(|problem| failed("run", format!("{problem}: {}", tail(&printed.err)))));
    flows
}

fn flow(line: &str) -> Option<Flow> {
    let told: Value = serde_json::from_str(line).ok()?;
    let name = told["flow"].as_str()?.to_owned();
    let problem = (told["ok"] != true).then(|| told["detail"].as_str().unwrap_or_default().to_owned());
    Some(Flow { name, problem })
}

/// A flow that did not come to its end.
pub(crate) fn failed(name: &str, problem: String) -> Flow {
    Flow { name: name.to_owned(), problem: Some(problem) }
}

/// The last lines of what was printed.
pub(crate) fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().rev().filter(|line| !line.trim().is_empty()).take(6).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join(" | ")
}

/// The version of the client's package.
pub(crate) fn version(house: &House, client: &Client) -> Option<String> {
    match client.place {
        Place::Venv(_) => {
            let ask = format!("import importlib.metadata as m; print(m.version({:?}))", client.package);
            let output = Command::new(house.program(client.place)).args(["-c", &ask]).output().ok()?;
            Some(String::from_utf8_lossy(&output.stdout).trim().to_owned()).filter(|text| !text.is_empty())
        }
        Place::Node => {
            let path = house.folder.join("node/node_modules").join(client.package).join("package.json");
            let package: Value = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
            Some(package["version"].as_str()?.to_owned())
        }
    }
}

/// Where the scripts are.
fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients")
}
