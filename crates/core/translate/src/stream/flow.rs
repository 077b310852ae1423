//! Blocks for readers whose dialect does not say where they begin.

use crate::canon::{Block, Event};

/// Gives keys to blocks, and knows which block runs on.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    next: u64,
    running: Option<(u64, Block)>,
}

impl Flow {
    /// The key of the running block, if it is of this kind; else it ends and this one begins.
    pub(crate) fn within(&mut self, block: Block, out: &mut Vec<Event>) -> u64 {
        if let Some((key, running)) = &self.running
            && continues(running, &block)
        {
            return *key;
        }
        self.close(out);
        let key = self.beside(block.clone(), out);
        self.running = Some((key, block));
        key
    }

    /// Opens a block that does not end when another one begins.
    pub(crate) fn beside(&mut self, block: Block, out: &mut Vec<Event>) -> u64 {
        let key = self.next;
        self.next += 1;
        out.push(Event::Open(key, block));
        key
    }

    /// Ends the running block.
    pub(crate) fn close(&mut self, out: &mut Vec<Event>) {
        if let Some((key, _)) = self.running.take() {
            out.push(Event::Close(key));
        }
    }
}

fn continues(running: &Block, block: &Block) -> bool {
    matches!(
        (running, block),
        (Block::Text, Block::Text) | (Block::Refusal, Block::Refusal) | (Block::Reasoning, Block::Reasoning)
    )
}
