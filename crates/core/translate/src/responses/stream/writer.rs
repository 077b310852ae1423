//! Deltas as events of a responses stream.
//!
//! Everything that is added is done, in the reverse order; numbers only rise; the last event
//! repeats the whole response.

use domain::Usage;

use super::items::{Message, Open};
use crate::canon::{Block, Citation, Delta, Stop};
use crate::chat::{annotation, chars};
use crate::failure::{self, Failure};
use crate::json::{Json, Object};
use crate::pair::Settings;
use crate::report::Notes;
use crate::responses::answer::{Head, item_id};
use crate::responses::item::{self, State};
use crate::responses::{content, usage, write_stop};
use crate::stream::frame;

/// Writes events.
#[derive(Debug)]
pub struct Writer {
    settings: Settings,
    id: String,
    model: String,
    sequence: u64,
    output: Vec<Json>,
    message: Option<Message>,
    open: Open,
    said_no: bool,
}

impl Writer {
    /// A writer at the beginning.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            id: settings.id.clone(),
            model: settings.model.clone(),
            settings,
            sequence: 0,
            output: Vec::new(),
            message: None,
            open: Open::default(),
            said_no: false,
        }
    }

    /// Writes one delta.
    pub fn delta(&mut self, delta: Delta, notes: &mut Notes, out: &mut Vec<u8>) {
        match delta {
            Delta::Start { id, model, .. } => self.start(id, model, out),
            Delta::Open(block) => self.open(block, notes, out),
            Delta::Text(text) => self.text(text, out),
            Delta::Proof(proof) => self.open.proof = Some(proof),
            Delta::Cite(citation) => self.cite(citation, notes, out),
            Delta::Close => self.close(notes, out),
            Delta::Finish { stop, usage } => self.finish(&stop, usage, notes, out),
            Delta::Fail(failure) => self.fail(&failure, out),
        }
    }

    fn start(&mut self, id: Option<String>, model: Option<String>, out: &mut Vec<u8>) {
        self.id = id.unwrap_or_else(|| self.id.clone());
        self.model = model.unwrap_or_else(|| self.model.clone());
        for name in ["response.created", "response.in_progress"] {
            let response = self.head().response("in_progress", None, Vec::new(), None);
            self.event(name, Object::new().with("response", response), out);
        }
    }

    fn open(&mut self, block: Block, notes: &mut Notes, out: &mut Vec<u8>) {
        let in_message = matches!(block, Block::Text | Block::Refusal);
        self.said_no |= block == Block::Refusal;
        self.open = Open::new(block);
        if in_message {
            self.begin_message(out);
            let part = self.open.part(notes);
            self.event("response.content_part.added", self.place().with("part", part), out);
            return;
        }
        self.end_message(out);
        let item = self.open.item(&self.item_id(), State::Running, notes);
        self.added(item, out);
    }

    fn begin_message(&mut self, out: &mut Vec<u8>) {
        if self.message.is_none() {
            let id = item_id("msg", &self.settings, self.output.len() as u64);
            self.added(item::written_message(&id, State::Running, Vec::new()), out);
            self.message = Some(Message { id, parts: Vec::new() });
        }
    }

    fn end_message(&mut self, out: &mut Vec<u8>) {
        if let Some(message) = self.message.take() {
            self.done(item::written_message(&message.id, State::Done, message.parts), out);
        }
    }

    fn text(&mut self, text: String, out: &mut Vec<u8>) {
        let begins = self.open.text.is_empty();
        self.open.text.push_str(&text);
        self.open.len += chars(&text);
        let name = match self.open.block {
            Some(Block::Text) => "response.output_text.delta",
            Some(Block::Refusal) => "response.refusal.delta",
            Some(Block::Call { .. }) => "response.function_call_arguments.delta",
            Some(Block::Reasoning) => {
                if begins {
                    let part = self.place().with("part", item::summary_part(""));
                    self.event("response.reasoning_summary_part.added", part, out);
                }
                "response.reasoning_summary_text.delta"
            }
            None => return,
        };
        let event = self.place().with("delta", text);
        let logprobs = matches!(self.open.block, Some(Block::Text)).then(Vec::new);
        self.event(name, event.maybe("logprobs", logprobs), out);
    }

    fn cite(&mut self, citation: Citation, notes: &mut Notes, out: &mut Vec<u8>) {
        if let Some(inner) = annotation(&citation, 0, self.open.len, notes) {
            let event = self
                .place()
                .with("annotation_index", self.open.citations.len() as u64)
                .with("annotation", content::written_annotation(inner));
            self.event("response.output_text.annotation.added", event, out);
            self.open.citations.push(citation);
        }
    }

    fn close(&mut self, notes: &mut Notes, out: &mut Vec<u8>) {
        let text = Json::from(self.open.text.as_str());
        match self.open.block {
            Some(Block::Text) => {
                let event = self.place().with("text", text).with("logprobs", Vec::new());
                self.event("response.output_text.done", event, out);
                self.close_part(notes, out);
            }
            Some(Block::Refusal) => {
                self.event("response.refusal.done", self.place().with("refusal", text), out);
                self.close_part(notes, out);
            }
            Some(Block::Call { ref name, .. }) => {
                let event = self.place().with("name", name.as_str()).with("arguments", text);
                self.event("response.function_call_arguments.done", event, out);
                self.close_item(notes, out);
            }
            Some(Block::Reasoning) => {
                if !self.open.text.is_empty() {
                    let part = self.place().with("part", item::summary_part(&self.open.text));
                    self.event("response.reasoning_summary_text.done", self.place().with("text", text), out);
                    self.event("response.reasoning_summary_part.done", part, out);
                }
                self.close_item(notes, out);
            }
            None => {}
        }
        self.open = Open::default();
    }

    fn close_part(&mut self, notes: &mut Notes, out: &mut Vec<u8>) {
        let part = self.open.part(notes);
        self.event("response.content_part.done", self.place().with("part", part.clone()), out);
        if let Some(message) = &mut self.message {
            message.parts.push(part.into());
        }
    }

    fn close_item(&mut self, notes: &mut Notes, out: &mut Vec<u8>) {
        let item = self.open.item(&self.item_id(), State::Done, notes);
        self.done(item, out);
    }

    fn finish(&mut self, stop: &Stop, usage: Option<Usage>, notes: &mut Notes, out: &mut Vec<u8>) {
        self.end_message(out);
        let (status, reason) = write_stop(stop, self.said_no, notes);
        let name = if status == "incomplete" { "response.incomplete" } else { "response.completed" };
        let output = std::mem::take(&mut self.output);
        let response = self.head().response(status, reason, output, usage.as_ref().map(usage::write));
        self.event(name, Object::new().with("response", response), out);
    }

    /// Two events: `error`, which the SDKs raise, and `response.failed`, which Codex reads.
    fn fail(&mut self, failure: &Failure, out: &mut Vec<u8>) {
        let error = failure::openai(failure);
        let flat = |key: &str| error.get(key).cloned().unwrap_or(Json::Null);
        let event = Object::new()
            .with("code", flat("code"))
            .with("message", flat("message"))
            .with("param", Json::Null)
            .with("error", error.clone());
        self.event("error", event, out);
        let output = std::mem::take(&mut self.output);
        let mut response = self.head().response("failed", None, output, None);
        response.take("error");
        response.put("error", Object::new().with("code", flat("type")).with("message", flat("message")));
        self.event("response.failed", Object::new().with("response", response), out);
    }

    fn added(&mut self, item: Object, out: &mut Vec<u8>) {
        let event = Object::new().with("output_index", self.output.len() as u64).with("item", item);
        self.event("response.output_item.added", event, out);
    }

    fn done(&mut self, item: Object, out: &mut Vec<u8>) {
        let event = Object::new().with("output_index", self.output.len() as u64).with("item", item.clone());
        self.event("response.output_item.done", event, out);
        self.output.push(item.into());
    }

    fn item_id(&self) -> String {
        let prefix = if matches!(self.open.block, Some(Block::Reasoning)) { "rs" } else { "fc" };
        item_id(prefix, &self.settings, self.output.len() as u64)
    }

    /// Where the open block stands.
    fn place(&self) -> Object {
        let output = self.output.len() as u64;
        match (&self.open.block, &self.message) {
            (Some(Block::Text | Block::Refusal), Some(message)) => Object::new()
                .with("item_id", message.id.as_str())
                .with("output_index", output)
                .with("content_index", message.parts.len() as u64),
            (Some(Block::Reasoning), _) => {
                let place = Object::new().with("item_id", self.item_id()).with("output_index", output);
                place.with("summary_index", 0_u64)
            }
            _ => Object::new().with("item_id", self.item_id()).with("output_index", output),
        }
    }

    fn head(&self) -> Head<'_> {
        Head { id: &self.id, model: &self.model, created: self.settings.now }
    }

    fn event(&mut self, name: &'static str, data: Object, out: &mut Vec<u8>) {
        let mut event = Object::new().with("type", name).with("sequence_number", self.sequence);
        self.sequence += 1;
        data.members().for_each(|(key, value)| event.put(key, value));
        frame(Some(name), &event, out);
    }
}
