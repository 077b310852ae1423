//! A stream passed on in whole events, without the one event that was not asked for.
//!
//! Used where the gateway asked for the usage event of a chat stream and the caller did not. What
//! passes is passed as it came, and a chunk from which nothing is taken is not copied. An event
//! that is split across chunks waits until it is complete: its end may decide, and a stream that
//! is ended early can then be ended between two events.

use bytes::Bytes;

use super::event::Event;
use super::scan::Scan;
use crate::answer::is_usage_only_event;

/// Passes a stream on, event by event.
#[derive(Debug)]
pub struct UsageFilter {
    scan: Scan,
    withhold: bool,
    /// The part of the current event that earlier chunks brought.
    held: Vec<u8>,
    /// Whether the current event is too long to be held back, and passes as it comes.
    passing: bool,
}

impl Default for UsageFilter {
    /// Withholds the usage event.
    fn default() -> Self {
        Self { scan: Scan::new(), withhold: true, held: Vec::new(), passing: false }
    }
}

impl UsageFilter {
    /// The longest event that is held back; a usage event is far shorter.
    pub const CAP: usize = 64 * 1024;

    /// Withholds nothing: only makes pieces end where events do.
    #[must_use]
    pub const fn whole_events() -> Self {
        Self { scan: Scan::new(), withhold: false, held: Vec::new(), passing: false }
    }

    /// Takes the next chunk and returns what may pass now; empty where that is nothing.
    pub fn push(&mut self, chunk: Bytes) -> Bytes {
        let mut out = Out::default();
        let (mut run, mut at) = (0, 0);
        while let Some(length) = self.scan.block(&chunk[at..]) {
            let end = at + length;
            if !self.held.is_empty() {
                self.held.extend_from_slice(&chunk[at..end]);
                let held = std::mem::take(&mut self.held);
                if !self.withholds(&held) {
                    out.add(held.into());
                }
                run = end;
            } else if !self.passing && self.withholds(&chunk[at..end]) {
                out.add(chunk.slice(run..at));
                run = end;
            }
            self.passing = false;
            at = end;
        }
        if self.passing {
            at = chunk.len();
        }
        self.held.extend_from_slice(&chunk[at..]);
        out.add(if (run, at) == (0, chunk.len()) { chunk } else { chunk.slice(run..at) });
        if self.held.len() > Self::CAP {
            out.add(std::mem::take(&mut self.held).into());
            self.passing = true;
        }
        out.join()
    }

    /// Gives the beginning of an event back that was held, as if it had not come: for a reader that
    /// begins in mid-stream and wants its events whole. Nothing of one that passes as it comes.
    #[must_use]
    pub fn give_back(&mut self) -> Bytes {
        if !self.held.is_empty() {
            self.scan = Scan::new();
        }
        std::mem::take(&mut self.held).into()
    }

    /// Ends the stream: what was held back, unless it is to be withheld.
    #[must_use]
    pub fn finish(self) -> Bytes {
        if self.withholds(&self.held) { Bytes::new() } else { self.held.into() }
    }

    /// Whether what has passed so far ends between two events. Then an event of one's own may
    /// follow, and what is held back is best forgotten.
    #[must_use]
    pub const fn is_at_event_end(&self) -> bool {
        !self.passing
    }

    fn withholds(&self, block: &[u8]) -> bool {
        self.withhold && Event::read(block).is_some_and(|event| is_usage_only_event(&event.data))
    }
}

/// Pieces that pass; joined only where there are several.
#[derive(Default)]
struct Out {
    first: Bytes,
    joined: Vec<u8>,
}

impl Out {
    fn add(&mut self, piece: Bytes) {
        if self.first.is_empty() && self.joined.is_empty() {
            self.first = piece;
        } else if !piece.is_empty() {
            if self.joined.is_empty() {
                self.joined.extend_from_slice(&std::mem::take(&mut self.first));
            }
            self.joined.extend_from_slice(&piece);
        }
    }

    fn join(self) -> Bytes {
        if self.joined.is_empty() { self.first } else { self.joined.into() }
    }
}
