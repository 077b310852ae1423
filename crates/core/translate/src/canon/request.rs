//! A request.

use super::part::{Lifetime, Part};
use crate::json::{Json, Object};

/// What a caller asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// The model, in the words of whoever reads it next.
    pub model: String,
    /// The conversation, instructions included, in order.
    pub turns: Vec<Turn>,
    /// The tools it may call.
    pub tools: Vec<Tool>,
    /// Whether it must call one.
    pub choice: Option<Choice>,
    /// Whether it may call several at once.
    pub parallel: Option<bool>,
    /// The shape of the answer.
    pub format: Option<Format>,
    /// How to draw.
    pub sampling: Sampling,
    /// The most output tokens, thinking included.
    pub max_output: Option<u64>,
    /// Texts that end the answer.
    pub stop: Vec<String>,
    /// How much to think.
    pub thinking: Option<Thinking>,
    /// Whom the answer is for, as the caller names them.
    pub user: Option<String>,
    /// Fields that chat and responses share word for word and no one else has.
    pub openai: Object,
    /// Whole, or piece by piece.
    pub delivery: Delivery,
}

impl Request {
    /// The choice among the tools. Where there are none, a choice that asks for none says nothing,
    /// and OpenAI's dialect takes none without tools; coding agents send one all the same.
    #[must_use]
    pub fn choice_of_tools(&self) -> Option<&Choice> {
        let says =
            |choice: &&Choice| !self.tools.is_empty() || !matches!(choice, Choice::Auto | Choice::None);
        self.choice.as_ref().filter(says)
    }
}

/// One turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Whose.
    pub role: Role,
    /// What it says.
    pub parts: Vec<Part>,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Instructions of the system.
    System,
    /// Instructions of the developer: below the system's, where a dialect tells them apart.
    Developer,
    /// The user, and the tools.
    User,
    /// The model.
    Assistant,
}

impl Role {
    /// Whether it instructs.
    #[must_use]
    pub const fn instructs(self) -> bool {
        matches!(self, Self::System | Self::Developer)
    }
}

/// A tool that the caller runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// JSON schema of its arguments.
    pub schema: Option<Object>,
    /// Whether arguments must follow the schema to the letter.
    pub strict: Option<bool>,
    /// Whether the definitions up to here are worth caching.
    pub cache: Option<Lifetime>,
}

/// Whether a tool must be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// As the model likes.
    Auto,
    /// None.
    None,
    /// Some tool.
    Required,
    /// This one.
    Tool(String),
    /// One of these.
    OneOf(Vec<String>),
}

/// The shape of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// Text.
    Text,
    /// Any JSON object.
    AnyJson,
    /// JSON that follows a schema.
    Schema {
        /// A name for it.
        name: Option<String>,
        /// What it is.
        description: Option<String>,
        /// The schema.
        schema: Object,
        /// Whether to follow it to the letter.
        strict: Option<bool>,
    },
}

/// How to draw. Numbers stay as they are written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the names are everyone's")]
pub struct Sampling {
    pub temperature: Option<Json>,
    pub top_p: Option<Json>,
    pub top_k: Option<Json>,
    pub frequency_penalty: Option<Json>,
    pub presence_penalty: Option<Json>,
    pub seed: Option<Json>,
}

/// How much to think, and whether to show it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Thinking {
    /// How much.
    pub amount: Option<Amount>,
    /// Whether thoughts are shown, in the word of OpenAI's `reasoning.summary`.
    pub show: Option<String>,
}

/// How much to think.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// Not at all.
    Off,
    /// As the model likes.
    Auto,
    /// So hard.
    Effort(Effort),
    /// At most so many tokens.
    Budget(u64),
}

/// How hard to think.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words are the providers'")]
pub enum Effort {
    Minimal,
    Low,
    Medium,
    High,
    Xhigh,
    Max,
}

impl Effort {
    /// Every effort, from little to much.
    pub const ALL: [Self; 6] = [Self::Minimal, Self::Low, Self::Medium, Self::High, Self::Xhigh, Self::Max];

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minimal => "minimal",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Xhigh => "xhigh",
            Self::Max => "max",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|effort| effort.as_str() == word)
    }

    /// About how many tokens of thought it is.
    #[must_use]
    pub const fn tokens(self) -> u64 {
        match self {
            Self::Minimal => 1_024,
            Self::Low => 2_048,
            Self::Medium => 8_192,
            Self::High => 16_384,
            Self::Xhigh => 32_768,
            Self::Max => 65_536,
        }
    }

    /// The least effort that thinks so many tokens.
    #[must_use]
    pub fn of_tokens(tokens: u64) -> Self {
        Self::ALL.into_iter().find(|effort| effort.tokens() >= tokens).unwrap_or(Self::Max)
    }
}

/// How the answer is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    /// Whole.
    #[default]
    Whole,
    /// As a stream.
    Stream,
    /// As a chat stream that ends with an event that says what was used. Other dialects always
    /// say it.
    StreamWithUsage,
}

impl Delivery {
    /// Whether it is a stream.
    #[must_use]
    pub const fn streams(self) -> bool {
        matches!(self, Self::Stream | Self::StreamWithUsage)
    }
}
