//! Coding agents: each gets one task in an empty folder, and must come back with the file written.
//!
//! The scripted model asks for a command that writes it, through whatever shell the agent offers,
//! and says a sentence when the result is back. So a good end shows the whole turn: the request, the
//! call of the tool, its run, the second request, and the answer.

use std::path::Path;

use testkit::{AGENT_FILE, AGENT_TEXT, AGENT_WORDS};

use crate::House;
use crate::list::Client;
use crate::report::Flow;
use crate::run::{self, Printed};

/// How an agent is started.
pub(crate) struct Agent {
    /// Its program, below npm's folder of programs.
    program: &'static str,
    /// `{model}` is filled in.
    args: &'static [&'static str],
    /// Its file of settings, below its home; empty where it needs none.
    settings: &'static str,
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
    Turn { name, model, says, ends: Ends::Done }
}

/// A task with a model that the workflow may not use.
const fn refused(says: &'static [&'static str]) -> Turn {
    Turn { name: "refusal", model: "nobody/knows", says, ends: Ends::Refused }
}

/// What the gateway says to that.
const REFUSAL: &str = "is not available to the workflow";

/// The task. The scripted model does not read it.
const TASK: &str = "Write the file with your shell tool, and say when it is done.";

/// Claude Code.
pub(crate) const CLAUDE: Agent = Agent {
    program: "claude",
    args: &["--model", "{model}", "--allowedTools", "Bash", "-p"],
    settings: "",
    turns: &[
        turn("tool turn", "claude-sonnet-4-5", &[]),
        turn("tool turn at OpenAI", "agent-at-openai", &[]),
        turn("tool turn at OpenAI's responses", "agent-at-responses", &[]),
        turn("tool turn at Google", "agent-at-google", &[]),
        refused(&[]),
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
    turns: &[
        turn("tool turn", "agent", &[PROVIDER]),
        turn("tool turn by address, websocket first", "agent", &["openai_base_url = \"{url}/v1\"\n"]),
        turn("tool turn at chat completions", "agent-at-chat", &[PROVIDER]),
        turn("tool turn at Anthropic", "agent-at-anthropic", &[PROVIDER]),
        turn("tool turn at Google", "agent-at-google", &[PROVIDER]),
        refused(&[PROVIDER]),
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

/// How Gemini CLI signs in. Without a choice it takes an address of one's own for a way to do so, and
/// then knows none.
const BY_KEY: &str = r#"{"security": {"auth": {"selectedType": "gemini-api-key"}}}"#;

/// Gemini CLI.
pub(crate) const GEMINI: Agent = Agent {
    program: "gemini",
    args: &["-m", "{model}", "--yolo", "--skip-trust", "-p"],
    settings: ".gemini/settings.json",
    turns: &[
        turn("tool turn", "gemini-2.5-flash", &[BY_KEY]),
        turn("tool turn at OpenAI", "agent-at-openai", &[BY_KEY]),
        turn("tool turn at OpenAI's responses", "agent-at-responses", &[BY_KEY]),
        turn("tool turn at Anthropic", "agent-at-anthropic", &[BY_KEY]),
        refused(&[BY_KEY]),
    ],
};

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
    let home = tempfile::tempdir()?;
    let work = home.path().join("work");
    std::fs::create_dir(&work)?;
    if !agent.settings.is_empty() {
        let path = home.path().join(agent.settings);
        std::fs::create_dir_all(path.parent().unwrap_or(home.path()))?;
        std::fs::write(path, house.filled(&turn.says.concat()))?;
    }
    let program = house.folder.join("node/node_modules/.bin").join(agent.program);
    let mut command = run::command(house, client, &program, home.path());
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
