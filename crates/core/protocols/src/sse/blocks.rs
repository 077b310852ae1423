//! Chunks in, whole blocks out: events, comments and blank lines, every byte of the stream.

use super::scan::Scan;

/// Puts blocks together.
#[derive(Debug)]
pub struct Blocks {
    scan: Scan,
    held: Vec<u8>,
    cap: usize,
}

impl Blocks {
    /// Collects blocks of at most `cap` bytes.
    #[must_use]
    pub const fn new(cap: usize) -> Self {
        Self { scan: Scan::new(), held: Vec::new(), cap }
    }

    /// Takes the next chunk and hands out each block that it completes. Returns whether what is
    /// left is within the cap; where it is not, the stream is not to be read further.
    pub fn push(&mut self, chunk: &[u8], mut on_block: impl FnMut(&[u8])) -> bool {
        let mut rest = chunk;
        while let Some(end) = self.scan.block(rest) {
            let (block, tail) = rest.split_at(end);
            if self.held.is_empty() {
                on_block(block);
            } else {
                self.held.extend_from_slice(block);
                on_block(&self.held);
                self.held.clear();
            }
            rest = tail;
        }
        self.held.extend_from_slice(rest);
        self.held.len() <= self.cap
    }

    /// Takes the end of the stream: what was left without its blank line.
    pub fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held)
    }

    /// Whether the stream so far ends between two blocks.
    #[must_use]
    pub fn is_at_block_end(&self) -> bool {
        self.held.is_empty()
    }
}
