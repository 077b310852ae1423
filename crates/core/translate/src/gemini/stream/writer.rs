//! Deltas as chunks. A call is said whole, because its arguments are an object here.

use crate::canon::{Block, Call, Delta, Names, Part, Proof, Reasoning, Text, Toward};
use crate::failure;
use crate::gemini::{answer, parts, write_stop};
use crate::json::{Json, Object, write_object};
use crate::pair::{Framing, Settings};
use crate::report::{At, Notes, Why};
use crate::stream::frame;
use crate::wire::Wire;

/// Writes chunks.
#[derive(Debug)]
pub struct Writer {
    settings: Settings,
    id: String,
    model: String,
    block: Option<Block>,
    /// Arguments of the open call.
    arguments: String,
    /// What signs the open reasoning, and whether it has said anything.
    proof: Option<Proof>,
    thought: bool,
    /// The signature of the part that comes next.
    signature: Option<String>,
    /// How many chunks were written.
    chunks: u64,
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
            arguments: String::new(),
            proof: None,
            thought: false,
            signature: None,
            chunks: 0,
        }
    }

    /// Writes one delta.
    pub fn delta(&mut self, delta: Delta, notes: &mut Notes, out: &mut Vec<u8>) {
        match delta {
            Delta::Start { id, model, .. } => {
                self.id = id.unwrap_or_else(|| self.id.clone());
                self.model = model.unwrap_or_else(|| self.model.clone());
            }
            Delta::Open(block) => {
                if block == Block::Refusal {
                    notes.approximated(At::ROOT.at("refusal"), Why::Nearest);
                }
                self.thought = false;
                self.block = Some(block);
            }
            Delta::Text(text) => self.text(text, notes, out),
            Delta::Proof(proof) => self.proof = Some(proof),
            Delta::Cite(_) => notes.dropped(At::ROOT.at("citations"), Why::NotInTarget),
            Delta::Close => self.close(notes, out),
            Delta::Finish { stop, usage } => {
                let last = self.signature.take();
                let last = last.map(|data| Object::new().with("text", "").with("thoughtSignature", data));
                let stop = write_stop(&stop, notes);
                let parts = last.into_iter().map(Json::from).collect();
                let chunk = answer::chunk(parts, Some(stop), usage.as_ref(), (&self.id, &self.model));
                self.write(&chunk, out);
                self.end(out);
            }
            Delta::Fail(failure) => {
                let shape = failure::shape(Wire::Gemini, &failure);
                match self.settings.framing {
                    // As it is, and no event: Google's SDKs overlook an error that comes as one.
                    Framing::Events => write_object(&shape, out),
                    Framing::List => self.write(&shape, out),
                }
                self.end(out);
            }
        }
    }

    fn text(&mut self, text: String, notes: &mut Notes, out: &mut Vec<u8>) {
        match self.block {
            Some(Block::Call { .. }) => self.arguments.push_str(&text),
            Some(Block::Reasoning) => {
                self.thought = true;
                let part = Object::new().with("text", text).with("thought", true);
                self.say(part, out);
            }
            Some(Block::Text | Block::Refusal) => {
                self.part(&Part::Text(Text { text, citations: Vec::new() }), notes, out);
            }
            None => {}
        }
    }

    fn close(&mut self, notes: &mut Notes, out: &mut Vec<u8>) {
        match self.block.take() {
            Some(Block::Call { id, name }) => {
                let call = Call { id, name, arguments: std::mem::take(&mut self.arguments) };
                self.part(&Part::Call(call), notes, out);
            }
            Some(Block::Reasoning) => {
                let Some(proof) = self.proof.take() else { return };
                // What was said in words is said; what is left is who signed it.
                let data = proof.write(Wire::Gemini, Toward::Caller, notes);
                let reasoning = Reasoning { text: String::new(), proof: Some(proof) };
                match parts::thought(&reasoning, Toward::Caller, notes) {
                    parts::Thought::Signature(data) if !self.thought => self.signature = Some(data),
                    _ => self.say(
                        Object::new().with("text", "").with("thought", true).maybe("thoughtSignature", data),
                        out,
                    ),
                }
            }
            Some(Block::Text | Block::Refusal) | None => {}
        }
    }

    fn part(&mut self, part: &Part, notes: &mut Notes, out: &mut Vec<u8>) {
        let signature = self.signature.take();
        for json in parts::write(&[part], &Names::default(), Toward::Caller, notes) {
            if let Json::Object(object) = json {
                self.say(object.maybe("thoughtSignature", signature.as_deref()), out);
            }
        }
    }

    fn say(&mut self, part: Object, out: &mut Vec<u8>) {
        let chunk = answer::chunk(vec![part.into()], None, None, (&self.id, &self.model));
        self.write(&chunk, out);
    }

    fn write(&mut self, chunk: &Object, out: &mut Vec<u8>) {
        match self.settings.framing {
            Framing::Events => frame(None, chunk, out),
            Framing::List => {
                out.extend_from_slice(if self.chunks == 0 { b"[" } else { b",\r\n" });
                write_object(chunk, out);
            }
        }
        self.chunks += 1;
    }

    fn end(&self, out: &mut Vec<u8>) {
        if self.settings.framing == Framing::List {
            out.extend_from_slice(b"]");
        }
    }
}
