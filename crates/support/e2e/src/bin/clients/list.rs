//! The clients: what each is called, where it is installed, and how it is told where to go.

use crate::House;
use crate::agents::{self, Agent};
use crate::report::Flow;
use crate::run;

/// Where a client is installed.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    /// A Python environment of this name.
    Venv(&'static str),
    /// The folder of npm's packages.
    Node,
}

/// How a client is run.
pub(crate) enum How {
    /// A script of its flows, in the language of its place.
    Script(&'static str),
    /// A coding agent, which gets one task.
    Agent(Agent),
}

/// A client.
pub(crate) struct Client {
    pub(crate) name: &'static str,
    /// The package whose version is told.
    pub(crate) package: &'static str,
    pub(crate) place: Place,
    pub(crate) how: How,
    /// What its environment says; `{url}` and `{key}` are filled in.
    pub(crate) env: &'static [(&'static str, &'static str)],
}

const OPENAI: [(&str, &str); 2] = [("OPENAI_BASE_URL", "{url}/v1"), ("OPENAI_API_KEY", "{key}")];
const ANTHROPIC: [(&str, &str); 2] = [("ANTHROPIC_BASE_URL", "{url}"), ("ANTHROPIC_API_KEY", "{key}")];
const GOOGLE: [(&str, &str); 2] = [("GOOGLE_GEMINI_BASE_URL", "{url}"), ("GEMINI_API_KEY", "{key}")];

const fn script(
    name: &'static str,
    package: &'static str,
    place: Place,
    (script, env): (&'static str, &'static [(&'static str, &'static str)]),
) -> Client {
    Client { name, package, place, how: How::Script(script), env }
}

/// Python's environment with the newest SDKs, and the one for packages that want older ones.
const NEW: Place = Place::Venv("python");
const OLD: Place = Place::Venv("python-older");

/// Every client, in the order of the table.
pub(crate) const CLIENTS: &[Client] = &[
    script("OpenAI SDK (Python)", "openai", NEW, ("openai_sdk.py", &OPENAI)),
    script("OpenAI SDK (JavaScript)", "openai", Place::Node, ("openai_sdk.mjs", &OPENAI)),
    script("Anthropic SDK (Python)", "anthropic", NEW, ("anthropic_sdk.py", &ANTHROPIC)),
    script("Anthropic SDK (JavaScript)", "@anthropic-ai/sdk", Place::Node, ("anthropic_sdk.mjs", &ANTHROPIC)),
    script("Google SDK (Python)", "google-genai", NEW, ("google_sdk.py", &GOOGLE)),
    script("Google SDK (JavaScript)", "@google/genai", Place::Node, ("google_sdk.mjs", &GOOGLE)),
    script(
        "openai-agents",
        "openai-agents",
        NEW,
        ("openai_agents.py", &[OPENAI[0], OPENAI[1], ("OPENAI_AGENTS_DISABLE_TRACING", "1")]),
    ),
    script(
        "pydantic-ai",
        "pydantic-ai-slim",
        NEW,
        ("pydantic_ai_flows.py", &[OPENAI[0], OPENAI[1], ANTHROPIC[0], ANTHROPIC[1], GOOGLE[0], GOOGLE[1]]),
    ),
    script(
        "langgraph",
        "langgraph",
        OLD,
        ("langgraph_flows.py", &[OPENAI[0], OPENAI[1], ANTHROPIC[0], ANTHROPIC[1]]),
    ),
    script(
        "litellm",
        "litellm",
        OLD,
        (
            "litellm_flows.py",
            &[
                OPENAI[0],
                OPENAI[1],
                ANTHROPIC[0],
                ANTHROPIC[1],
                ("GEMINI_API_BASE", "{url}/v1beta"),
                GOOGLE[1],
                ("LITELLM_LOCAL_MODEL_COST_MAP", "True"),
            ],
        ),
    ),
    script(
        "Vercel ai",
        "ai",
        Place::Node,
        (
            "vercel_ai.mjs",
            &[
                OPENAI[0],
                OPENAI[1],
                ("ANTHROPIC_BASE_URL", "{url}/v1"),
                ANTHROPIC[1],
                ("GOOGLE_BASE_URL", "{url}/v1beta"),
                ("GOOGLE_GENERATIVE_AI_API_KEY", "{key}"),
            ],
        ),
    ),
    Client {
        name: "Claude Code",
        package: "@anthropic-ai/claude-code",
        place: Place::Node,
        how: How::Agent(agents::CLAUDE),
        env: &[
            ("ANTHROPIC_BASE_URL", "{url}"),
            ("ANTHROPIC_AUTH_TOKEN", "{key}"),
            ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"),
        ],
    },
    Client {
        name: "Codex CLI",
        package: "@openai/codex",
        place: Place::Node,
        how: How::Agent(agents::CODEX),
        env: &[("COUNTERSIGN_KEY", "{key}"), ("CODEX_API_KEY", "{key}")],
    },
    Client {
        name: "Gemini CLI",
        package: "@google/gemini-cli",
        place: Place::Node,
        how: How::Agent(agents::GEMINI),
        env: &GOOGLE,
    },
    Client {
        name: "GitHub Copilot CLI",
        package: "@github/copilot",
        place: Place::Node,
        how: How::Agent(agents::COPILOT),
        env: &[
            ("COPILOT_PROVIDER_BASE_URL", "{url}/v1"),
            ("COPILOT_PROVIDER_API_KEY", "{key}"),
            ("COPILOT_OFFLINE", "true"),
        ],
    },
];

impl Client {
    /// Whether its name holds one of these words.
    pub(crate) fn is_any_of(&self, wanted: &[String]) -> bool {
        let name = self.name.to_lowercase();
        wanted.iter().any(|word| name.contains(&word.to_lowercase()))
    }

    /// Runs its flows.
    pub(crate) fn run(&self, house: &House) -> Vec<Flow> {
        match &self.how {
            How::Script(script) => run::script(house, self, script),
            How::Agent(agent) => agents::run(house, self, agent),
        }
    }

    /// The version that is installed.
    pub(crate) fn version(&self, house: &House) -> String {
        run::version(house, self).unwrap_or_else(|| "?".to_owned())
    }
}
