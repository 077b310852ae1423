//! Answers that come as a stream.

use std::sync::LazyLock;

use domain::inference::Endpoint;
use memchr::memmem::Finder;

use super::StreamSummary;
use super::chat::Chat;
use super::gemini::Gemini;
use super::identity::Identity;
use super::messages::Messages;
use super::responses::Responses;
use super::usage::Report;
use crate::json::{Cursor, JsonError, Kind};
use crate::sse::{Event, Splitter};

/// Looks for the member's name. Made once: to make one costs more than to search an event.
static USAGE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\"usage\""));

/// Reads a stream as it passes.
#[derive(Debug, Clone)]
pub struct StreamReader {
    endpoint: Endpoint,
    splitter: Splitter,
    read: Read,
    /// Boxed, because few streams are read for it.
    identity: Option<Box<Identity>>,
}

/// What was read so far, by dialect.
#[derive(Debug, Clone)]
enum Read {
    Chat(Chat),
    Responses(Responses),
    Messages(Messages),
    Gemini(Gemini),
}

impl StreamReader {
    /// A reader at the start of a stream that answers a call to `endpoint`.
    #[must_use]
    pub fn new(endpoint: Endpoint) -> Self {
        let read = match endpoint {
            Endpoint::Responses => Read::Responses(Responses::default()),
            Endpoint::Messages | Endpoint::CountTokens => Read::Messages(Messages::default()),
            Endpoint::Chat | Endpoint::Embeddings => Read::Chat(Chat::default()),
            Endpoint::Gemini | Endpoint::GeminiCount => Read::Gemini(Gemini::default()),
        };
        Self { endpoint, splitter: Splitter::new(), read, identity: None }
    }

    /// This reader, which also tells who answers.
    #[must_use]
    pub fn identifying(mut self) -> Self {
        self.identity = Some(Box::default());
        self
    }

    /// Who answers, as far as the stream has told; `None` where it is not read for it.
    #[must_use]
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.as_deref()
    }

    /// The provider's id of the answer, once it was said.
    #[must_use]
    pub fn response_id(&self) -> Option<&str> {
        match &self.read {
            Read::Chat(chat) => chat.id.as_deref(),
            Read::Responses(responses) => responses.id.as_deref(),
            Read::Messages(messages) => messages.id.as_deref(),
            Read::Gemini(gemini) => gemini.id.as_deref(),
        }
    }

    /// Takes the next chunk.
    pub fn push(&mut self, chunk: &[u8]) {
        let Self { endpoint, splitter, read, identity } = self;
        splitter.push(chunk, |event| {
            read.event(&event);
            if let Some(identity) = identity {
                identity.event(*endpoint, &event.data);
            }
        });
    }

    /// Whether `data` is the event with which a chat stream reports usage and nothing else.
    #[must_use]
    pub fn is_usage_only_event(&self, data: &[u8]) -> bool {
        self.endpoint == Endpoint::Chat && is_usage_only_event(data)
    }

    /// Takes the end of the stream: the last event counts even where its blank line is missing.
    pub fn finish(&mut self) {
        let Self { splitter, read, .. } = self;
        splitter.finish(|event| read.event(&event));
    }

    /// Whether the stream so far ends between two events.
    #[must_use]
    pub const fn is_at_event_end(&self) -> bool {
        self.splitter.is_at_event_end()
    }

    /// How many bytes of the stream so far are whole events.
    #[must_use]
    pub const fn boundary(&self) -> u64 {
        self.splitter.boundary()
    }

    /// What the whole events so far said. Cheap.
    #[must_use]
    pub fn summary(&self) -> StreamSummary {
        self.read.summary(self.endpoint)
    }
}

impl Read {
    fn event(&mut self, event: &Event<'_>) {
        match self {
            Self::Chat(chat) => chat.event(&event.data),
            Self::Responses(responses) => responses.event(event.name, &event.data),
            Self::Messages(messages) => messages.event(event.name, &event.data),
            Self::Gemini(gemini) => gemini.event(&event.data),
        }
    }

    fn summary(&self, endpoint: Endpoint) -> StreamSummary {
        let (report, usage_final, complete, error, output_bytes) = match self {
            Self::Chat(chat) => {
                (&chat.report, chat.usage_final(), chat.complete(), &chat.error, chat.output_bytes)
            }
            Self::Responses(read) => (
                &read.report,
                read.complete && read.report.seen,
                read.complete,
                &read.error,
                read.output_bytes,
            ),
            Self::Messages(read) => {
                (&read.report, read.usage_final, read.complete, &read.error, read.output_bytes)
            }
            Self::Gemini(read) => {
                (&read.report, read.usage_final(), read.complete(), &read.error, read.output_bytes)
            }
        };
        let usage = report.usage(endpoint);
        let usage_final = usage_final && usage.is_some();
        StreamSummary { usage, tier: report.tier, usage_final, complete, error: error.clone(), output_bytes }
    }
}

/// Whether `data` is the event with which a chat stream reports usage and nothing else: no
/// choices in the list of them, and a usage object. Azure's first event has no choices either, but no usage.
#[must_use]
pub fn is_usage_only_event(data: &[u8]) -> bool {
    if USAGE.find(data).is_none() {
        return false;
    }
    let (mut report, mut no_choices) = (Report::default(), false);
    let read = Cursor::new(data).object(|cursor, key| {
        match (&*key.bytes(), cursor.kind()?) {
            (b"usage", _) => {
                report.read(cursor)?;
            }
            (b"choices", Kind::Array) => {
                no_choices = true;
                cursor.array(|cursor| {
                    no_choices = false;
                    cursor.skip()
                })?;
            }
            _ => cursor.skip()?,
        }
        Ok::<(), JsonError>(())
    });
    read.is_ok() && report.seen && no_choices
}
