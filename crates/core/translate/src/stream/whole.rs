//! Whether arguments that come in pieces are a whole JSON object: brackets counted, strings
//! passed over. A text that is not JSON may never be whole; then it ends with its block.

/// What has been seen of the arguments.
#[derive(Debug, Default)]
pub(super) struct Wholeness {
    depth: u32,
    in_string: bool,
    escaped: bool,
    seen: bool,
    whole: bool,
}

impl Wholeness {
    /// Takes the next piece.
    pub(super) fn push(&mut self, text: &str) {
        for byte in text.bytes() {
            self.byte(byte);
        }
    }

    /// Whether an object began and ended.
    pub(super) const fn is_whole(&self) -> bool {
        self.whole
    }

    /// Whether there was nothing but space.
    pub(super) const fn is_blank(&self) -> bool {
        !self.seen
    }

    fn byte(&mut self, byte: u8) {
        self.seen |= !byte.is_ascii_whitespace();
        if self.in_string {
            let ends = byte == b'"' && !self.escaped;
            self.escaped = byte == b'\\' && !self.escaped;
            self.in_string = !ends;
            return;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth = self.depth.saturating_add(1),
            b'}' | b']' => {
                self.whole |= self.depth == 1;
                self.depth = self.depth.saturating_sub(1);
            }
            _ => {}
        }
    }
}
