//! Where blocks end: a state machine over bytes that may pause anywhere.

use memchr::memchr2;

/// Finds blank lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scan {
    /// Whether the current line has bytes.
    in_line: bool,
    /// Whether the last byte was a CR, so that an LF would belong to it.
    after_cr: bool,
}

impl Scan {
    /// Before the first byte.
    pub(super) const fn new() -> Self {
        Self { in_line: false, after_cr: false }
    }

    /// The length of an LF at the start of `bytes` that completes the line end of the block before.
    pub(super) fn late_lf(&mut self, bytes: &[u8]) -> usize {
        let late = self.after_cr && bytes.first() == Some(&b'\n');
        self.after_cr = self.after_cr && bytes.is_empty();
        usize::from(late)
    }

    /// How many of `bytes`, which follow what was seen before, complete the current block with
    /// its blank line. `None`: none of them does, and all are seen.
    pub(super) fn block(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        loop {
            if self.after_cr && bytes.get(at) == Some(&b'\n') {
                at += 1;
                self.after_cr = false;
            }
            let rest = bytes.get(at..)?;
            let Some(text) = memchr2(b'\n', b'\r', rest) else {
                if !rest.is_empty() {
                    self.in_line = true;
                    self.after_cr = false;
                }
                return None;
            };
            let blank = text == 0 && !self.in_line;
            at += text + 1;
            self.in_line = false;
            self.after_cr = rest[text] == b'\r';
            if blank {
                if self.after_cr && bytes.get(at) == Some(&b'\n') {
                    at += 1;
                    self.after_cr = false;
                }
                return Some(at);
            }
        }
    }
}
