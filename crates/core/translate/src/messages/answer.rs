//! Whole answers.

use domain::Usage;

use super::{blocks, read_stop, usage, write_stop};
use crate::canon::{Answer, Part, Stop, Toward};
use crate::json::{Fields, Json, Object};
use crate::pair::Settings;
use crate::report::{At, Notes, Why};

/// Reads an answer.
pub fn read(body: Object, notes: &mut Notes) -> Answer {
    let mut fields = Fields::new(body, At::ROOT);
    fields.skip(&["type", "role", "container", "context_management", "stop_details"]);
    let sequence = fields.text("stop_sequence", notes);
    let stop = fields.text("stop_reason", notes).unwrap_or_default();
    let answer = Answer {
        id: fields.text("id", notes).filter(|id| !id.is_empty()),
        model: fields.text("model", notes),
        parts: blocks::read(&mut fields, notes),
        stop: read_stop(&stop, sequence),
        usage: fields.object("usage", notes).map(|object| usage::read(object, At::ROOT.at("usage"), notes)),
    };
    fields.done(notes);
    answer
}

/// Writes an answer.
pub fn write(answer: &Answer, settings: &Settings, notes: &mut Notes) -> Object {
    let parts: Vec<&Part> = answer.parts.iter().collect();
    let content = blocks::write(&parts, Toward::Caller, notes);
    let (word, sequence) = stop_words(&answer.stop, notes);
    Object::new()
        .with("id", answer.id.as_deref().unwrap_or(&settings.id))
        .with("type", "message")
        .with("role", "assistant")
        .with("model", answer.model.as_deref().unwrap_or(&settings.model))
        .with("content", content)
        .with("stop_reason", word)
        .with("stop_sequence", sequence)
        .with("usage", usage::write(&used(answer.usage, settings)))
}

/// What was used; where the provider does not say, the estimate of what went in. The dialect wants a
/// figure, and its clients take one of zero for an error.
pub(super) fn used(said: Option<Usage>, settings: &Settings) -> Usage {
    said.unwrap_or(Usage { input: settings.input_estimate, ..Usage::default() })
}

/// The `stop_reason` and the `stop_sequence`; noted where they are only near.
pub(super) fn stop_words(stop: &Stop, notes: &mut Notes) -> (&'static str, Json) {
    let (word, exact) = write_stop(stop);
    if !exact {
        notes.approximated(At::ROOT.at("stop_reason"), Why::Nearest);
    }
    let sequence = match stop {
        Stop::Sequence(Some(text)) => text.as_str().into(),
        _ => Json::Null,
    };
    (word, sequence)
}
