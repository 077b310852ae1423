//! A round through the commands that ask a server, against a server of its own.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use testkit::wait_until;

use crate::{countersign, run, text};

/// A server on the sample workspace, ended with the test.
struct Server {
    folder: TempDir,
    child: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        let ended = self.child.kill().and_then(|()| self.child.wait());
        assert!(ended.is_ok() || std::thread::panicking(), "the server could not be ended");
    }
}

impl Server {
    fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap())
    }

    fn start_in(folder: TempDir) -> Self {
        assert!(run(folder.path(), &["init"]).status.success());
        let log = File::create(folder.path().join("log")).unwrap();
        let child = countersign(folder.path(), &["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let admin = folder.path().join(".countersign/admin.json");
        wait_until("the server to be ready", || admin.exists().then_some(()));
        Self { folder, child }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// What a command prints for people.
    #[track_caller]
    fn says(&self, arguments: &[&str]) -> String {
        let output = run(self.path(), arguments);
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    /// The one object it prints for programs.
    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Value {
        let all: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
        serde_json::from_str(&self.says(&all)).unwrap()
    }

    /// The code of its refusal.
    #[track_caller]
    fn refuses(&self, arguments: &[&str]) -> String {
        self.ends(arguments, 1)
    }

    /// The code of a refusal that ends the command with this status.
    #[track_caller]
    fn ends(&self, arguments: &[&str], status: i32) -> String {
        let all: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
        let output = run(self.path(), &all);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {}", text(&output.stderr));
        let told: Value = serde_json::from_slice(&output.stderr).unwrap();
        told["error"]["code"].as_str().unwrap().to_owned()
    }
}

#[test]
fn a_round_of_commands() {
    let server = Server::start();
    let row = server.json(&["status"])["workflows"][0].clone();
    let (workflow, owner) = (row["id"].as_str().unwrap(), row["owner"]["id"].as_str().unwrap());
    stands(&server, workflow);
    keys(&server, workflow);
    switches(&server, workflow);
    assert!(server.says(&["spend", "--by", "model"]).contains("total"));
    assert!(server.says(&["prompt", "list"]).contains("first-answer"));
    let shown = server.says(&["prompt", "show", "first-answer"]);
    assert!(shown.contains("temperature 0.3") && shown.contains("{{ question }}"), "{shown}");
    assert_eq!(server.json(&["prompt", "show", "first-answer"])["row"]["name"], "first-answer");
    assert_eq!(server.refuses(&["prompt", "show", "first-anwser"]), "CS-0504");
    assert!(server.says(&["spend", "--format", "csv"]).starts_with("workflow,name,owner,calls,"));
    assert!(server.says(&["guards"]).starts_with("No guard found anything in the last 30 days."));
    assert_eq!(server.json(&["guards", "--workflow", workflow])["tools"], serde_json::json!([]));
    assert_eq!(server.refuses(&["explain", "none"]), "CS-0504");
    assert!(server.says(&["config", "show"]).contains("countersign.toml"));
    assert!(server.says(&["doctor"]).starts_with("All rules hold"));
    assert!(server.says(&["link", "create", owner]).starts_with("http://127.0.0.1:"));
}

fn stands(server: &Server, workflow: &str) {
    assert!(server.says(&["status"]).contains(workflow));
    assert!(server.says(&["status", workflow]).contains("Owner"));
    assert_eq!(server.refuses(&["status", "none"]), "CS-0504");
    assert_eq!(server.ends(&["status", "--token", "wrong"], 3), "CS-0502");
}

fn keys(server: &Server, workflow: &str) {
    let secret = server.says(&["key", "create", "--workflow", workflow, "--expires", "90d"]);
    assert!(
        secret.starts_with("cs_") && secret.lines().count() == 1,
        "only the secret is on standard output"
    );
    let key = server.json(&["key", "create", "--workflow", workflow, "--budget-month", "25 USD"]);
    let fields: Vec<&String> = key.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["id", "key"]);
    assert!(server.says(&["key", "revoke", key["id"].as_str().unwrap()]).contains("revoked"));
    assert_eq!(server.says(&["key", "list", "--json"]).lines().count(), 2);
    assert_eq!(server.refuses(&["key", "create", "--workflow", "none"]), "CS-0504");
}

fn switches(server: &Server, workflow: &str) {
    let scope = format!("workflow/{workflow}");
    let off = server.says(&["switch", &scope, "off", "--reason", "bad answers"]);
    assert!(off.contains("is off after") && off.contains("ms"), "{off}");
    assert_eq!(server.refuses(&["switch", &scope, "off", "--reason", "bad answers"]), "CS-0507");
    assert!(server.json(&["switch", &scope, "on", "--reason", "fixed"])["took_micros"].is_u64());
    assert!(server.says(&["audit", "list", "--limit", "20"]).contains("bad answers"));
    assert!(server.says(&["status", workflow]).contains("never drilled"));
    let drilled = server.says(&["switch", "drill", &scope]);
    assert!(
        drilled.contains("new calls refused after") && drilled.contains("no call was running"),
        "{drilled}"
    );
    assert!(server.says(&["status", workflow]).contains("passed: new calls refused after"));
    assert!(server.says(&["switch", "drill", "tool/t"]).contains("new calls refused after"));
    server.says(&["switch", "tool/t", "off", "--reason", "bad answers"]);
    assert_eq!(server.refuses(&["switch", "drill", "tool/t"]), "CS-0510");
    server.says(&["switch", "tool/t", "on", "--reason", "fixed"]);
}

/// Files and folders below one, with what other users may do with them.
#[cfg(unix)]
fn open_to_others(folder: &Path) -> Vec<String> {
    use std::os::unix::fs::MetadataExt as _;
    let mode = std::fs::metadata(folder).unwrap().mode();
    let mut open = Vec::new();
    if mode & 0o077 != 0 {
        open.push(format!("{} {:o}", folder.display(), mode & 0o777));
    }
    if folder.is_dir() {
        let entries = std::fs::read_dir(folder).unwrap();
        open.extend(entries.flat_map(|entry| open_to_others(&entry.unwrap().path())));
    }
    open
}

#[cfg(unix)]
#[test]
fn other_users_of_the_machine_read_nothing_of_the_data_folder() {
    let fresh = Server::start();
    assert_eq!(open_to_others(&fresh.path().join(".countersign")), Vec::<String>::new());

    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join(".countersign");
    std::fs::create_dir(&data).unwrap();
    std::fs::set_permissions(&data, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let closed = Server::start_in(folder);
    assert_eq!(open_to_others(&data), Vec::<String>::new());
    let log = std::fs::read_to_string(closed.path().join("log")).unwrap();
    assert!(log.contains("other users could read the data folder; only this one can now"), "{log}");
}

#[test]
fn a_reload_of_wrong_files_is_a_no() {
    let server = Server::start();
    assert!(server.says(&["config", "reload"]).starts_with("Live"));
    std::fs::write(server.path().join("countersign.toml"), "[organisation").unwrap();
    let output = run(server.path(), &["config", "reload"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("countersign.toml:1"), "{}", text(&output.stdout));
}
