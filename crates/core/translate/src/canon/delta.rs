//! An answer piece by piece.

use domain::Usage;

use super::answer::Stop;
use super::part::Citation;
use super::proof::Proof;
use crate::failure::Failure;

/// A block of a streamed answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Text.
    Text,
    /// The words of a refusal.
    Refusal,
    /// Reasoning.
    Reasoning,
    /// A call of a tool: id and name.
    Call {
        /// Its id.
        id: String,
        /// The tool.
        name: String,
    },
}

/// What a reader says: blocks have keys and may interleave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The answer begins.
    Start {
        /// The provider's id of it.
        id: Option<String>,
        /// The model.
        model: Option<String>,
    },
    /// A block begins. Its key is larger than those before it.
    Open(u64, Block),
    /// More text, thought or arguments.
    Text(u64, String),
    /// What signs or seals a block of reasoning.
    Proof(u64, Proof),
    /// A source of a text.
    Cite(u64, Citation),
    /// A block is whole.
    Close(u64),
    /// What was used so far; reports of one stream are joined by the larger value of each counter.
    Usage(Usage),
    /// Why the answer ends; usage may still follow.
    Stop(Stop),
    /// The provider failed in mid-answer.
    Fail(Failure),
    /// The provider said that this was all.
    End,
}

/// What a writer is told: one block after the other, each opened and closed once, then the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delta {
    /// The answer begins. Always first.
    Start {
        /// The provider's id of it.
        id: Option<String>,
        /// The model.
        model: Option<String>,
        /// What was used so far, if that was said.
        usage: Option<Usage>,
    },
    /// The next block begins.
    Open(Block),
    /// More of the block.
    Text(String),
    /// What signs or seals the block.
    Proof(Proof),
    /// A source of the block.
    Cite(Citation),
    /// The block is whole.
    Close,
    /// The answer is whole. Nothing follows.
    Finish {
        /// Why it ended.
        stop: Stop,
        /// What was used.
        usage: Option<Usage>,
    },
    /// The answer broke off. Nothing follows.
    Fail(Failure),
}
