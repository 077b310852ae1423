//! The endpoints of the gateway, and the dialects that are spoken there.

use serde::{Deserialize, Serialize};

/// The endpoint that was called.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// `POST /v1/chat/completions`.
    Chat,
    /// `POST /v1/responses`.
    Responses,
    /// `POST /v1/embeddings`.
    Embeddings,
    /// `POST /v1/messages`.
    Messages,
    /// `POST /v1/messages/count_tokens`.
    CountTokens,
    /// `POST /v1beta/models/{model}:generateContent` and `:streamGenerateContent`.
    Gemini,
    /// `POST /v1beta/models/{model}:countTokens`.
    GeminiCount,
}

/// A wire dialect.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// OpenAI's.
    Openai,
    /// Anthropic's.
    Anthropic,
    /// Google's.
    Gemini,
}

impl Dialect {
    /// The word in files and messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Openai => "openai",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
        }
    }
}

impl Endpoint {
    /// Every endpoint.
    pub const ALL: [Self; 7] = [
        Self::Chat,
        Self::Responses,
        Self::Embeddings,
        Self::Messages,
        Self::CountTokens,
        Self::Gemini,
        Self::GeminiCount,
    ];

    /// The dialect spoken there.
    #[must_use]
    pub const fn dialect(self) -> Dialect {
        match self {
            Self::Chat | Self::Responses | Self::Embeddings => Dialect::Openai,
            Self::Messages | Self::CountTokens => Dialect::Anthropic,
            Self::Gemini | Self::GeminiCount => Dialect::Gemini,
        }
    }

    /// Whether a model writes an answer there.
    #[must_use]
    pub const fn writes(self) -> bool {
        matches!(self, Self::Chat | Self::Responses | Self::Messages | Self::Gemini)
    }

    /// Whether it only counts tokens, which is free of charge.
    #[must_use]
    pub const fn counts(self) -> bool {
        matches!(self, Self::CountTokens | Self::GeminiCount)
    }

    /// Its path; of Google's, where the model stands in it.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Chat => "/v1/chat/completions",
            Self::Responses => "/v1/responses",
            Self::Embeddings => "/v1/embeddings",
            Self::Messages => "/v1/messages",
            Self::CountTokens => "/v1/messages/count_tokens",
            Self::Gemini => "/v1beta/models/{model}:generateContent",
            Self::GeminiCount => "/v1beta/models/{model}:countTokens",
        }
    }

    /// Its path as a call for `model` had it, fit for an address: where a dialect says model and
    /// delivery there, they stand in it, and what of the model's name is no plain letter is
    /// percent-encoded (RFC 3986 §2.1).
    #[must_use]
    pub fn called_at(self, model: &str, stream: bool) -> String {
        let method = match (self, stream) {
            (Self::Gemini, true) => "streamGenerateContent?alt=sse",
            (Self::Gemini, false) => "generateContent",
            (Self::GeminiCount, _) => "countTokens",
            (Self::Chat | Self::Responses | Self::Embeddings | Self::Messages | Self::CountTokens, _) => {
                return self.path().to_owned();
            }
        };
        format!("/v1beta/models/{}:{method}", encoded(model))
    }

    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Responses => "responses",
            Self::Embeddings => "embeddings",
            Self::Messages => "messages",
            Self::CountTokens => "count_tokens",
            Self::Gemini => "gemini",
            Self::GeminiCount => "gemini_count",
        }
    }
}

fn encoded(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_./".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_what_was_called_and_is_safe_to_repeat() {
        for (endpoint, model, stream, path) in [
            (Endpoint::Chat, "m", true, "/v1/chat/completions"),
            (Endpoint::Gemini, "up/m-1.5", false, "/v1beta/models/up/m-1.5:generateContent"),
            (Endpoint::Gemini, "m", true, "/v1beta/models/m:streamGenerateContent?alt=sse"),
            (Endpoint::GeminiCount, "$(x)\"é", false, "/v1beta/models/%24%28x%29%22%C3%A9:countTokens"),
        ] {
            assert_eq!(endpoint.called_at(model, stream), path);
        }
    }
}
