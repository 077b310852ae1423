//! The wire formats that are translated, and whose reasoning proofs belong to whom.
//!
//! A wire is finer than a dialect of the workspace: OpenAI has two of them.

use domain::inference::Endpoint;

/// A wire format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wire {
    /// OpenAI's `chat/completions`.
    Chat,
    /// OpenAI's `responses`.
    Responses,
    /// Anthropic's `messages`.
    Messages,
    /// Google's `generateContent` and `streamGenerateContent`.
    Gemini,
    /// AWS Bedrock's Converse. Upstream only.
    Bedrock,
}

impl Wire {
    /// Every wire.
    pub const ALL: [Self; 5] = [Self::Chat, Self::Responses, Self::Messages, Self::Gemini, Self::Bedrock];

    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Responses => "responses",
            Self::Messages => "messages",
            Self::Gemini => "gemini",
            Self::Bedrock => "bedrock",
        }
    }

    /// The wire of an endpoint; `None` for those that are never translated.
    #[must_use]
    pub const fn of(endpoint: Endpoint) -> Option<Self> {
        match endpoint {
            Endpoint::Chat => Some(Self::Chat),
            Endpoint::Responses => Some(Self::Responses),
            Endpoint::Messages => Some(Self::Messages),
            Endpoint::Gemini => Some(Self::Gemini),
            Endpoint::Embeddings | Endpoint::CountTokens | Endpoint::GeminiCount => None,
        }
    }

    /// Who signs and seals reasoning there.
    #[must_use]
    pub const fn origin(self) -> Origin {
        match self {
            Self::Chat | Self::Responses => Origin::Openai,
            Self::Messages => Origin::Anthropic,
            Self::Gemini => Origin::Gemini,
            Self::Bedrock => Origin::Bedrock,
        }
    }
}

/// Whose keys a proof of reasoning was made with: nobody else can read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// OpenAI.
    Openai,
    /// Anthropic.
    Anthropic,
    /// Google.
    Gemini,
    /// AWS.
    Bedrock,
}

impl Origin {
    /// Every origin.
    pub const ALL: [Self; 4] = [Self::Openai, Self::Anthropic, Self::Gemini, Self::Bedrock];

    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Openai => "openai",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
            Self::Bedrock => "bedrock",
        }
    }
}
