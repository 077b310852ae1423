//! `speaks` of a provider of OpenAI's dialect: which of the dialect's two wires it has.
//!
//! Whoever copied the dialect copied `chat/completions`; `responses` is younger, and many have one
//! alone. What a provider speaks is said and never tried out: a wrong guess costs calls. The
//! order says where callers of other dialects go. See `docs/adr/0013-what-a-provider-speaks.md`.

use domain::inference::Endpoint;
use serde::{Serialize, Serializer};

use super::providers::Api;
use crate::read::{Entry, Section};
use crate::words::words;

words! {
    /// A wire of OpenAI's dialect: an endpoint where a model writes an answer.
    OpenaiWire: "a wire of OpenAI's dialect" {
        /// `chat/completions`.
        Chat = "chat",
        /// `responses`.
        Responses = "responses",
    }
}

impl OpenaiWire {
    /// The wire of calls to `endpoint`; `None` for those on which wires do not differ.
    #[must_use]
    pub const fn of(endpoint: Endpoint) -> Option<Self> {
        match endpoint {
            Endpoint::Chat => Some(Self::Chat),
            Endpoint::Responses => Some(Self::Responses),
            Endpoint::Embeddings
            | Endpoint::Messages
            | Endpoint::CountTokens
            | Endpoint::Gemini
            | Endpoint::GeminiCount => None,
        }
    }
}

words! {
    /// The field of a chat request that bounds its output. OpenAI renamed it when models began to
    /// reason; who copied the dialect often knows the old name alone.
    LimitField: "a field for the output limit" {
        /// `max_completion_tokens`.
        MaxCompletionTokens = "max_completion_tokens",
        /// `max_tokens`.
        MaxTokens = "max_tokens",
    }
}

/// The wires that a provider of OpenAI's dialect has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Speaks {
    /// This one alone.
    Only(OpenaiWire),
    /// Both; what has to be translated goes to `first`.
    Both {
        /// The one that is named first.
        first: OpenaiWire,
    },
}

impl Default for Speaks {
    fn default() -> Self {
        Self::Both { first: OpenaiWire::Chat }
    }
}

impl Speaks {
    /// Whether it has this wire.
    #[must_use]
    pub fn has(self, wire: OpenaiWire) -> bool {
        match self {
            Self::Only(only) => only == wire,
            Self::Both { .. } => true,
        }
    }

    /// Where calls go that have to be translated.
    #[must_use]
    pub const fn first(self) -> OpenaiWire {
        match self {
            Self::Only(first) | Self::Both { first } => first,
        }
    }

    /// Its wires, the first one first.
    pub fn iter(self) -> impl Iterator<Item = OpenaiWire> {
        let first = self.first();
        let other = OpenaiWire::ALL.iter().copied().filter(move |wire| *wire != first && self.has(*wire));
        std::iter::once(first).chain(other)
    }
}

impl Serialize for Speaks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// Reads what a provider of `api` speaks; `None` for an api that has no wires to tell apart.
pub(crate) fn read(section: &Section<'_>, api: Option<Api>) -> Option<Speaks> {
    let Some(entry) = section.get("speaks") else { return (api == Some(Api::Openai)).then(Speaks::default) };
    refuse_elsewhere(&entry, api)?;
    if entry.is_empty_list() {
        let help = "name what it speaks: `speaks = [\"chat\"]`; or leave the key out".to_owned();
        entry.wrong("`speaks` is empty", help);
    }
    let mut wires: Vec<OpenaiWire> = Vec::new();
    for item in entry.items() {
        let Some(wire) = item.word::<OpenaiWire>() else { continue };
        if wires.contains(&wire) {
            item.wrong(format!("`{wire}` is listed twice in `speaks`"), "take one out".to_owned());
        } else {
            wires.push(wire);
        }
    }
    match wires[..] {
        [] => Some(Speaks::default()), // an error is on its way
        [only] => Some(Speaks::Only(only)),
        [first, ..] => Some(Speaks::Both { first }),
    }
}

/// Reads how `chat/completions` is told the output limit: what is said, else the old name for a
/// provider that has nothing of OpenAI's younger wire.
pub(crate) fn limit_field(section: &Section<'_>, api: Option<Api>, speaks: Option<Speaks>) -> LimitField {
    let said = section.get("limit_field").and_then(|entry| {
        refuse_elsewhere(&entry, api)?;
        entry.word::<LimitField>()
    });
    said.unwrap_or(match speaks {
        Some(Speaks::Only(OpenaiWire::Chat)) => LimitField::MaxTokens,
        Some(Speaks::Only(OpenaiWire::Responses) | Speaks::Both { .. }) | None => {
            LimitField::MaxCompletionTokens
        }
    })
}

/// Reports a key that only OpenAI's dialect has, where the provider's is another.
fn refuse_elsewhere(entry: &Entry<'_>, api: Option<Api>) -> Option<()> {
    let Some(api) = api.filter(|api| *api != Api::Openai) else { return Some(()) };
    let help = "leave it out: it is for `api = \"openai\"` alone".to_owned();
    entry.notes.error(entry.key_place, format!("`{}` means nothing for `api = \"{api}\"`", entry.key), help);
    None
}
