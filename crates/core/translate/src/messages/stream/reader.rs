//! Events of a messages stream.

use std::collections::HashMap;

use crate::canon::{Block, Event, Form, Part, Proof};
use crate::failure;
use crate::json::{Fields, Json, Object};
use crate::messages::{blocks, cited, read_stop, usage};
use crate::report::{At, Notes, Why};
use crate::stream::Flow;
use crate::wire::Wire;

/// Reads events.
#[derive(Debug, Default)]
pub struct Reader {
    flow: Flow,
    /// Blocks by their index.
    blocks: HashMap<u64, Running>,
}

#[derive(Debug)]
struct Running {
    key: u64,
    /// What a call began with, until something else is said.
    begun: Option<String>,
}

impl Reader {
    /// Reads one event.
    pub fn event(&mut self, event: Object, notes: &mut Notes, out: &mut Vec<Event>) {
        let json = Json::Object(event);
        if let Some(failure) = failure::of(&json) {
            return out.push(Event::Fail(failure));
        }
        let Json::Object(event) = json else { return };
        let mut fields = Fields::new(event, At::ROOT);
        match fields.text("type", notes).unwrap_or_default().as_str() {
            "message_start" => start(&mut fields, notes, out),
            "content_block_start" => self.open(&mut fields, notes, out),
            "content_block_delta" => self.delta(&mut fields, notes, out),
            "content_block_stop" => self.stop(&mut fields, notes, out),
            "message_delta" => message_delta(&mut fields, notes, out),
            "message_stop" => out.push(Event::End),
            "ping" => {}
            _ => return notes.dropped(At::ROOT.at("event"), Why::UnknownEvent),
        }
        fields.done(notes);
    }

    fn open(&mut self, fields: &mut Fields<'_>, notes: &mut Notes, out: &mut Vec<Event>) {
        let index = fields.whole("index", notes).unwrap_or(0);
        let Some(block) = fields.take("content_block") else { return };
        let Some(block) = Fields::of(block, At::ROOT.at("content_block"), notes) else { return };
        let mut parts = Vec::new();
        let kind = block.peek("type").unwrap_or_default().to_owned();
        if kind == "text" {
            return self.open_text(index, block, notes, out);
        }
        blocks::one(block, &mut parts, notes);
        let Some(part) = parts.into_iter().next() else { return };
        match part {
            Part::Call(call) => {
                let begun = Some(call.arguments).filter(|arguments| arguments != "{}");
                self.begin(index, Block::Call { id: call.id, name: call.name }, begun, out);
            }
            Part::Reasoning(reasoning) => {
                let key = self.begin(index, Block::Reasoning, None, out);
                out.push(Event::Text(key, reasoning.text));
                out.extend(reasoning.proof.map(|proof| Event::Proof(key, proof)));
            }
            _ => notes.dropped(At::ROOT.at("content_block"), Why::UnknownPart),
        }
    }

    fn open_text(&mut self, index: u64, mut block: Fields<'_>, notes: &mut Notes, out: &mut Vec<Event>) {
        let key = self.begin(index, Block::Text, None, out);
        out.extend(block.text("text", notes).map(|text| Event::Text(key, text)));
        let citations = cited::read(block.list("citations", notes), At::ROOT.at("citations[]"), notes);
        out.extend(citations.into_iter().map(|citation| Event::Cite(key, citation)));
    }

    fn delta(&mut self, fields: &mut Fields<'_>, notes: &mut Notes, out: &mut Vec<Event>) {
        let index = fields.whole("index", notes).unwrap_or(0);
        let Some(delta) = fields.take("delta") else { return };
        let Some(mut delta) = Fields::of(delta, At::ROOT.at("delta"), notes) else { return };
        let Some(running) = self.blocks.get_mut(&index) else {
            return notes.dropped(At::ROOT.at("delta"), Why::Late); // of a block that was left out
        };
        let key = running.key;
        let field = match delta.text("type", notes).unwrap_or_default().as_str() {
            "text_delta" => "text",
            "thinking_delta" => "thinking",
            "input_json_delta" => {
                running.begun = None;
                "partial_json"
            }
            "signature_delta" => {
                let signature = delta.text("signature", notes).filter(|signature| !signature.is_empty());
                let proof = signature.map(|data| Proof::read(data, Wire::Messages, Form::Signature));
                return out.extend(proof.map(|proof| Event::Proof(key, proof)));
            }
            "citations_delta" => {
                let citation = delta.object("citation", notes).unwrap_or_default();
                let citation = cited::one(Fields::new(citation, At::ROOT.at("citation")), notes);
                return out.push(Event::Cite(key, citation));
            }
            _ => return notes.dropped(At::ROOT.at("delta"), Why::UnknownEvent),
        };
        out.extend(delta.text(field, notes).map(|text| Event::Text(key, text)));
        delta.skip(&["estimated_tokens"]);
        delta.done(notes);
    }

    fn stop(&mut self, fields: &mut Fields<'_>, notes: &mut Notes, out: &mut Vec<Event>) {
        let index = fields.whole("index", notes).unwrap_or(0);
        self.end(index, out);
    }

    /// Begins a block; one that still runs under its index ends.
    fn begin(&mut self, index: u64, block: Block, begun: Option<String>, out: &mut Vec<Event>) -> u64 {
        self.end(index, out);
        let key = self.flow.beside(block, out);
        self.blocks.insert(index, Running { key, begun });
        key
    }

    fn end(&mut self, index: u64, out: &mut Vec<Event>) {
        if let Some(running) = self.blocks.remove(&index) {
            out.extend(running.begun.map(|arguments| Event::Text(running.key, arguments)));
            out.push(Event::Close(running.key));
        }
    }
}

fn start(fields: &mut Fields<'_>, notes: &mut Notes, out: &mut Vec<Event>) {
    let Some(message) = fields.object("message", notes) else { return };
    let mut message = Fields::new(message, At::ROOT.at("message"));
    let usage = message.object("usage", notes);
    out.extend(usage.map(|usage| Event::Usage(usage::read(usage, At::ROOT.at("usage"), notes))));
    out.push(Event::Start { id: message.text("id", notes), model: message.text("model", notes) });
}

fn message_delta(fields: &mut Fields<'_>, notes: &mut Notes, out: &mut Vec<Event>) {
    let usage = fields.object("usage", notes);
    out.extend(usage.map(|usage| Event::Usage(usage::read(usage, At::ROOT.at("usage"), notes))));
    fields.skip(&["context_management"]);
    let mut delta = Fields::new(fields.object("delta", notes).unwrap_or_default(), At::ROOT.at("delta"));
    let sequence = delta.text("stop_sequence", notes);
    let stop = delta.text("stop_reason", notes);
    out.extend(stop.map(|word| Event::Stop(read_stop(&word, sequence))));
}
