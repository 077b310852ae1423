//! From blocks that interleave to one block after the other.
//!
//! The first block that is opened is the first that is written; others wait, and what they say is
//! kept for them. A block leaves when its reader closes it, or, for a call, when its arguments
//! are a whole object and another block has begun: nothing valid can follow them. So nothing
//! waits longer than it must, and every dialect can carry the outcome.

use std::collections::VecDeque;

use domain::Usage;

use super::used::joined;
use super::whole::Wholeness;
use crate::canon::{Block, Citation, Delta, Event, Proof, Stop, made_id};
use crate::failure::Failure;
use crate::report::{At, Notes, Why};
use crate::wire::Wire;

/// The most that a stream may keep back, in bytes: what was said and not written, and each block
/// that waits with what belongs to it.
const MOST: usize = 32 << 20;

/// Orders the events of one stream.
#[derive(Debug)]
pub(super) struct Sequence {
    /// The provider's.
    wire: Wire,
    /// For ids that the provider does not give.
    id: String,
    started: bool,
    /// The block being written is the first; the others wait.
    slots: VecDeque<Slot>,
    calls: u64,
    refuses: bool,
    held: usize,
    stop: Option<Stop>,
    usage: Option<Usage>,
    over: bool,
}

#[derive(Debug)]
struct Slot {
    key: u64,
    block: Block,
    text: String,
    proof: Option<Proof>,
    citations: Vec<Citation>,
    whole: Wholeness,
    /// What the slot itself takes, in bytes, without its text.
    weight: usize,
    /// Whether the writer knows of it.
    written: bool,
    closed: bool,
}

impl Sequence {
    /// Before the first event.
    pub(super) const fn new(wire: Wire, id: String) -> Self {
        Self {
            wire,
            id,
            started: false,
            slots: VecDeque::new(),
            calls: 0,
            refuses: false,
            held: 0,
            stop: None,
            usage: None,
            over: false,
        }
    }

    /// Whether the last delta was said.
    pub(super) const fn is_over(&self) -> bool {
        self.over
    }

    /// Whether the provider has said why its answer ends, and no error came instead.
    pub(super) const fn has_stopped(&self) -> bool {
        self.stop.is_some() && !self.over
    }

    /// What was used, as far as it is known.
    pub(super) const fn usage(&self) -> Option<Usage> {
        self.usage
    }

    /// Takes an event.
    pub(super) fn event(&mut self, event: Event, notes: &mut Notes, out: &mut Vec<Delta>) {
        if self.over {
            return;
        }
        match event {
            Event::Start { id, model } => self.start(id, model, out),
            Event::Open(key, block) => self.open(key, block, notes, out),
            Event::Text(key, text) => self.text(key, text, notes, out),
            Event::Proof(key, proof) => self.attach(key, notes, out, |slot| slot.sign(proof)),
            Event::Cite(key, citation) => self.attach(key, notes, out, |slot| slot.cite(citation)),
            Event::Close(key) => self.close(key, out),
            Event::Usage(usage) => {
                self.usage = Some(joined(self.wire, self.usage.unwrap_or_default(), usage));
            }
            Event::Stop(stop) => self.stop = Some(stop),
            Event::Fail(failure) => self.fail(failure, out),
            Event::End => {
                self.stop.get_or_insert(Stop::Other); // some say the end and not why
                self.finish(out);
            }
        }
    }

    /// The provider has closed the stream. An answer without a reason for its end is broken off.
    pub(super) fn finish(&mut self, out: &mut Vec<Delta>) {
        if self.over {
            return;
        }
        let Some(stop) = self.stop.take() else {
            return self.fail(Failure::broken_off(), out);
        };
        self.start(None, None, out);
        self.slots.iter_mut().for_each(|slot| slot.closed = true);
        self.advance(out);
        self.over = true;
        out.push(Delta::Finish { stop: stop.settled(self.calls > 0, self.refuses), usage: self.usage });
    }

    /// Ends the stream with an error.
    pub(super) fn fail(&mut self, failure: Failure, out: &mut Vec<Delta>) {
        if !self.over {
            self.over = true;
            out.push(Delta::Fail(failure));
        }
    }

    fn start(&mut self, id: Option<String>, model: Option<String>, out: &mut Vec<Delta>) {
        if !self.started {
            self.started = true;
            out.push(Delta::Start { id, model, usage: self.usage });
        }
    }

    fn open(&mut self, key: u64, mut block: Block, notes: &mut Notes, out: &mut Vec<Delta>) {
        self.start(None, None, out);
        if let Block::Call { id, .. } = &mut block {
            if id.is_empty() {
                *id = made_id(&self.id, self.calls, notes);
            }
            self.calls += 1;
        }
        self.refuses |= block == Block::Refusal;
        let weight = size_of::<Slot>() + weight_of(&block);
        self.held += weight;
        self.slots.push_back(Slot {
            key,
            block,
            text: String::new(),
            proof: None,
            citations: Vec::new(),
            whole: Wholeness::default(),
            weight,
            written: false,
            closed: false,
        });
        self.advance(out);
        self.limit(out);
    }

    fn text(&mut self, key: u64, text: String, notes: &mut Notes, out: &mut Vec<Delta>) {
        let Some(slot) = self.find(key) else {
            if !text.trim().is_empty() {
                notes.dropped(At::ROOT.at("delta"), Why::Late);
            }
            return;
        };
        if text.is_empty() {
            return;
        }
        if matches!(slot.block, Block::Call { .. }) {
            slot.whole.push(&text);
        }
        let more = text.len();
        if slot.text.is_empty() {
            slot.text = text;
        } else {
            slot.text.push_str(&text);
        }
        self.held += more;
        self.advance(out);
        self.limit(out);
    }

    /// The open block of that key. Blocks are opened in the order of their keys.
    fn find(&mut self, key: u64) -> Option<&mut Slot> {
        let at = self.slots.binary_search_by_key(&key, |slot| slot.key).ok()?;
        self.slots.get_mut(at).filter(|slot| !slot.closed)
    }

    fn limit(&mut self, out: &mut Vec<Delta>) {
        if self.held > MOST {
            self.fail(Failure::noticed("the provider's stream keeps too many blocks open"), out);
        }
    }

    fn attach(&mut self, key: u64, notes: &mut Notes, out: &mut Vec<Delta>, with: impl FnOnce(&mut Slot)) {
        let Some(slot) = self.find(key) else {
            return notes.dropped(At::ROOT.at("delta"), Why::Late);
        };
        let before = slot.weight;
        with(slot);
        let more = slot.weight - before;
        self.held += more;
        self.advance(out);
        self.limit(out);
    }

    fn close(&mut self, key: u64, out: &mut Vec<Delta>) {
        if let Some(slot) = self.find(key) {
            slot.closed = true;
        }
        self.advance(out);
    }

    /// Writes what the first block has to say, and goes on to the next while that is whole.
    fn advance(&mut self, out: &mut Vec<Delta>) {
        while let Some(slot) = self.slots.front_mut() {
            self.held -= slot.text.len();
            slot.say(out);
            let waiting = self.slots.len() > 1;
            let Some(slot) = self.slots.front_mut() else { return };
            let is_whole = slot.closed || (waiting && slot.whole.is_whole());
            if !is_whole {
                return;
            }
            slot.leave(out);
            self.held -= slot.weight;
            self.slots.pop_front();
        }
    }
}

impl Slot {
    fn is_call(&self) -> bool {
        matches!(self.block, Block::Call { .. })
    }

    fn sign(&mut self, proof: Proof) {
        self.weight += proof.data.len();
        self.proof = Some(proof);
    }

    fn cite(&mut self, citation: Citation) {
        let words = [&citation.url, &citation.title, &citation.quote];
        let words: usize = words.into_iter().flatten().map(String::len).sum();
        self.weight += size_of::<Citation>() + words;
        self.citations.push(citation);
    }

    /// A block that says nothing is never written, unless it is a call.
    fn say(&mut self, out: &mut Vec<Delta>) {
        if !self.written && (self.is_call() || !self.text.is_empty() || self.proof.is_some()) {
            self.written = true;
            out.push(Delta::Open(self.block.clone()));
        }
        if !self.text.is_empty() {
            out.push(Delta::Text(std::mem::take(&mut self.text)));
        }
    }

    fn leave(&mut self, out: &mut Vec<Delta>) {
        if !self.written {
            return;
        }
        if self.is_call() && self.whole.is_blank() {
            out.push(Delta::Text("{}".to_owned()));
        }
        out.extend(self.citations.drain(..).map(Delta::Cite));
        out.extend(self.proof.take().map(Delta::Proof));
        out.push(Delta::Close);
    }
}

/// What the words of a block take beside it, in bytes.
fn weight_of(block: &Block) -> usize {
    match block {
        Block::Call { id, name } => id.len() + name.len(),
        Block::Text | Block::Refusal | Block::Reasoning => 0,
    }
}
