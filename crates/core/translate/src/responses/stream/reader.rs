//! Events of a responses stream.
//!
//! What was said in pieces is said again when it is done; a piece that never came is taken from
//! there. Some servers stream nothing but the last event, so that is read whole where no item
//! came before it.

use std::collections::BTreeMap;

use crate::canon::{Block, Event, Part};
use crate::chat::url_citation;
use crate::failure::{self, Failure};
use crate::json::{Fields, Json, Object};
use crate::report::{At, Notes, Why};
use crate::responses::{item, read_stop, usage};
use crate::stream::Flow;

/// Reads events.
#[derive(Debug, Default)]
pub struct Reader {
    started: bool,
    flow: Flow,
    /// Blocks by their item and their part.
    running: BTreeMap<(u64, u64), Running>,
    /// Whether any item came.
    any: bool,
}

/// A block under way: a part of a message, or an item.
#[derive(Debug)]
struct Running {
    key: u64,
    /// Whether it has said anything.
    said: bool,
    /// The part of the summary it is in.
    summary: u64,
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
        let kind = fields.text("type", notes).unwrap_or_default();
        fields.skip(&["sequence_number", "logprobs", "obfuscation"]);
        let Some(kind) = kind.strip_prefix("response.") else {
            return notes.dropped(At::ROOT.at("event"), Why::UnknownEvent);
        };
        match kind {
            "created" | "in_progress" | "queued" => self.start(fields.object("response", notes), notes, out),
            "output_item.added" => self.added(&mut fields, notes, out),
            "output_item.done" => self.done(&mut fields, notes, out),
            "completed" | "incomplete" | "failed" | "cancelled" => self.last(&mut fields, notes, out),
            "content_part.added"
            | "content_part.done"
            | "reasoning_summary_part.added"
            | "reasoning_summary_part.done"
            | "reasoning_summary_text.done"
            | "reasoning_text.done"
            | "keepalive" => return, // said by the pieces, and again when the item is done
            _ => self.piece(kind, &mut fields, notes, out),
        }
        fields.skip(&["item_id", "annotation_index", "output_index", "name"]);
        fields.done(notes);
    }

    /// A piece of a block, or the whole of it where no piece came.
    fn piece(&mut self, kind: &str, fields: &mut Fields<'_>, notes: &mut Notes, out: &mut Vec<Event>) {
        let (block, field) = match kind {
            "output_text.delta" => (Block::Text, "delta"),
            "output_text.done" => (Block::Text, "text"),
            "output_text.annotation.added" => (Block::Text, "annotation"),
            "refusal.delta" => (Block::Refusal, "delta"),
            "refusal.done" => (Block::Refusal, "refusal"),
            "function_call_arguments.delta" => (call_block(None, None), "delta"),
            "function_call_arguments.done" => (call_block(None, None), "arguments"),
            "reasoning_summary_text.delta" | "reasoning_text.delta" => (Block::Reasoning, "delta"),
            _ => return notes.dropped(At::ROOT.at("event"), Why::UnknownEvent),
        };
        let output = fields.whole("output_index", notes).unwrap_or(0);
        let part = fields.whole("content_index", notes).unwrap_or(0);
        let part = if block == Block::Reasoning { 0 } else { part };
        let summary = fields.whole("summary_index", notes).unwrap_or(0);
        let running = self.running(output, part, block, out);
        if field == "annotation" {
            let annotation = fields.object("annotation", notes).unwrap_or_default();
            let key = running.key;
            return cite(annotation, key, notes, out);
        }
        let text = fields.text(field, notes).unwrap_or_default();
        if field != "delta" && running.said {
            return;
        }
        if running.said && summary > running.summary {
            out.push(Event::Text(running.key, "\n\n".to_owned()));
        }
        running.summary = summary;
        running.said |= !text.is_empty();
        out.push(Event::Text(running.key, text));
    }

    fn start(&mut self, response: Option<Object>, notes: &mut Notes, out: &mut Vec<Event>) {
        let Some(response) = response.filter(|_| !self.started) else { return };
        self.started = true;
        let mut response = Fields::new(response, At::ROOT.at("response"));
        out.push(Event::Start { id: response.text("id", notes), model: response.text("model", notes) });
    }

    fn added(&mut self, fields: &mut Fields<'_>, notes: &mut Notes, out: &mut Vec<Event>) {
        self.any = true;
        let output = fields.whole("output_index", notes).unwrap_or(0);
        let Some(mut item) = fields.object("item", notes).map(|item| Fields::new(item, At::ROOT.at("item")))
        else {
            return;
        };
        match item.text("type", notes).unwrap_or_default().as_str() {
            "message" => {}
            "function_call" => {
                let block = call_block(item.text("call_id", notes), item.text("name", notes));
                self.running(output, 0, block, out);
            }
            "reasoning" => {
                self.running(output, 0, Block::Reasoning, out);
            }
            _ => notes.dropped(At::ROOT.at("output[].type"), Why::UnknownPart),
        }
    }

    /// An item is whole: what no piece said is said now, and its blocks end.
    fn done(&mut self, fields: &mut Fields<'_>, notes: &mut Notes, out: &mut Vec<Event>) {
        self.any = true;
        let output = fields.whole("output_index", notes).unwrap_or(0);
        let Some(item) = fields.object("item", notes) else { return };
        self.item(output, item, notes, out);
        while let Some((place, _)) = self.running.range((output, 0)..=(output, u64::MAX)).next() {
            let ended = self.running.remove(&{ *place });
            out.extend(ended.map(|running| Event::Close(running.key)));
        }
    }

    fn item(&mut self, output: u64, item: Object, notes: &mut Notes, out: &mut Vec<Event>) {
        let Some((_, parts)) = item::read(Fields::new(item, At::ROOT.at("output[]")), notes) else { return };
        for (part, at) in parts.into_iter().zip(0_u64..) {
            self.part(output, at, part, out);
        }
    }

    fn part(&mut self, output: u64, at: u64, part: Part, out: &mut Vec<Event>) {
        let (block, text, proof, citations) = match part {
            Part::Text(text) => (Block::Text, text.text, None, text.citations),
            Part::Refusal(text) => (Block::Refusal, text, None, Vec::new()),
            Part::Reasoning(reasoning) => (Block::Reasoning, reasoning.text, reasoning.proof, Vec::new()),
            Part::Call(call) => {
                (call_block(Some(call.id), Some(call.name)), call.arguments, None, Vec::new())
            }
            Part::Media(_) | Part::Result(_) | Part::Cache(_) => return,
        };
        let running = self.running(output, at, block, out);
        let key = running.key;
        if !running.said {
            running.said = true;
            out.push(Event::Text(key, text));
            out.extend(citations.into_iter().map(|citation| Event::Cite(key, citation)));
        }
        out.extend(proof.map(|proof| Event::Proof(key, proof)));
    }

    fn last(&mut self, fields: &mut Fields<'_>, notes: &mut Notes, out: &mut Vec<Event>) {
        let Some(response) = fields.object("response", notes) else {
            return notes.wrong(At::ROOT.at("response"), "expected an object");
        };
        if let Some(failure) = failure::of(&Json::Object(response.clone())) {
            return out.push(Event::Fail(failure));
        }
        self.start(Some(response.clone()), notes, out);
        let mut response = Fields::new(response, At::ROOT.at("response"));
        let status = response.text("status", notes).unwrap_or_default();
        let details = response.object("incomplete_details", notes);
        let usage = response.object("usage", notes);
        let output = response.list("output", notes);
        out.extend(usage.map(|usage| Event::Usage(usage::read(usage, At::ROOT.at("usage"), notes))));
        if !self.any {
            for (item, at) in output.into_iter().zip(0_u64..) {
                if let Json::Object(item) = item {
                    self.item(at, item, notes, out);
                }
            }
        }
        if status == "failed" || status == "cancelled" {
            return out.push(Event::Fail(Failure::noticed("the provider ended its answer without a result")));
        }
        out.push(Event::Stop(read_stop(&status, details.as_ref())));
        out.push(Event::End);
    }

    fn running(&mut self, output: u64, part: u64, block: Block, out: &mut Vec<Event>) -> &mut Running {
        self.running.entry((output, part)).or_insert_with(|| {
            let key = self.flow.beside(block, out);
            Running { key, said: false, summary: 0 }
        })
    }
}

fn call_block(id: Option<String>, name: Option<String>) -> Block {
    Block::Call { id: id.unwrap_or_default(), name: name.unwrap_or_default() }
}

fn cite(annotation: Object, key: u64, notes: &mut Notes, out: &mut Vec<Event>) {
    let mut fields = Fields::new(annotation, At::ROOT.at("annotation"));
    if fields.text("type", notes).as_deref() == Some("url_citation") {
        out.push(Event::Cite(key, url_citation(fields, notes)));
    } else {
        notes.dropped(At::ROOT.at("annotations[]"), Why::UnknownPart);
    }
}
