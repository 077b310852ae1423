//! The configuration: what is live, what is wrong with the files, what was live before.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Moment, Sentence, Tone};

/// The configuration in a line, for every page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConfigBrief {
    /// Hash of what is live: SHA-256 in hexadecimal.
    pub hash: String,
    /// Its first 16 characters.
    pub short: String,
    /// When it went live.
    pub loaded: Moment,
    /// The folder that is watched.
    pub folder: String,
    /// Whether the files on disk are what is live. If not, `error` says why.
    pub current: bool,
    /// Whether the server started from its own copy of the last good configuration.
    pub from_copy: bool,
    /// Why the files on disk are refused.
    pub error: Option<ConfigError>,
    /// How many warnings the live files have.
    pub warnings: u64,
}

/// Why files were refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConfigError {
    /// When they were last read.
    pub at: Moment,
    /// In one line: `2 problems in workflows/support-replies.toml`.
    pub summary: String,
    /// Every problem, in the order of files and lines.
    pub problems: Vec<ProblemView>,
}

/// A problem at a place in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemView {
    /// The file, relative to the workspace.
    pub file: String,
    /// Line, from 1; 0 where the whole file is meant.
    pub line: u32,
    /// Column, from 1, in characters.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
    /// The line itself.
    pub source_line: String,
    /// How bad: an error or a warning.
    pub tone: Tone,
    /// All of it as a compiler would print it, with a caret.
    pub rendered: String,
}

/// The page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConfigurationPage {
    /// The answer.
    pub sentence: Sentence,
    /// What is live, and what is wrong with the files.
    pub brief: ConfigBrief,
    /// Warnings of the live files.
    pub warnings: Vec<ProblemView>,
    /// The live files.
    pub files: Vec<FileView>,
    /// The providers.
    pub providers: Vec<ProviderView>,
    /// The routes.
    pub routes: Vec<RouteView>,
    /// What was live, newest first.
    pub history: Vec<ConfigVersion>,
}

/// A live file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileView {
    /// Its path, relative to the workspace.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its text.
    pub hash: String,
    /// Its text.
    pub text: String,
}

/// A provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProviderView {
    /// Its id.
    pub id: String,
    /// The wire dialect: `openai`, `anthropic`, `simulated`, …
    pub api: String,
    /// Its wires, for `openai`: `chat`, `responses`; what has to be translated goes to the first.
    pub speaks: Vec<String>,
    /// Where it is.
    pub base_url: String,
    /// Where its credential is read from (`env:NAME`, `file:PATH`), never the credential.
    pub credential: Option<String>,
    /// Whose price list applies; `none` where tokens are free of charge.
    pub prices: String,
    /// `on`, or how its switch stands.
    pub state: String,
}

/// A route.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RouteView {
    /// Its id.
    pub id: String,
    /// Its targets in order: `provider/model`, with the weight where it has one.
    pub targets: Vec<String>,
    /// Routes tried after it.
    pub fallback: Vec<String>,
}

/// A configuration that is or was live.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConfigVersion {
    /// Its hash.
    pub hash: String,
    /// When it first went live.
    pub first: Moment,
    /// When it last went live.
    pub last: Moment,
    /// How many files it has.
    pub files: u64,
    /// Whether it is live now.
    pub live: bool,
    /// What changed against the version before, file by file: `changed workflows/a.toml`.
    pub changes: Vec<String>,
}
