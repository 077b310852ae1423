//! A workspace in a temporary folder, whose providers are scripted or simulated.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use testkit::Upstream;

/// The files, on disk.
#[derive(Debug)]
pub struct Workspace {
    folder: TempDir,
}

impl Workspace {
    /// One pod, two people, one workflow `support`, and four providers: `scripted`, `claude` and
    /// `google` are the scripted provider in its three dialects, `sim` is the built-in simulation. The price of an
    /// ordinary answer of the scripted provider is 25,000 nano-dollars.
    #[must_use]
    pub fn new(upstream: &Upstream) -> Self {
        let workspace = Self::empty();
        workspace.write("countersign.toml", &organisation(upstream));
        workspace.write("prices.toml", PRICES);
        workspace.write("workflows/support.toml", &workflow(""));
        workspace
    }

    /// A folder without files.
    #[must_use]
    pub fn empty() -> Self {
        let folder = tempfile::Builder::new().prefix("cs-ws-").tempdir().expect("a temporary folder");
        Self { folder }
    }

    /// A copy of a folder.
    #[must_use]
    pub fn copy_of(source: &Path) -> Self {
        let workspace = Self::empty();
        copy(source, workspace.path());
        workspace
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file whole, as an editor does: beside it, and then in its place.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("can make a folder");
        let beside = path.with_extension("new");
        std::fs::write(&beside, text).expect("can write");
        std::fs::rename(&beside, &path).expect("can rename");
    }

    /// A file's text.
    #[must_use]
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).expect("can read")
    }

    /// Changes a piece of a file.
    ///
    /// # Panics
    /// Where the piece is not there.
    #[track_caller]
    pub fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} does not contain {from:?}");
        self.write(name, &text.replace(from, to));
    }

    /// Adds a workflow: the ordinary one with these lines after it.
    #[must_use]
    pub fn with_workflow(self, name: &str, lines: &str) -> Self {
        self.write(&format!("workflows/{name}.toml"), &workflow(lines));
        self
    }

    /// Adds lines to the end of `countersign.toml`.
    #[must_use]
    pub fn with(self, lines: &str) -> Self {
        let text = self.read("countersign.toml");
        self.write("countersign.toml", &format!("{text}\n{lines}\n"));
        self
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("can make a folder");
    for entry in std::fs::read_dir(from).expect("can list").flatten() {
        let (path, target): (PathBuf, PathBuf) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("can copy");
        }
    }
}

fn organisation(upstream: &Upstream) -> String {
    let (openai, anthropic, google) =
        (upstream.openai_url(), upstream.anthropic_url(), upstream.gemini_url());
    format!(
        r#"[organisation]
name = "Acme"

[[people]]
id = "maya"
name = "Maya Chen"
email = "maya@acme.example"
roles = ["admin", "owner"]

[[people]]
id = "tom"
name = "Tom Ode"
email = "tom@acme.example"
roles = ["viewer"]

[[pods]]
id = "support"
people = ["maya", "tom"]
agents = ["drafter"]

[providers.scripted]
api = "openai"
base_url = "{openai}"
api_key = "env:UPSTREAM_KEY"
prices = "test"

[providers.claude]
api = "anthropic"
base_url = "{anthropic}"
api_key = "env:UPSTREAM_KEY"
prices = "test"

[providers.google]
api = "gemini"
base_url = "{google}"
api_key = "env:UPSTREAM_KEY"
prices = "test"

[providers.sim]
api = "simulated"
prices = "test"

[routes.standard]
targets = [{{ provider = "scripted", model = "ok" }}]

[routes.claude]
targets = [{{ provider = "claude", model = "ok" }}]

[routes.gemini]
targets = [{{ provider = "google", model = "ok" }}]

[routes.sim]
targets = [{{ provider = "sim", model = "sim-small" }}]

[gateway]
connect_timeout = "2s"
first_byte_timeout = "2s"
idle_timeout = "2s"
max_body = "8 MB"
"#
    )
}

/// A token in: 1,000 nano-dollars, a token out: 2,000. Models named `dear…`: 0.1 cent a token out.
const PRICES: &str = r#"[[price]]
list = "test"
model = "*"
input = "1.00"
output = "2.00"
cached = "0.10"

[[price]]
list = "test"
model = "dear*"
input = "1.00"
output = "1000.00"
"#;

fn workflow(lines: &str) -> String {
    format!(
        r#"title = "Draft replies to support tickets"
owner = "maya"
deputy = "tom"
escalation = ["tom"]
pod = "support"
operating_model = "assisted"
unit_of_work = "reply sent"
good = "Correct by policy, polite, and a person changes nothing before sending."

[routes]
default = "standard"
allow = ["standard", "claude", "gemini", "sim", "scripted/*", "claude/*", "google/*", "sim/*"]
{lines}"#
    )
}
