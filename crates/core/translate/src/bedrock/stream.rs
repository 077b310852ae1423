//! Events of a stream, out of their frames.

use std::collections::HashMap;

use super::{answer, read_stop};
use crate::canon::{Block, Event, Form, Proof};
use crate::failure::{self, Failure};
use crate::json::{Fields, Json, Object};
use crate::report::{At, Notes, Why};
use crate::stream::Flow;
use crate::wire::Wire;

/// Reads events.
#[derive(Debug, Default)]
pub struct Reader {
    flow: Flow,
    /// Keys of running blocks by their index.
    blocks: HashMap<u64, u64>,
}

impl Reader {
    /// Reads one event of the type `name`.
    pub fn event(&mut self, name: &str, event: Object, notes: &mut Notes, out: &mut Vec<Event>) {
        let mut fields = Fields::new(event, At::ROOT);
        fields.skip(&["p"]); // padding against those who watch sizes
        match name {
            "messageStart" => {
                fields.skip(&["role"]);
                out.push(Event::Start { id: None, model: None });
            }
            "contentBlockStart" => self.start(&mut fields, notes, out),
            "contentBlockDelta" => self.delta(&mut fields, notes, out),
            "contentBlockStop" => {
                let index = fields.whole("contentBlockIndex", notes).unwrap_or(0);
                out.extend(self.blocks.remove(&index).map(Event::Close));
            }
            "messageStop" => {
                let word = fields.text("stopReason", notes).unwrap_or_default();
                fields.skip(&["additionalModelResponseFields"]);
                out.push(Event::Stop(read_stop(&word)));
            }
            "metadata" => {
                let usage = fields.object("usage", notes);
                fields.skip(&["metrics", "trace", "performanceConfig", "serviceTier"]);
                out.extend(usage.map(|usage| Event::Usage(answer::usage(usage, notes))));
            }
            name if name.ends_with("Exception") || name.ends_with("Error") => {
                return out.push(Event::Fail(exception(name, &mut fields, notes)));
            }
            _ => return notes.dropped(At::ROOT.at("event"), Why::UnknownEvent),
        }
        fields.done(notes);
    }

    fn start(&mut self, fields: &mut Fields<'_>, notes: &mut Notes, out: &mut Vec<Event>) {
        let index = fields.whole("contentBlockIndex", notes).unwrap_or(0);
        let mut start = Fields::new(fields.object("start", notes).unwrap_or_default(), At::ROOT.at("start"));
        if let Some(call) = start.object("toolUse", notes) {
            let mut call = Fields::new(call, At::ROOT.at("start.toolUse"));
            if call.text("type", notes).is_some_and(|kind| kind != "tool_use") {
                return notes.dropped(At::ROOT.at("start.toolUse"), Why::UnknownPart);
            }
            let id = call.text("toolUseId", notes).unwrap_or_default();
            let name = call.text("name", notes).unwrap_or_default();
            out.extend(self.blocks.remove(&index).map(Event::Close)); // it begins anew
            let key = self.flow.beside(Block::Call { id, name }, out);
            self.blocks.insert(index, key);
        }
        start.done(notes);
    }

    fn delta(&mut self, fields: &mut Fields<'_>, notes: &mut Notes, out: &mut Vec<Event>) {
        let index = fields.whole("contentBlockIndex", notes).unwrap_or(0);
        let mut delta = Fields::new(fields.object("delta", notes).unwrap_or_default(), At::ROOT.at("delta"));
        if let Some(text) = delta.text("text", notes) {
            let key = self.key(index, Block::Text, out);
            out.push(Event::Text(key, text));
        } else if let Some(call) = delta.object("toolUse", notes) {
            let mut call = Fields::new(call, At::ROOT.at("delta.toolUse"));
            match (self.blocks.get(&index), call.text("input", notes)) {
                (Some(key), Some(text)) => out.push(Event::Text(*key, text)),
                (None, Some(_)) => notes.dropped(At::ROOT.at("delta"), Why::Late),
                (_, None) => {}
            }
        } else if let Some(reasoning) = delta.object("reasoningContent", notes) {
            let key = self.key(index, Block::Reasoning, out);
            reasoning_delta(Fields::new(reasoning, At::ROOT.at("delta.reasoningContent")), key, notes, out);
        }
        delta.done(notes);
    }

    /// The key of a block. Only calls say when they begin.
    fn key(&mut self, index: u64, block: Block, out: &mut Vec<Event>) -> u64 {
        *self.blocks.entry(index).or_insert_with(|| self.flow.beside(block, out))
    }
}

fn reasoning_delta(mut fields: Fields<'_>, key: u64, notes: &mut Notes, out: &mut Vec<Event>) {
    let mut proof = |field: &str, form, notes: &mut Notes| {
        let data = fields.text(field, notes).filter(|data| !data.is_empty());
        data.map(|data| Event::Proof(key, Proof::read(data, Wire::Bedrock, form)))
    };
    let signed = proof("signature", Form::Signature, notes);
    let sealed = proof("redactedContent", Form::Sealed, notes);
    out.extend(fields.text("text", notes).map(|text| Event::Text(key, text)));
    out.extend(signed.or(sealed));
    fields.done(notes);
}

fn exception(name: &str, fields: &mut Fields<'_>, notes: &mut Notes) -> Failure {
    let message = fields.text("message", notes).unwrap_or_default();
    let code = Object::new().with("code", name).with("message", message.as_str());
    let read = failure::of(&Json::Object(Object::new().with("error", code)));
    read.unwrap_or_else(|| Failure::noticed("the provider broke off its answer"))
}
