//! Which fields a control relies on, per endpoint.

use domain::inference::{Dialect, Endpoint};

use crate::gemini::camel;

/// What a top-level field is to the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Field {
    Model,
    Stream,
    StreamOptions,
    /// Bounds the output.
    Bound(&'static str),
    /// How many answers are asked for.
    Choices(&'static str),
    Thinking,
    Background,
    /// Holds fields of its own that controls rely on (Google's `generationConfig`).
    Config,
    /// The whole request once more, where its tokens are counted (Google's).
    Inner,
    /// How the provider is to process the call.
    Tier(&'static str),
    /// Names input that the provider has stored.
    Stored(&'static str),
    /// Text for the model.
    Content(&'static str),
    /// A prompt of the workspace in place of messages.
    PromptRef,
    /// Not for the model.
    Metadata,
    /// Anything else: counted as text, otherwise left alone.
    Other,
}

impl Field {
    /// The field called `name` at `endpoint`.
    pub(super) fn of(endpoint: Endpoint, name: &[u8]) -> Self {
        if endpoint.dialect() == Dialect::Gemini {
            return Self::of_gemini(&camel(name));
        }
        match name {
            b"model" => return Self::Model,
            b"stream" => return Self::Stream,
            b"metadata" => return Self::Metadata,
            b"prompt_ref" => return Self::PromptRef,
            b"tools" => return Self::Content("tools"),
            b"service_tier" => return Self::Tier("service_tier"),
            _ => {}
        }
        match endpoint {
            Endpoint::Chat => Self::of_chat(name),
            Endpoint::Responses => Self::of_responses(name),
            Endpoint::Messages | Endpoint::CountTokens => Self::of_messages(name),
            Endpoint::Embeddings if name == b"input" => Self::Content("input"),
            Endpoint::Embeddings | Endpoint::Gemini | Endpoint::GeminiCount => Self::Other,
        }
    }

    /// Its name in a message; `None` where it may stand twice.
    pub(super) const fn governed(self) -> Option<&'static str> {
        match self {
            Self::Model => Some("model"),
            Self::Stream => Some("stream"),
            Self::StreamOptions => Some("stream_options"),
            Self::Thinking => Some("thinking"),
            Self::Background => Some("background"),
            Self::Config => Some("generationConfig"),
            Self::Inner => Some("generateContentRequest"),
            Self::Choices(name)
            | Self::Bound(name)
            | Self::Tier(name)
            | Self::Stored(name)
            | Self::Content(name) => Some(name),
            Self::PromptRef => Some("prompt_ref"),
            Self::Metadata | Self::Other => None,
        }
    }

    fn of_chat(name: &[u8]) -> Self {
        match name {
            b"stream_options" => Self::StreamOptions,
            b"max_completion_tokens" => Self::Bound("max_completion_tokens"),
            b"max_tokens" => Self::Bound("max_tokens"),
            b"n" => Self::Choices("n"),
            b"messages" => Self::Content("messages"),
            b"functions" => Self::Content("functions"),
            b"response_format" => Self::Content("response_format"),
            _ => Self::Other,
        }
    }

    fn of_responses(name: &[u8]) -> Self {
        match name {
            b"max_output_tokens" => Self::Bound("max_output_tokens"),
            b"background" => Self::Background,
            b"input" => Self::Content("input"),
            b"instructions" => Self::Content("instructions"),
            b"text" => Self::Content("text"),
            b"previous_response_id" => Self::Stored("previous_response_id"),
            b"conversation" => Self::Stored("conversation"),
            b"prompt" => Self::Stored("prompt"),
            _ => Self::Other,
        }
    }

    /// A field of a request to Google, by its name in camel case.
    fn of_gemini(name: &[u8]) -> Self {
        match name {
            b"model" => Self::Model,
            b"contents" => Self::Content("contents"),
            b"systemInstruction" => Self::Content("systemInstruction"),
            b"tools" => Self::Content("tools"),
            b"toolConfig" => Self::Content("toolConfig"),
            b"generationConfig" => Self::Config,
            b"generateContentRequest" => Self::Inner,
            b"promptRef" => Self::PromptRef,
            b"cachedContent" => Self::Stored("cachedContent"),
            b"serviceTier" => Self::Tier("serviceTier"),
            b"labels" => Self::Metadata,
            _ => Self::Other,
        }
    }

    /// A member of Google's `generationConfig`, by its name in camel case.
    pub(super) fn of_config(name: &[u8]) -> Self {
        match name {
            b"maxOutputTokens" => Self::Bound("generationConfig.maxOutputTokens"),
            b"candidateCount" => Self::Choices("generationConfig.candidateCount"),
            _ => Self::Other,
        }
    }

    fn of_messages(name: &[u8]) -> Self {
        match name {
            b"max_tokens" => Self::Bound("max_tokens"),
            b"thinking" => Self::Thinking,
            b"speed" => Self::Tier("speed"),
            b"messages" => Self::Content("messages"),
            b"system" => Self::Content("system"),
            _ => Self::Other,
        }
    }
}
