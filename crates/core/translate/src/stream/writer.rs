//! The writer of any wire that callers speak.

use crate::canon::Delta;
use crate::pair::{Caller, Settings};
use crate::report::Notes;
use crate::{chat, gemini, messages, responses};

/// Writes the events of one wire.
#[derive(Debug)]
#[expect(missing_docs, reason = "one for each wire that callers speak")]
pub enum Writer {
    Chat(Box<chat::stream::Writer>),
    Responses(Box<responses::stream::Writer>),
    Messages(Box<messages::stream::Writer>),
    Gemini(Box<gemini::stream::Writer>),
}

impl Writer {
    /// A writer at the beginning.
    #[must_use]
    pub fn new(caller: Caller, settings: Settings) -> Self {
        match caller {
            Caller::Chat => Self::Chat(Box::new(chat::stream::Writer::new(settings))),
            Caller::Responses => Self::Responses(Box::new(responses::stream::Writer::new(settings))),
            Caller::Messages => Self::Messages(Box::new(messages::stream::Writer::new(settings))),
            Caller::Gemini => Self::Gemini(Box::new(gemini::stream::Writer::new(settings))),
        }
    }

    /// Writes one delta.
    pub fn delta(&mut self, delta: Delta, notes: &mut Notes, out: &mut Vec<u8>) {
        match self {
            Self::Chat(writer) => writer.delta(delta, notes, out),
            Self::Responses(writer) => writer.delta(delta, notes, out),
            Self::Messages(writer) => writer.delta(delta, notes, out),
            Self::Gemini(writer) => writer.delta(delta, notes, out),
        }
    }
}
