//! Deltas as events of a messages stream.
//!
//! What was used stands in the first event too, because clients fail on an input of zero; where
//! the provider says it only at the end, the estimate stands there, and the last event is right.

use domain::Usage;

use crate::canon::{Block, Delta, Form, Proof, Toward};
use crate::failure;
use crate::json::{Json, Object};
use crate::messages::{answer, cited, usage};
use crate::pair::Settings;
use crate::report::{At, Notes, Why};
use crate::stream::frame;
use crate::wire::Wire;

/// Writes events.
#[derive(Debug)]
pub struct Writer {
    settings: Settings,
    index: u64,
    block: Option<Block>,
    /// Whether the open block was begun on the wire: reasoning waits for what it is.
    begun: bool,
}

impl Writer {
    /// A writer at the beginning.
    #[must_use]
    pub const fn new(settings: Settings) -> Self {
        Self { settings, index: 0, block: None, begun: false }
    }

    /// Writes one delta.
    pub fn delta(&mut self, delta: Delta, notes: &mut Notes, out: &mut Vec<u8>) {
        match delta {
            Delta::Start { id, model, usage } => self.start(id, model, usage, out),
            Delta::Open(block) => self.open(block, notes, out),
            Delta::Text(text) => self.text(&text, out),
            Delta::Proof(proof) => self.proof(&proof, notes, out),
            Delta::Cite(citation) => {
                let delta = Object::new().with("type", "citations_delta");
                self.say(delta.with("citation", cited::write(&citation)), out);
            }
            Delta::Close => self.close(out),
            Delta::Finish { stop, usage } => {
                let (word, sequence) = answer::stop_words(&stop, notes);
                let delta = Object::new().with("stop_reason", word).with("stop_sequence", sequence);
                let usage = usage::write(&answer::used(usage, &self.settings));
                event("message_delta", Object::new().with("delta", delta).with("usage", usage), out);
                event("message_stop", Object::new(), out);
            }
            Delta::Fail(failure) => frame(Some("error"), &failure::shape(Wire::Messages, &failure), out),
        }
    }

    fn start(&self, id: Option<String>, model: Option<String>, usage: Option<Usage>, out: &mut Vec<u8>) {
        let message = Object::new()
            .with("id", id.unwrap_or_else(|| self.settings.id.clone()))
            .with("type", "message")
            .with("role", "assistant")
            .with("model", model.unwrap_or_else(|| self.settings.model.clone()))
            .with("content", Vec::new())
            .with("stop_reason", Json::Null)
            .with("stop_sequence", Json::Null)
            .with("usage", usage::write(&answer::used(usage, &self.settings)));
        event("message_start", Object::new().with("message", message), out);
    }

    fn open(&mut self, block: Block, notes: &mut Notes, out: &mut Vec<u8>) {
        let object = Object::new();
        match &block {
            Block::Text => self.begin(object.with("type", "text").with("text", ""), out),
            Block::Refusal => {
                notes.approximated(At::ROOT.at("refusal"), Why::Nearest);
                self.begin(object.with("type", "text").with("text", ""), out);
            }
            Block::Call { id, name } => {
                let object = object.with("type", "tool_use").with("id", id.as_str());
                self.begin(object.with("name", name.as_str()).with("input", Object::new()), out);
            }
            Block::Reasoning => self.begun = false,
        }
        self.block = Some(block);
    }

    fn text(&mut self, text: &str, out: &mut Vec<u8>) {
        let of = |kind: &str, field: &'static str| Object::new().with("type", kind).with(field, text);
        let delta = match &self.block {
            Some(Block::Text | Block::Refusal) => of("text_delta", "text"),
            Some(Block::Call { .. }) => of("input_json_delta", "partial_json"),
            Some(Block::Reasoning) => {
                self.begin_thinking(out);
                of("thinking_delta", "thinking")
            }
            None => return,
        };
        self.say(delta, out);
    }

    fn proof(&mut self, proof: &Proof, notes: &mut Notes, out: &mut Vec<u8>) {
        let Some(data) = proof.write(Wire::Messages, Toward::Caller, notes) else { return };
        if !self.begun && proof.form == Form::Sealed {
            return self.begin(Object::new().with("type", "redacted_thinking").with("data", data), out);
        }
        self.begin_thinking(out);
        self.say(Object::new().with("type", "signature_delta").with("signature", data), out);
    }

    fn begin_thinking(&mut self, out: &mut Vec<u8>) {
        if !self.begun {
            let block = Object::new().with("type", "thinking").with("thinking", "").with("signature", "");
            self.begin(block, out);
        }
    }

    fn begin(&mut self, block: Object, out: &mut Vec<u8>) {
        self.begun = true;
        event(
            "content_block_start",
            Object::new().with("index", self.index).with("content_block", block),
            out,
        );
    }

    fn say(&self, delta: Object, out: &mut Vec<u8>) {
        event("content_block_delta", Object::new().with("index", self.index).with("delta", delta), out);
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        if self.begun {
            event("content_block_stop", Object::new().with("index", self.index), out);
            self.index += 1;
        }
        (self.begun, self.block) = (false, None);
    }
}

fn event(name: &'static str, data: Object, out: &mut Vec<u8>) {
    let mut named = Object::new().with("type", name);
    data.members().for_each(|(key, value)| named.put(key, value));
    frame(Some(name), &named, out);
}
