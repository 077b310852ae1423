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
use crate::run;

/// How an agent is started.
pub(crate) struct Agent {
    /// Its program, below npm's folder of programs.
    program: &'static str,
    args: &'static [&'static str],
    /// A file below its home, and what it says; `{url}` is filled in.
    config: Option<(&'static str, &'static str)>,
}

/// The task. The scripted model does not read it.
const TASK: &str = "Write the file with your shell tool, and say when it is done.";

/// Claude Code.
pub(crate) const CLAUDE: Agent = Agent {
    program: "claude",
    args: &["--model", "claude-sonnet-4-5", "--allowedTools", "Bash", "-p"],
    config: None,
};

/// Codex, which has its provider in a file.
pub(crate) const CODEX: Agent = Agent {
    program: "codex",
    args: &["exec", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox"],
    config: Some((
        ".codex/config.toml",
        "model = \"agent\"\nmodel_provider = \"countersign\"\n\n[model_providers.countersign]\nname = \"Countersign\"\nbase_url = \"{url}/v1\"\nenv_key = \"COUNTERSIGN_KEY\"\nwire_api = \"responses\"\n",
    )),
};

/// Gemini CLI.
pub(crate) const GEMINI: Agent = Agent {
    program: "gemini",
    args: &["-m", "gemini-2.5-flash", "--yolo", "--skip-trust", "-p"],
    // Without a choice it takes an address of one's own for a way to sign in, and then knows none.
    config: Some((
        ".gemini/settings.json",
        "{\"security\": {\"auth\": {\"selectedType\": \"gemini-api-key\"}}}\n",
    )),
};

/// Runs an agent.
pub(crate) fn run(house: &House, client: &Client, agent: &Agent) -> Vec<Flow> {
    let problem = match turn(house, client, agent) {
        Ok(problem) => problem,
        Err(error) => Some(error.to_string()),
    };
    vec![Flow { name: "tool turn".to_owned(), problem }]
}

fn turn(house: &House, client: &Client, agent: &Agent) -> std::io::Result<Option<String>> {
    let home = tempfile::tempdir()?;
    let work = home.path().join("work");
    std::fs::create_dir(&work)?;
    if let Some((path, text)) = agent.config {
        let path = home.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(home.path()))?;
        std::fs::write(path, house.filled(text))?;
    }
    let program = house.folder.join("node/node_modules/.bin").join(agent.program);
    let mut command = run::command(house, client, &program, home.path());
    let printed = run::to_end(command.current_dir(&work).args(agent.args).arg(TASK), home.path())?;
    let said =
        |problem: &str| format!("{problem}: {} | {}", run::tail(&printed.out), run::tail(&printed.err));
    if let Some(problem) = &printed.problem {
        return Ok(Some(said(problem)));
    }
    if written(&work) != AGENT_TEXT {
        return Ok(Some(said("its tool wrote no file")));
    }
    Ok((!printed.out.contains(AGENT_WORDS)).then(|| said("it did not show the model's last words")))
}

fn written(work: &Path) -> String {
    std::fs::read_to_string(work.join(AGENT_FILE)).unwrap_or_default()
}
