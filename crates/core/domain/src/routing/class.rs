//! What kind of thing went wrong, from a provider's status and its word for the error.

use super::Effect;

/// The kind of a failure. Each has one right reaction, see [`super::react`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Class {
    /// The credential is not good, not paid for, or not allowed to do this.
    Credential,
    /// The credential's rate or quota is used up for now.
    Quota,
    /// The provider has no room for anyone.
    Capacity,
    /// The provider broke inside.
    Server,
    /// The provider does not have the model.
    Missing,
    /// No connection could be made; nothing was sent.
    Unsent,
    /// Nothing came for too long after the request was sent, here or at a proxy in between.
    Timeout,
    /// The connection broke after the request was sent.
    Broken,
    /// The request itself is at fault, and would be anywhere.
    Content,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 9] = [
        Self::Credential,
        Self::Quota,
        Self::Capacity,
        Self::Server,
        Self::Missing,
        Self::Unsent,
        Self::Timeout,
        Self::Broken,
        Self::Content,
    ];

    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::Quota => "quota",
            Self::Capacity => "capacity",
            Self::Server => "server",
            Self::Missing => "missing",
            Self::Unsent => "unsent",
            Self::Timeout => "timeout",
            Self::Broken => "broken",
            Self::Content => "content",
        }
    }

    /// Whether a provider that answers so may have done the work all the same: it broke, or
    /// something in between gave up on it. Other answers say that it did not begin.
    #[must_use]
    pub const fn effect(self) -> Effect {
        match self {
            Self::Server | Self::Timeout | Self::Broken => Effect::Possible,
            Self::Credential
            | Self::Quota
            | Self::Capacity
            | Self::Missing
            | Self::Unsent
            | Self::Content => Effect::None,
        }
    }

    /// Whether it says something about the provider's health. A quota has its own memory, and a
    /// bad request says that the provider is well.
    #[must_use]
    pub const fn is_illness(self) -> bool {
        match self {
            Self::Credential
            | Self::Capacity
            | Self::Server
            | Self::Missing
            | Self::Unsent
            | Self::Timeout
            | Self::Broken => true,
            Self::Quota | Self::Content => false,
        }
    }

    /// The class of an answer with this status, where it is an error. `kind` is the provider's
    /// type and code of the error, such as `rate_limit_error` or `server_error/overloaded`; a word
    /// that is known there weighs more than the status, because proxies in between change that.
    #[must_use]
    pub fn of_status(status: u16, kind: Option<&str>) -> Option<Self> {
        if status < 300 {
            return None;
        }
        let by_word = kind.and_then(Self::of_word);
        Some(match status {
            400 | 413 | 422 => by_word.filter(|class| *class == Self::Credential).unwrap_or(Self::Content),
            401 | 402 => Self::Credential,
            403 => by_word.unwrap_or(Self::Credential),
            404 => Self::Missing,
            429 => by_word.filter(|class| *class != Self::Content).unwrap_or(Self::Quota),
            503 | 529 => Self::Capacity,
            // Something in between gave up waiting; the model may still be at work.
            408 | 504 | 524 => Self::Timeout,
            500.. => by_word.filter(|class| *class == Self::Capacity).unwrap_or(Self::Server),
            300..=399 => Self::Server,
            _ => Self::Content,
        })
    }

    /// The class of an error that came inside an answer with status 200.
    #[must_use]
    pub fn of_stream(kind: &str) -> Self {
        Self::of_word(kind).unwrap_or(Self::Server)
    }

    /// Words of OpenAI, Anthropic, Google and those who speak like them.
    fn of_word(kind: &str) -> Option<Self> {
        const WORDS: [(&str, Class); 20] = [
            ("insufficient_quota", Class::Credential),
            ("billing", Class::Credential),
            ("credit", Class::Credential),
            ("invalid_api_key", Class::Credential),
            ("api_key_invalid", Class::Credential),
            ("authentication", Class::Credential),
            ("unauthenticated", Class::Credential),
            ("overloaded", Class::Capacity),
            ("unavailable", Class::Capacity),
            ("capacity", Class::Capacity),
            ("rate_limit", Class::Quota),
            ("resource_exhausted", Class::Quota),
            ("model_not_found", Class::Missing),
            ("content_filter", Class::Content),
            ("content_policy", Class::Content),
            ("invalid_prompt", Class::Content),
            ("invalid_request", Class::Content),
            ("context_length", Class::Content),
            ("permission", Class::Credential),
            ("not_found", Class::Missing),
        ];
        let kind = kind.to_ascii_lowercase();
        WORDS.into_iter().find_map(|(word, class)| kind.contains(word).then_some(class))
    }
}
