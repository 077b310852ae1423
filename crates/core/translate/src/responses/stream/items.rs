//! The items of a response under way, so that the last event can repeat them.

use crate::canon::{Block, Call, Citation, Proof, Reasoning, Text, Toward};
use crate::json::{Json, Object};
use crate::report::Notes;
use crate::responses::{content, item};

/// The block being written, and what it has said.
#[derive(Debug, Default)]
pub(super) struct Open {
    pub(super) block: Option<Block>,
    pub(super) text: String,
    /// Characters of the text.
    pub(super) len: u64,
    pub(super) proof: Option<Proof>,
    pub(super) citations: Vec<Citation>,
}

impl Open {
    /// A block that has said nothing.
    pub(super) fn new(block: Block) -> Self {
        Self { block: Some(block), ..Self::default() }
    }

    /// The content part that a text or a refusal is.
    pub(super) fn part(&self, notes: &mut Notes) -> Object {
        if self.block == Some(Block::Refusal) {
            return content::refusal(&self.text);
        }
        let text = Text { text: self.text.clone(), citations: self.citations.clone() };
        content::output_text(&text, notes)
    }

    /// The item that a call or a reasoning is.
    pub(super) fn item(&self, id: &str, state: item::State, notes: &mut Notes) -> Object {
        if let Some(Block::Call { id: call, name }) = &self.block {
            let call = Call { id: call.clone(), name: name.clone(), arguments: self.text.clone() };
            return item::written_call(id, state, &call);
        }
        let reasoning = Reasoning { text: self.text.clone(), proof: self.proof.clone() };
        item::written_reasoning(id, &reasoning, Toward::Caller, notes).unwrap_or_default()
    }
}

/// A message that takes parts until something else comes.
#[derive(Debug, Default)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) parts: Vec<Json>,
}
