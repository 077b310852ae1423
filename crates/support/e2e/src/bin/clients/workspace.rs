//! The workspace that the clients call: routes that answer every dialect in its own words.

use e2e::{Upstream, Workspace};

use crate::agents::{CLAUDE, CODEX, COPILOT, GEMINI};
use crate::reported::{self, Way};

const WORKFLOW: &str = r#"title = "Coding agents and SDKs"
owner = "maya"
pod = "support"
operating_model = "copilot"
unit_of_work = "change merged"
good = "It does what was asked."

[routes]
default = "standard"
allow = ["agent", "agent-writes", "agent-at-openai", "agent-at-anthropic", "agent-at-google", "agent-at-chat", "agent-at-responses", "broken", "claude-sonnet-4-5", "claude-haiku-4-5", "gemini-2.5-flash", "gemini-2.5-flash-lite", "gemini-2.5-pro", "scripted/*"]
"#;

/// Redaction both ways, and no tools but shells and the one of the scripts: nothing that a client
/// does is touched by it, so none may notice.
const GUARDS: &str = r#"
[redaction]
request = "pseudonym"
response = "mask"

[tools]
allow = ["Bash", "bash", "Write", "write_file", "create", "exec_command", "write_stdin", "run_shell_command", "search_tickets"]
"#;

/// Whether the workflow guards what passes.
#[derive(Clone, Copy)]
pub(crate) enum Guards {
    Off,
    On,
}

/// Routes by name, and the script that answers there, in the caller's dialect.
const ROUTES: [(&str, &str); 8] = [
    ("agent", "agent"),
    ("agent-writes", "agent-writes"),
    ("broken", "error-in-200-stream"),
    ("claude-sonnet-4-5", "agent"),
    ("claude-haiku-4-5", "agent"),
    ("gemini-2.5-flash", "agent"),
    ("gemini-2.5-flash-lite", "agent"),
    ("gemini-2.5-pro", "agent"),
];

/// Routes of one target each, whatever the caller speaks.
const ELSEWHERE: [(&str, &str); 5] = [
    ("agent-at-openai", "scripted"),
    ("agent-at-anthropic", "claude"),
    ("agent-at-google", "google"),
    ("agent-at-chat", "chat"),
    ("agent-at-responses", "responses"),
];
/// Wires of OpenAI's dialect, each with a provider of its name that has no other.
const WIRES: [&str; 2] = ["chat", "responses"];

/// The ordinary workspace with a workflow `coding`, and the same again for each way in which an agent
/// reports. Targets that speak a caller's dialect are taken
/// first, so each client reaches the provider without translation unless it asks for a route
/// elsewhere.
pub(crate) fn of(upstream: &Upstream, guards: Guards) -> Workspace {
    let workspace = Workspace::new(upstream);
    workspace.edit(
        "countersign.toml",
        "[routes.standard]\ntargets = [{ provider = \"scripted\", model = \"ok\" }]",
        &route("standard", "ok"),
    );
    let guards = match guards {
        Guards::Off => "",
        Guards::On => GUARDS,
    };
    let agents = [CLAUDE, CODEX, GEMINI, COPILOT]
        .map(|agent| Way::ALL.map(|way| reported::workflow(agent.program(), way)));
    for name in agents.into_iter().flatten().chain(["coding".to_owned()]) {
        workspace.write(&format!("workflows/{name}.toml"), &format!("{WORKFLOW}{guards}"));
    }
    let mut routes: Vec<String> = ROUTES.iter().map(|(name, script)| route(name, script)).collect();
    routes.extend(ELSEWHERE.iter().map(|(name, provider)| to(name, &[provider], "agent")));
    routes.extend(WIRES.iter().map(|wire| of_one_wire(upstream, wire)));
    workspace.with(&routes.join("\n\n"))
}

fn of_one_wire(upstream: &Upstream, wire: &str) -> String {
    let url = upstream.openai_url();
    format!(
        "[providers.{wire}]\napi = \"openai\"\nbase_url = \"{url}\"\nspeaks = [\"{wire}\"]\nprices = \"none\""
    )
}

fn route(name: &str, script: &str) -> String {
    to(name, &["scripted", "claude", "google"], script)
}

fn to(name: &str, providers: &[&str], script: &str) -> String {
    let target = |provider: &&str| format!("{{ provider = \"{provider}\", model = \"{script}\" }}");
    let targets = providers.iter().map(target).collect::<Vec<_>>().join(", ");
    format!("[routes.\"{name}\"]\ntargets = [{targets}]")
}
