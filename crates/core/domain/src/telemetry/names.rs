//! The words of telemetry: which client, which signal, what is counted.
//!
//! Each enum prints as a stable word that is stored, shown and exported. Never a free text where
//! one of these will do.

use serde::{Deserialize, Serialize};

use super::{MOST_AMOUNT, MOST_CLAIMED};

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// Reads the stable word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    };
}

words! {
    /// A kind of OTLP request.
    Signal {
        /// `POST /v1/traces`.
        Traces = "traces",
        /// `POST /v1/metrics`.
        Metrics = "metrics",
        /// `POST /v1/logs`.
        Logs = "logs",
    }
}

words! {
    /// A client whose reports are understood.
    Client {
        /// Anthropic's Claude Code.
        ClaudeCode = "claude-code",
        /// OpenAI's Codex CLI.
        CodexCli = "codex-cli",
        /// Google's Gemini CLI.
        GeminiCli = "gemini-cli",
        /// GitHub Copilot, in an editor or in a terminal.
        Copilot = "copilot",
        /// Any other program; counted as far as it follows the GenAI or OpenInference conventions.
        Other = "other",
    }
}

words! {
    /// How a figure was reported, the most exact way first. Of each session one family counts.
    Family {
        /// One log record for each call.
        Events = "events",
        /// One span for each call.
        Spans = "spans",
        /// Counters.
        Metrics = "metrics",
        /// Counters of an older generation of conventions, which programs send beside the newer.
        OlderMetrics = "older_metrics",
    }
}

impl Family {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// Where it stands among all.
    #[must_use]
    pub fn place(self) -> usize {
        Self::ALL.iter().position(|one| *one == self).unwrap_or(0)
    }
}

words! {
    /// What a [`Reading`](super::Reading) counts.
    Measure {
        /// Fresh input tokens.
        Input = "input",
        /// Input tokens read from a prompt cache.
        CacheRead = "cache_read",
        /// Input tokens written to a prompt cache.
        CacheWrite = "cache_write",
        /// Output tokens.
        Output = "output",
        /// What the client says that it spent, in nano-dollars.
        Claimed = "claimed",
        /// Sessions begun.
        Sessions = "sessions",
        /// Lines of code added.
        LinesAdded = "lines_added",
        /// Lines of code removed.
        LinesRemoved = "lines_removed",
        /// Commits made.
        Commits = "commits",
        /// Pull requests opened.
        PullRequests = "pull_requests",
        /// Proposals that a person accepted as they were.
        Accepted = "accepted",
        /// Proposals that a person changed, then accepted.
        Edited = "edited",
        /// Proposals that a person rejected.
        Rejected = "rejected",
        /// Proposals that a person broke off.
        Aborted = "aborted",
        /// Proposals that a rule, a hook or a setting decided, either way. No person did.
        Automatic = "automatic",
        /// Milliseconds in which a person was active.
        ActiveMs = "active_ms",
        /// Milliseconds in which the agent worked.
        WorkingMs = "working_ms",
        /// Milliseconds in which the agent waited for a person.
        WaitingMs = "waiting_ms",
    }
}

impl Measure {
    /// Whether it counts tokens or money of model calls, and not work.
    #[must_use]
    pub const fn is_usage(self) -> bool {
        matches!(self, Self::Input | Self::CacheRead | Self::CacheWrite | Self::Output | Self::Claimed)
    }

    /// The most of it that one reading is believed.
    #[must_use]
    pub fn most(self) -> u64 {
        if self == Self::Claimed { MOST_CLAIMED.nano().unsigned_abs() } else { MOST_AMOUNT }
    }
}

words! {
    /// Where the price of a reported call is from.
    Pricing {
        /// A row of the price book.
        Listed = "listed",
        /// The client's own figure: the book does not know the model.
        Claimed = "claimed",
        /// Nothing is known. The price is not zero but missing.
        Unknown = "unknown",
    }
}

impl Client {
    /// Which client calls itself `service` (`service.name`), or else has `name` as the name of what it reports.
    #[must_use]
    pub fn of(service: &str, name: &str) -> Self {
        const SERVICES: [(&str, Client); 8] = [
            ("claude-code", Client::ClaudeCode),
            ("claude_code", Client::ClaudeCode),
            ("codex", Client::CodexCli),
            ("gemini-cli", Client::GeminiCli),
            ("gemini_cli", Client::GeminiCli),
            ("copilot", Client::Copilot),
            ("github-copilot", Client::Copilot),
            ("github.copilot", Client::Copilot),
        ];
        const NAMES: [(&str, Client); 5] = [
            ("claude_code.", Client::ClaudeCode),
            ("codex.", Client::CodexCli),
            ("gemini_cli.", Client::GeminiCli),
            ("copilot_chat.", Client::Copilot),
            ("github.copilot.", Client::Copilot),
        ];
        let begins = |text: &str, start: &str| {
            text.as_bytes().get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
        };
        let by_name = NAMES.iter().find(|(start, _)| begins(name, start));
        let by_service = || SERVICES.iter().find(|(start, _)| begins(service, start));
        by_name.or_else(by_service).map_or(Self::Other, |(_, client)| *client)
    }

    /// Who serves its models where it does not say; empty where nobody can know.
    #[must_use]
    pub const fn seller(self) -> &'static str {
        match self {
            Self::ClaudeCode => "anthropic",
            Self::CodexCli => "openai",
            Self::GeminiCli => "google",
            Self::Copilot | Self::Other => "",
        }
    }

    /// Its name as people write it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::ClaudeCode => "Claude Code",
            Self::CodexCli => "Codex CLI",
            Self::GeminiCli => "Gemini CLI",
            Self::Copilot => "GitHub Copilot",
            Self::Other => "Other",
        }
    }
}
