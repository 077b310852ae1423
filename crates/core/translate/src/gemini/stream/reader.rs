//! Chunks of a stream. Each is an answer of its own; texts of one kind that follow each other
//! are one.

use crate::canon::{Block, Event, Part, Reasoning};
use crate::failure;
use crate::gemini::answer::read_said;
use crate::json::{Json, Object};
use crate::report::Notes;
use crate::stream::Flow;
use crate::wire::Origin;

/// Reads chunks.
#[derive(Debug, Default)]
pub struct Reader {
    started: bool,
    flow: Flow,
}

impl Reader {
    /// Reads one chunk.
    pub fn event(&mut self, chunk: Object, notes: &mut Notes, out: &mut Vec<Event>) {
        let json = Json::Object(chunk);
        if let Some(failure) = failure::of(&json) {
            return out.push(Event::Fail(failure));
        }
        let Json::Object(chunk) = json else { return };
        let said = read_said(chunk, notes);
        if !self.started {
            self.started = true;
            out.push(Event::Start { id: said.id, model: said.model });
        }
        out.extend(said.usage.map(Event::Usage));
        for part in said.parts {
            self.part(part, out);
        }
        if !said.citations.is_empty() {
            let key = self.flow.within(Block::Text, out);
            out.extend(said.citations.into_iter().map(|citation| Event::Cite(key, citation)));
        }
        out.extend(said.stop.map(Event::Stop));
    }

    fn part(&mut self, part: Part, out: &mut Vec<Event>) {
        match part {
            Part::Text(text) => {
                let key = self.flow.within(Block::Text, out);
                out.push(Event::Text(key, text.text));
            }
            Part::Reasoning(reasoning) => self.reasoning(reasoning, out),
            Part::Call(call) => {
                self.flow.close(out);
                let key = self.flow.beside(Block::Call { id: call.id, name: call.name }, out);
                out.push(Event::Text(key, call.arguments));
                out.push(Event::Close(key));
            }
            Part::Refusal(_) | Part::Media(_) | Part::Result(_) | Part::Cache(_) => {}
        }
    }

    /// A signature of Google's without words is of the part that follows: a thought of its own.
    fn reasoning(&mut self, reasoning: Reasoning, out: &mut Vec<Event>) {
        let own = reasoning.proof.as_ref().is_some_and(|proof| proof.origin == Origin::Gemini);
        if own && reasoning.text.is_empty() {
            self.flow.close(out);
        }
        let key = self.flow.within(Block::Reasoning, out);
        out.push(Event::Text(key, reasoning.text));
        if let Some(proof) = reasoning.proof {
            out.push(Event::Proof(key, proof));
            self.flow.close(out);
        }
    }
}
