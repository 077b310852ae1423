//! Chunks in, events out.

use super::event::Event;
use super::scan::Scan;

const BOM: &[u8] = b"\xef\xbb\xbf";
/// What the buffer may keep between split events.
const KEEP: usize = 64 * 1024;

/// Splits a stream into events.
#[derive(Debug, Clone)]
pub struct Splitter {
    scan: Scan,
    /// The part of the current block that earlier chunks brought.
    held: Vec<u8>,
    /// Whether the current block is above the cap, so that it is passed over.
    dropping: bool,
    seen: u64,
    whole: u64,
    dropped: u64,
    cap: usize,
}

impl Default for Splitter {
    fn default() -> Self {
        Self::new()
    }
}

impl Splitter {
    /// The largest event that is collected when it comes in pieces, unless told otherwise: 16 MiB.
    /// The last event of a responses stream repeats the whole answer, pictures included.
    pub const CAP: usize = 16 * 1024 * 1024;

    /// A splitter at the start of a stream.
    #[must_use]
    pub const fn new() -> Self {
        Self::with_cap(Self::CAP)
    }

    /// A splitter that drops split events above `cap` bytes.
    #[must_use]
    pub const fn with_cap(cap: usize) -> Self {
        Self { scan: Scan::new(), held: Vec::new(), dropping: false, seen: 0, whole: 0, dropped: 0, cap }
    }

    /// Takes the next chunk and hands out each event that it completes.
    pub fn push(&mut self, chunk: &[u8], mut on_event: impl FnMut(Event<'_>)) {
        let mut rest = chunk;
        if self.is_at_event_end() {
            let late = self.scan.late_lf(chunk);
            rest = &chunk[late..];
            self.seen += late as u64;
            self.whole = self.seen;
        }
        while let Some(end) = self.scan.block(rest) {
            let (block, tail) = rest.split_at(end);
            self.emit(block, &mut on_event);
            rest = tail;
        }
        self.hold(rest);
    }

    /// Hands out the event that the end of the stream leaves without its blank line, if any.
    pub fn finish(&mut self, mut on_event: impl FnMut(Event<'_>)) {
        let held = std::mem::take(&mut self.held);
        if let Some(event) = Event::read(self.text(&held)) {
            on_event(event);
        }
    }

    /// How many bytes of the stream so far are whole events: cut there, and what came before
    /// stands.
    #[must_use]
    pub const fn boundary(&self) -> u64 {
        self.whole
    }

    /// How many bytes came so far.
    #[must_use]
    pub const fn seen(&self) -> u64 {
        self.seen
    }

    /// Whether the stream so far ends between two events.
    #[must_use]
    pub const fn is_at_event_end(&self) -> bool {
        self.whole == self.seen
    }

    /// Whether the event under way is above the cap, so that it will be dropped.
    #[must_use]
    pub const fn is_dropping(&self) -> bool {
        self.dropping
    }

    /// How many events were dropped because they are above the cap.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    fn emit(&mut self, block: &[u8], on_event: &mut impl FnMut(Event<'_>)) {
        self.seen += block.len() as u64;
        if self.dropping {
            self.dropping = false;
            self.dropped += 1;
        } else if self.held.is_empty() {
            if let Some(event) = Event::read(self.text(block)) {
                on_event(event);
            }
        } else {
            let mut held = std::mem::take(&mut self.held);
            held.extend_from_slice(block);
            if let Some(event) = Event::read(self.text(&held)) {
                on_event(event);
            }
            if held.capacity() <= KEEP {
                held.clear();
                self.held = held;
            }
        }
        self.whole = self.seen;
    }

    fn hold(&mut self, rest: &[u8]) {
        self.seen += rest.len() as u64;
        if self.dropping || rest.is_empty() {
            return;
        }
        if self.held.len() + rest.len() > self.cap {
            self.held = Vec::new();
            self.dropping = true;
        } else {
            self.held.extend_from_slice(rest);
        }
    }

    /// A block without the mark that may stand before the first one.
    fn text<'b>(&self, block: &'b [u8]) -> &'b [u8] {
        if self.whole == 0 { block.strip_prefix(BOM).unwrap_or(block) } else { block }
    }
}
