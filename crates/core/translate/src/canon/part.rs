//! Parts: what turns and answers are made of.

use super::proof::Proof;

/// A part of a turn or of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text.
    Text(Text),
    /// An image or a document.
    Media(Media),
    /// The model calls a tool.
    Call(Call),
    /// What a tool gave back.
    Result(ToolResult),
    /// What the model thought.
    Reasoning(Reasoning),
    /// The model's words of refusal.
    Refusal(String),
    /// What stands before this is worth caching.
    Cache(Lifetime),
}

impl Part {
    /// A text without citations.
    #[must_use]
    pub const fn text(text: String) -> Self {
        Self::Text(Text { text, citations: Vec::new() })
    }
}

/// Text, and where it is from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Its sources.
    pub citations: Vec<Citation>,
}

/// A source of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Citation {
    /// Its address.
    pub url: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// The words of the source.
    pub quote: Option<String>,
    /// Which characters of the text it is for, end excluded; `None`: all of it.
    pub span: Option<(u64, u64)>,
}

/// How long a cache lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// Five minutes, or whatever is usual.
    Short,
    /// An hour.
    Hour,
}

/// An image or a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Which.
    pub kind: MediaKind,
    /// Where its bytes are.
    pub source: Source,
    /// Its file name.
    pub name: Option<String>,
    /// How closely to look: OpenAI's `detail`.
    pub detail: Option<String>,
}

/// What kind of media.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaKind {
    /// An image.
    Image,
    /// A document.
    Document,
}

/// Where bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Behind an address.
    Url {
        /// The address.
        url: String,
        /// Its media type, where it was said.
        media_type: Option<String>,
    },
    /// Here, in base64.
    Data {
        /// The media type.
        media_type: String,
        /// The bytes.
        base64: String,
    },
    /// Here, as plain text.
    Plain(String),
}

/// A call of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its id.
    pub id: String,
    /// The tool.
    pub name: String,
    /// The arguments as the model wrote them: JSON, if the model was right.
    pub arguments: String,
}

/// What a tool gave back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolResult {
    /// The call it answers.
    pub id: String,
    /// The tool, where it was said.
    pub name: Option<String>,
    /// Texts and media.
    pub content: Vec<Part>,
    /// Whether the tool failed.
    pub failed: bool,
}

/// What the model thought.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reasoning {
    /// In words, or a summary; may be empty.
    pub text: String,
    /// What the provider wants back with the next turn.
    pub proof: Option<Proof>,
}
