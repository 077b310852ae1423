//! Deltas as chunks of a chat stream.

use domain::Usage;

use crate::canon::{Block, Citation, Delta, Form, Proof, Reasoning, Toward};
use crate::chat::message::{annotation, chars};
use crate::chat::{answer, reasoning, usage};
use crate::failure::{self, Failure};
use crate::json::{Json, Object};
use crate::pair::Settings;
use crate::report::Notes;
use crate::stream::frame;
use crate::wire::Wire;

/// Writes chunks.
#[derive(Debug)]
pub struct Writer {
    settings: Settings,
    id: String,
    model: String,
    block: Option<Block>,
    /// Characters of content before the open block, and in it.
    offset: u64,
    len: u64,
    /// Numbers of the next call and the next reasoning.
    calls: u64,
    reasonings: u64,
    /// Whether the open reasoning has said anything.
    thought: bool,
    /// A signature without words: it belongs to the call that comes next, if one does. It has no
    /// number until it is known to be reasoning of its own.
    signature: Option<Proof>,
}

impl Writer {
    /// A writer at the beginning.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            id: settings.id.clone(),
            model: settings.model.clone(),
            settings,
            block: None,
            offset: 0,
            len: 0,
            calls: 0,
            reasonings: 0,
            thought: false,
            signature: None,
        }
    }

    /// Writes one delta.
    pub fn delta(&mut self, delta: Delta, notes: &mut Notes, out: &mut Vec<u8>) {
        match delta {
            Delta::Start { id, model, .. } => {
                self.id = id.unwrap_or_else(|| self.id.clone());
                self.model = model.unwrap_or_else(|| self.model.clone());
                self.say(Object::new().with("role", "assistant").with("content", ""), out);
            }
            Delta::Open(block) => self.open(block, notes, out),
            Delta::Text(text) => self.text(text, out),
            Delta::Proof(proof) => self.proof(proof, notes, out),
            Delta::Cite(citation) => self.cite(&citation, notes, out),
            Delta::Close => {
                if matches!(self.block, Some(Block::Text)) {
                    self.offset += self.len;
                }
                if matches!(self.block, Some(Block::Reasoning)) && self.signature.is_none() {
                    self.reasonings += 1;
                }
                self.block = None;
            }
            Delta::Finish { stop, usage } => {
                self.flush_signature(notes, out);
                let word = answer::stop_word(&stop, notes);
                self.chunk(Object::new(), Some(word), out);
                self.end(usage, out);
            }
            Delta::Fail(failure) => fail(&failure, out),
        }
    }

    fn open(&mut self, block: Block, notes: &mut Notes, out: &mut Vec<u8>) {
        (self.len, self.thought) = (0, false);
        if let Block::Call { id, name } = &block {
            let extra = self.signature.take();
            let extra = extra.and_then(|proof| reasoning::extra_content(&proof, Toward::Caller, notes));
            let function = Object::new().with("name", name.as_str()).with("arguments", "");
            let call = Object::new().with("index", self.calls).with("id", id.as_str());
            let call = call.with("type", "function").with("function", function).maybe("extra_content", extra);
            self.calls += 1;
            self.say(Object::new().with("tool_calls", vec![call.into()]), out);
        } else {
            self.flush_signature(notes, out);
        }
        self.block = Some(block);
    }

    fn text(&mut self, text: String, out: &mut Vec<u8>) {
        self.len += chars(&text);
        let delta = Object::new();
        let delta = match &self.block {
            Some(Block::Text) => delta.with("content", text),
            Some(Block::Refusal) => delta.with("refusal", text),
            Some(Block::Reasoning) => {
                self.thought = true;
                let entry = Object::new().with("type", "reasoning.text").with("index", self.reasonings);
                let entry = entry.with("text", text.as_str());
                delta.with("reasoning_content", text).with("reasoning_details", vec![entry.into()])
            }
            Some(Block::Call { .. }) => {
                let function = Object::new().with("arguments", text);
                let call = Object::new().with("index", self.calls - 1).with("function", function);
                delta.with("tool_calls", vec![call.into()])
            }
            None => return,
        };
        self.say(delta, out);
    }

    fn proof(&mut self, proof: Proof, notes: &mut Notes, out: &mut Vec<u8>) {
        let Some(Block::Reasoning) = &self.block else { return };
        if !self.thought && proof.id.is_none() && proof.form == Form::Signature {
            self.signature = Some(proof);
            return;
        }
        let reasoning = Reasoning { text: String::new(), proof: Some(proof) };
        self.say_details(&reasoning, self.reasonings, notes, out);
    }

    /// A signature that no call followed is reasoning of its own.
    fn flush_signature(&mut self, notes: &mut Notes, out: &mut Vec<u8>) {
        if let Some(proof) = self.signature.take() {
            let reasoning = Reasoning { text: String::new(), proof: Some(proof) };
            self.say_details(&reasoning, self.reasonings, notes, out);
            self.reasonings += 1;
        }
    }

    fn say_details(&mut self, reasoning: &Reasoning, index: u64, notes: &mut Notes, out: &mut Vec<u8>) {
        let details = reasoning::details(reasoning, index, Toward::Caller, notes);
        if !details.is_empty() {
            self.say(Object::new().with("reasoning_details", details), out);
        }
    }

    fn cite(&mut self, citation: &Citation, notes: &mut Notes, out: &mut Vec<u8>) {
        if let Some(inner) = annotation(citation, self.offset, self.len, notes) {
            let annotation = Object::new().with("type", "url_citation").with("url_citation", inner);
            self.say(Object::new().with("annotations", vec![annotation.into()]), out);
        }
    }

    fn end(&mut self, usage: Option<Usage>, out: &mut Vec<u8>) {
        if let Some(usage) = usage.filter(|_| self.settings.usage_event) {
            let chunk = self.head().with("choices", Vec::new()).with("usage", usage::write(&usage));
            frame(None, &chunk, out);
        }
        out.extend_from_slice(b"data: [DONE]\n\n");
    }

    fn say(&mut self, delta: Object, out: &mut Vec<u8>) {
        self.chunk(delta, None, out);
    }

    fn chunk(&self, delta: Object, stop: Option<&str>, out: &mut Vec<u8>) {
        let choice = Object::new()
            .with("index", 0_u64)
            .with("delta", delta)
            .with("finish_reason", stop.map_or(Json::Null, Json::from));
        frame(None, &self.head().with("choices", vec![choice.into()]), out);
    }

    fn head(&self) -> Object {
        Object::new()
            .with("id", self.id.as_str())
            .with("object", "chat.completion.chunk")
            .with("created", self.settings.now)
            .with("model", self.model.as_str())
    }
}

fn fail(failure: &Failure, out: &mut Vec<u8>) {
    frame(None, &failure::shape(Wire::Chat, failure), out);
}
