//! The reader of any wire.

use crate::canon::Event;
use crate::json::{Json, Object};
use crate::report::Notes;
use crate::wire::Wire;
use crate::{bedrock, chat, gemini, messages, responses};

/// Reads the events of one wire.
#[derive(Debug)]
#[expect(missing_docs, reason = "one for each wire")]
pub enum Reader {
    Chat(chat::stream::Reader),
    Responses(responses::stream::Reader),
    Messages(messages::stream::Reader),
    Gemini(gemini::stream::Reader),
    Bedrock(bedrock::Reader),
}

impl Reader {
    /// A reader at the beginning.
    #[must_use]
    pub fn new(wire: Wire) -> Self {
        match wire {
            Wire::Chat => Self::Chat(chat::stream::Reader::default()),
            Wire::Responses => Self::Responses(responses::stream::Reader::default()),
            Wire::Messages => Self::Messages(messages::stream::Reader::default()),
            Wire::Gemini => Self::Gemini(gemini::stream::Reader::default()),
            Wire::Bedrock => Self::Bedrock(bedrock::Reader::default()),
        }
    }

    /// Reads one event; `name` is the type of a frame.
    pub fn event(&mut self, name: &str, event: Object, notes: &mut Notes, out: &mut Vec<Event>) {
        match self {
            Self::Chat(reader) => reader.event(event, notes, out),
            Self::Responses(reader) => reader.event(event, notes, out),
            Self::Messages(reader) => reader.event(event, notes, out),
            Self::Gemini(reader) => reader.event(event, notes, out),
            Self::Bedrock(reader) => reader.event(name, event, notes, out),
        }
    }

    /// The stream has ended.
    pub fn finish(&mut self, notes: &mut Notes, out: &mut Vec<Event>) {
        if let Self::Chat(reader) = self {
            reader.finish(notes, out);
        }
    }
}

/// The wire that an event is of, where it can be told.
pub(super) fn wire_of(event: &Object) -> Option<Wire> {
    match event.get("type").and_then(Json::as_text) {
        Some(kind) if kind.starts_with("response.") => return Some(Wire::Responses),
        Some(kind) if kind.starts_with("message_") || kind.starts_with("content_block_") => {
            return Some(Wire::Messages);
        }
        _ => {}
    }
    if event.get("choices").is_some() {
        return Some(Wire::Chat);
    }
    event.get("candidates").map(|_| Wire::Gemini)
}
