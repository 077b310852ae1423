//! Elements of one JSON list that comes in pieces: Google's streams without `alt=sse`.
//!
//! Elements are cut where brackets balance; whether they are JSON is the parser's business.

use super::source::Unread;

/// The largest element that is collected.
const MOST: usize = 16 << 20;

/// Cuts elements out of a list.
#[derive(Debug, Default)]
pub(super) struct Elements {
    held: Vec<u8>,
    depth: u32,
    in_string: bool,
    escaped: bool,
}

impl Elements {
    /// Takes the next chunk and hands out each element that it completes.
    ///
    /// # Errors
    /// An element that is too long.
    pub(super) fn push(&mut self, chunk: &[u8], mut on_element: impl FnMut(&[u8])) -> Result<(), Unread> {
        for byte in chunk {
            if self.byte(*byte) {
                on_element(&self.held);
                self.held.clear();
            }
            if self.held.len() > MOST {
                return Err(Unread::TooLong);
            }
        }
        Ok(())
    }

    /// Takes a byte; whether it completes an element. The list's own bracket is the first level.
    fn byte(&mut self, byte: u8) -> bool {
        if self.depth > 1 {
            self.held.push(byte);
        }
        if self.in_string {
            let ends = byte == b'"' && !self.escaped;
            self.escaped = byte == b'\\' && !self.escaped;
            self.in_string = !ends;
            return false;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => {
                self.depth = self.depth.saturating_add(1);
                if self.depth == 2 {
                    self.held.push(byte);
                }
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                return self.depth == 1;
            }
            _ => {}
        }
        false
    }
}
