//! Whole answers.

use super::message::{self, Spoken};
use super::{read_stop, usage, write_stop};
use crate::canon::{Answer, Part, Stop, Toward};
use crate::json::{Fields, Json, Object};
use crate::pair::Settings;
use crate::report::{At, Notes, Why};

/// Reads an answer.
pub fn read(body: Object, notes: &mut Notes) -> Answer {
    let mut fields = Fields::new(body, At::ROOT);
    let mut answer = Answer {
        id: fields.text("id", notes).filter(|id| !id.is_empty()),
        model: fields.text("model", notes),
        usage: fields.object("usage", notes).map(|object| usage::read(object, At::ROOT.at("usage"), notes)),
        ..Answer::default()
    };
    fields.skip(&["object", "created", "system_fingerprint", "service_tier"]);
    let mut choices = fields.list("choices", notes).into_iter();
    if let Some(mut choice) =
        choices.next().and_then(|json| Fields::of(json, At::ROOT.at("choices[]"), notes))
    {
        let at = choice.at;
        choice.skip(&["index", "native_finish_reason"]);
        let stop = choice.text("finish_reason", notes);
        if let Some(mut message) =
            choice.take("message").and_then(|json| Fields::of(json, at.at("message"), notes))
        {
            message.skip(&["role"]);
            answer.parts = message::assistant(&mut message, notes);
            message.done(notes);
        }
        choice.done(notes);
        answer.stop = read_stop(stop.as_deref().unwrap_or_default());
    }
    if choices.next().is_some() {
        notes.dropped(At::ROOT.at("choices[]"), Why::NotInTarget);
    }
    fields.done(notes);
    answer
}

/// Writes an answer.
pub fn write(answer: &Answer, settings: &Settings, notes: &mut Notes) -> Object {
    let parts: Vec<&Part> = answer.parts.iter().collect();
    let message = Spoken::of(&parts, Toward::Caller, notes).message();
    let choice = Object::new()
        .with("index", 0_u64)
        .with("message", message)
        .with("logprobs", Json::Null)
        .with("finish_reason", stop_word(&answer.stop, notes));
    Object::new()
        .with("id", answer.id.as_deref().unwrap_or(&settings.id))
        .with("object", "chat.completion")
        .with("created", settings.now)
        .with("model", answer.model.as_deref().unwrap_or(&settings.model))
        .with("choices", vec![choice.into()])
        .maybe("usage", answer.usage.as_ref().map(usage::write))
}

/// The `finish_reason`; noted where it is only near.
pub(super) fn stop_word(stop: &Stop, notes: &mut Notes) -> &'static str {
    let (word, exact) = write_stop(stop);
    if !exact {
        notes.approximated(At::ROOT.at("stop_reason"), Why::Nearest);
    }
    word
}
