//! Coding agents: each gets one task in an empty folder, and must come back with the file written.
//!
//! The scripted model asks for a command that writes it, through whatever shell the agent offers,
//! and says a sentence when the result is back. So a good end shows the whole turn: the request, the
//! call of the tool, its run, the second request, and the answer. Those that can report about
//! themselves do the same once more through the server and once past it, and what they report is
//! held against what they did.

use std::path::Path;

use testkit::{AGENT_FILE, AGENT_TEXT, AGENT_WORDS};

use crate::list::Client;
use crate::report::Flow;
use crate::reported::{self, Way, Work};
use crate::run::{self, Printed};
use crate::{Desk, House};

/// How an agent is started.
pub(crate) struct Agent {
    /// Its program, below npm's folder of programs.
    program: &'static str,
    /// `{model}` is filled in.
    args: &'static [&'static str],
    /// Its file of settings, below its home; empty where it needs none.
    settings: &'static str,
    /// What makes it report, in its environment.
    reports: &'static [(&'static str, &'static str)],
    work: Work,
    turns: &'static [Turn],
}

/// One task.
struct Turn {
    /// Where its model answers.
    name: &'static str,
    model: &'static str,
    /// What its file of settings says, piece by piece; `{url}` is filled in.
    says: &'static [&'static str],
    ends: Ends,
    /// Which way it calls while it reports; `None` where it does not report.
    way: Option<Way>,
}

/// How a task must end.
#[derive(Clone, Copy)]
enum Ends {
    /// The file is written, and the model's last words are shown.
    Done,
    /// The gateway says no, and the agent shows its words.
    Refused,
}

const fn turn(name: &'static str, model: &'static str, says: &'static [&'static str]) -> Turn {
    Turn { name, model, says, ends: Ends::Done, way: None }
}

/// A task through the server, with reports of it.
const fn through(says: &'static [&'static str]) -> Turn {
    Turn { name: "reports through the gateway", way: Some(Way::Through), ..turn("", "agent-writes", says) }
}

/// A task at the provider itself, with reports of it to the server.
const fn past(model: &'static str, says: &'static [&'static str]) -> Turn {
    Turn { name: "reports past the gateway", way: Some(Way::Past), ..turn("", model, says) }
}

/// A task with a model that the workflow may not use.
const fn refused(says: &'static [&'static str]) -> Turn {
    Turn { name: "refusal", model: "nobody/knows", says, ends: Ends::Refused, way: None }
}

/// What the gateway says to that.
const REFUSAL: &str = "is not available to the workflow";

/// The task. The scripted model does not read it.
const TASK: &str = "Write the file with your shell tool, and say when it is done.";

/// The key, where an exporter takes its headers from the environment.
const HEADERS: (&str, &str) = ("OTEL_EXPORTER_OTLP_HEADERS", "x-api-key={reports_key}");

/// Claude Code.
pub(crate) const CLAUDE: Agent = Agent {
    program: "claude",
    args: &["--model", "{model}", "--allowedTools", "Bash,Write", "-p"],
    settings: "",
    reports: &[
        ("CLAUDE_CODE_ENABLE_TELEMETRY", "1"),
        ("CLAUDE_CODE_ENHANCED_TELEMETRY_BETA", "1"),
        ("OTEL_METRICS_EXPORTER", "otlp"),
        ("OTEL_LOGS_EXPORTER", "otlp"),
        ("OTEL_TRACES_EXPORTER", "otlp"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "{reports}"),
        HEADERS,
    ],
    work: Work { client: "claude-code", lines: 1, automatic: 1 },
    turns: &[
        turn("tool turn", "claude-sonnet-4-5", &[]),
        turn("tool turn at OpenAI", "agent-at-openai", &[]),
        turn("tool turn at OpenAI's responses", "agent-at-responses", &[]),
        turn("tool turn at Google", "agent-at-google", &[]),
        refused(&[]),
        through(&[]),
        past("claude-sonnet-4-5", &[]),
    ],
};

/// Codex, which has its provider in a file.
pub(crate) const CODEX: Agent = Agent {
    program: "codex",
    args: &[
        "exec",
        "--skip-git-repo-check",
        "--dangerously-bypass-approvals-and-sandbox",
        "--model",
        "{model}",
    ],
    settings: ".codex/config.toml",
    reports: &[],
    work: Work { client: "codex-cli", lines: 0, automatic: 1 },
    turns: &[
        turn("tool turn", "agent", &[PROVIDER]),
        turn("tool turn by address, websocket first", "agent", &["openai_base_url = \"{url}/v1\"\n"]),
        turn("tool turn at chat completions", "agent-at-chat", &[PROVIDER]),
        turn("tool turn at Anthropic", "agent-at-anthropic", &[PROVIDER]),
        turn("tool turn at Google", "agent-at-google", &[PROVIDER]),
        refused(&[PROVIDER]),
        through(&[PROVIDER, OTEL]),
        past("gpt-5", &[PROVIDER, OTEL]),
    ],
};

/// Codex's provider.
const PROVIDER: &str = r#"model_provider = "countersign"

[model_providers.countersign]
name = "Countersign"
base_url = "{url}/v1"
env_key = "COUNTERSIGN_KEY"
wire_api = "responses"
"#;

/// Where Codex reports.
const OTEL: &str = r#"
[otel]
log_user_prompt = false

[otel.exporter.otlp-http]
endpoint = "{reports}/v1/logs"
protocol = "binary"
headers = { "x-api-key" = "{reports_key}" }
"#;

/// How Gemini CLI signs in. Without a choice it takes an address of one's own for a way to do so, and
/// then knows none.
const BY_KEY: &str = r#"{"security": {"auth": {"selectedType": "gemini-api-key"}}}"#;

/// The same, and where it reports.
const REPORTING: &str = r#"{
  "security": {"auth": {"selectedType": "gemini-api-key"}},
  "telemetry": {
    "enabled": true,
    "target": "local",
    "otlpEndpoint": "{reports}",
    "otlpProtocol": "http",
    "logPrompts": false
  }
}"#;

/// Gemini CLI.
pub(crate) const GEMINI: Agent = Agent {
    program: "gemini",
    args: &["-m", "{model}", "--yolo", "--skip-trust", "-p"],
    settings: ".gemini/settings.json",
    reports: &[HEADERS],
    work: Work { client: "gemini-cli", lines: 1, automatic: 1 },
    turns: &[
        turn("tool turn", "gemini-2.5-flash", &[BY_KEY]),
        turn("tool turn at OpenAI", "agent-at-openai", &[BY_KEY]),
        turn("tool turn at OpenAI's responses", "agent-at-responses", &[BY_KEY]),
        turn("tool turn at Anthropic", "agent-at-anthropic", &[BY_KEY]),
        refused(&[BY_KEY]),
        through(&[REPORTING]),
        past("gemini-2.5-flash", &[REPORTING]),
    ],
};

/// GitHub Copilot CLI, with a provider of one's own: so it needs no account.
pub(crate) const COPILOT: Agent = Agent {
    program: "copilot",
    args: &["--model", "{model}", "--allow-all-tools", "-p"],
    settings: "",
    reports: &[
        ("COPILOT_OTEL_ENABLED", "true"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "{reports}"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        HEADERS,
    ],
    work: Work { client: "copilot", lines: 1, automatic: 0 },
    turns: &[
        turn("tool turn", "agent", &[]),
        turn("tool turn at Anthropic", "agent-at-anthropic", &[]),
        turn("tool turn at Google", "agent-at-google", &[]),
        refused(&[]),
        through(&[]),
        past("gpt-5", &[]),
    ],
};

impl Agent {
    /// Its program, which also names its workflows.
    pub(crate) const fn program(&self) -> &'static str {
        self.program
    }
}

/// Runs an agent, once for each of its tasks.
pub(crate) fn run(house: &House, client: &Client, agent: &Agent) -> Vec<Flow> {
    let one = |turn: &Turn| {
        let problem = run_turn(house, client, (agent, turn)).unwrap_or_else(|error| Some(error.to_string()));
        Flow { name: turn.name.to_owned(), problem }
    };
    agent.turns.iter().map(one).collect()
}

/// Runs one task; what went wrong, if something did.
fn run_turn(
    house: &House,
    client: &Client,
    (agent, turn): (&Agent, &Turn),
) -> std::io::Result<Option<String>> {
    let Some(way) = turn.way else { return play((house, &house.desk), client, (agent, turn)) };
    let (desk, before) = (reported::desk(house, agent.program, way), house.upstream.count());
    let problem = play((house, &desk), client, (agent, turn))?;
    let workflow = reported::workflow(agent.program, way);
    Ok(problem.or_else(|| reported::wrong((house, way), &workflow, agent.work, before)))
}

/// Plays one task at a desk.
fn play(
    (house, desk): (&House, &Desk),
    client: &Client,
    (agent, turn): (&Agent, &Turn),
) -> std::io::Result<Option<String>> {
    let home = tempfile::tempdir()?;
    let work = home.path().join("work");
    std::fs::create_dir(&work)?;
    if !agent.settings.is_empty() {
        let path = home.path().join(agent.settings);
        std::fs::create_dir_all(path.parent().unwrap_or(home.path()))?;
        std::fs::write(path, desk.filled(&turn.says.concat()))?;
    }
    let program = house.folder.join("node/node_modules/.bin").join(agent.program);
    let mut command = run::command((house, desk), client, &program, home.path());
    let reports = if turn.way.is_some() { agent.reports } else { &[] };
    command.envs(reports.iter().map(|(name, value)| (name, desk.filled(value))));
    command.current_dir(&work).args(agent.args.iter().map(|arg| arg.replace("{model}", turn.model)));
    let printed = run::to_end(command.arg(TASK), home.path())?;
    Ok(wrong(turn.ends, &printed, &work)
        .map(|problem| format!("{problem}: {} | {}", run::tail(&printed.out), run::tail(&printed.err))))
}

/// What is wrong with the end of a task.
fn wrong(ends: Ends, printed: &Printed, work: &Path) -> Option<String> {
    match (ends, &printed.problem) {
        (Ends::Refused, _) => {
            let shown = [&printed.out, &printed.err].into_iter().any(|text| text.contains(REFUSAL));
            (!shown).then(|| "it did not show why it was refused".to_owned())
        }
        (Ends::Done, Some(problem)) => Some(problem.clone()),
        (Ends::Done, None) if written(work) != AGENT_TEXT => Some("its tool wrote no file".to_owned()),
        (Ends::Done, None) if !printed.out.contains(AGENT_WORDS) => {
            Some("it did not show the model's last words".to_owned())
        }
        (Ends::Done, None) => None,
    }
}

fn written(work: &Path) -> String {
    std::fs::read_to_string(work.join(AGENT_FILE)).unwrap_or_default()
}
