//! Whole answers.

use super::{content, item, read_stop, usage, write_stop};
use crate::canon::{Answer, Part, Toward};
use crate::json::{Fields, Json, Object};
use crate::pair::Settings;
use crate::report::{At, Notes};

/// What a response repeats of its request, or says of its life at the provider.
const REPEATED: [&str; 32] = [
    "object",
    "created_at",
    "completed_at",
    "background",
    "billing",
    "error",
    "frequency_penalty",
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "metadata",
    "moderation",
    "output_text",
    "parallel_tool_calls",
    "presence_penalty",
    "previous_response_id",
    "prompt_cache_key",
    "prompt_cache_retention",
    "reasoning",
    "safety_identifier",
    "service_tier",
    "store",
    "temperature",
    "text",
    "tool_choice",
    "tool_usage",
    "tools",
    "top_logprobs",
    "top_p",
    "truncation",
    "user",
    "conversation",
];

/// Reads an answer.
pub fn read(body: Object, notes: &mut Notes) -> Answer {
    let mut fields = Fields::new(body, At::ROOT);
    fields.skip(&REPEATED);
    let status = fields.text("status", notes).unwrap_or_default();
    let details = fields.object("incomplete_details", notes);
    let mut parts = Vec::new();
    for json in fields.list("output", notes) {
        let Some(output) = Fields::of(json, At::ROOT.at("output[]"), notes) else { continue };
        parts.extend(item::read(output, notes).into_iter().flat_map(|(_, parts)| parts));
    }
    let answer = Answer {
        id: fields.text("id", notes).filter(|id| !id.is_empty()),
        model: fields.text("model", notes),
        parts,
        stop: read_stop(&status, details.as_ref()),
        usage: fields.object("usage", notes).map(|object| usage::read(object, At::ROOT.at("usage"), notes)),
    };
    fields.done(notes);
    answer
}

/// Writes an answer.
pub fn write(answer: &Answer, settings: &Settings, notes: &mut Notes) -> Object {
    let said_no = answer.parts.iter().any(|part| matches!(part, Part::Refusal(_)));
    let output = output(&answer.parts, settings, notes);
    let head = Head {
        id: answer.id.as_deref().unwrap_or(&settings.id),
        model: answer.model.as_deref().unwrap_or(&settings.model),
        created: settings.now,
    };
    let (status, reason) = write_stop(&answer.stop, said_no, notes);
    head.response(status, reason, output, answer.usage.as_ref().map(usage::write))
}

/// The id of an item, by its kind and its place.
pub(super) fn item_id(prefix: &str, settings: &Settings, index: u64) -> String {
    format!("{prefix}_{}_{index}", settings.id)
}

/// What is the same in every state of a response.
#[derive(Debug)]
pub(super) struct Head<'a> {
    pub(super) id: &'a str,
    pub(super) model: &'a str,
    pub(super) created: u64,
}

impl Head<'_> {
    /// The response in a state. SDKs want every field of it.
    pub(super) fn response(
        &self,
        status: &'static str,
        reason: Option<&'static str>,
        output: Vec<Json>,
        usage: Option<Object>,
    ) -> Object {
        let details = reason.map_or(Json::Null, |reason| Object::new().with("reason", reason).into());
        let nothing = Object::new().with("effort", Json::Null).with("summary", Json::Null);
        let format = Object::new().with("format", Object::new().with("type", "text"));
        Object::new()
            .with("id", self.id)
            .with("object", "response")
            .with("created_at", self.created)
            .with("status", status)
            .with("error", Json::Null)
            .with("incomplete_details", details)
            .with("instructions", Json::Null)
            .with("max_output_tokens", Json::Null)
            .with("model", self.model)
            .with("output", output)
            .with("parallel_tool_calls", true)
            .with("previous_response_id", Json::Null)
            .with("reasoning", nothing)
            .with("store", false)
            .with("temperature", Json::Null)
            .with("text", format)
            .with("tool_choice", "auto")
            .with("tools", Vec::new())
            .with("top_p", Json::Null)
            .with("truncation", "disabled")
            .with("usage", usage.map_or(Json::Null, Json::from))
            .with("metadata", Object::new())
    }
}

fn output(parts: &[Part], settings: &Settings, notes: &mut Notes) -> Vec<Json> {
    let mut output: Vec<Json> = Vec::new();
    let mut said: Vec<Json> = Vec::new();
    for part in parts {
        match part {
            Part::Text(text) => said.push(content::output_text(text, notes).into()),
            Part::Refusal(text) => said.push(content::refusal(text).into()),
            Part::Call(call) => {
                flush(&mut said, &mut output, settings);
                let id = item_id("fc", settings, output.len() as u64);
                output.push(item::written_call(&id, item::State::Done, call).into());
            }
            Part::Reasoning(reasoning) => {
                flush(&mut said, &mut output, settings);
                let id = item_id("rs", settings, output.len() as u64);
                let item = item::written_reasoning(&id, reasoning, Toward::Caller, notes);
                output.extend(item.map(Json::from));
            }
            Part::Media(_) | Part::Result(_) | Part::Cache(_) => {
                notes.dropped(At::ROOT.at("output[]"), crate::report::Why::NotInTarget);
            }
        }
    }
    flush(&mut said, &mut output, settings);
    output
}

fn flush(said: &mut Vec<Json>, output: &mut Vec<Json>, settings: &Settings) {
    if !said.is_empty() {
        let id = item_id("msg", settings, output.len() as u64);
        output.push(item::written_message(&id, item::State::Done, std::mem::take(said)).into());
    }
}
