//! Events on their way, in order.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

use guardrails::{Session, Step};

use super::super::apply::{quoted, take_out, write};
use super::super::channel::{Channel, redact, whole};
use super::super::leaves::Leaf;
use super::probabilities::Probabilities;
use super::{Ends, Key, Order, Reading};
use crate::sse::Event;

/// The most bytes of events that wait for a text that does not go on; then it is taken as ended.
const PATIENCE: usize = 256 << 10;

/// The most texts that go on at the same time; more than that are taken as ended.
const MOST_TEXTS: usize = 4_096;

/// An event that may have to wait.
#[derive(Debug)]
struct Waiting {
    /// Its lines, without its data, and where the data goes; `None` where nothing changes yet.
    head: Vec<u8>,
    data: Vec<u8>,
    tail: Vec<u8>,
    raw: Vec<u8>,
    /// What is written in place of spans of the data.
    changes: Vec<(Range<usize>, String)>,
    /// Spans that are taken out, and those that are where anything else changes.
    nulls: Vec<Range<usize>>,
    probabilities: Vec<Range<usize>>,
    /// Fragments: where they stand, as they came, and what passes in their place.
    fragments: Vec<Fragment>,
    /// How many of its fragments are not decided to their ends.
    open: usize,
    /// The part of a message that it belongs to.
    part: Option<(u64, u64)>,
    repetitions: Vec<Repetition>,
}

/// A text that repeats a part.
#[derive(Debug)]
struct Repetition {
    span: Range<usize>,
    came: String,
    /// What stands in its place if its fragments said something else.
    alone: Option<String>,
}

/// What the fragments of a part said, and what of it has passed.
#[derive(Debug, Default)]
struct Said {
    came: String,
    passed: String,
}

/// A piece of a channel's text in an event.
#[derive(Debug)]
struct Fragment {
    span: Range<usize>,
    came: String,
    passes: String,
    /// How much of `came` is decided.
    decided: usize,
}

/// A channel, and where the fragments stand that are not decided to their ends.
#[derive(Debug)]
struct Open {
    channel: Channel,
    /// The number of the event, and which of its fragments.
    pieces: VecDeque<(u64, usize)>,
}

/// The events that have not gone out, and the channels.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: VecDeque<Waiting>,
    /// The number of the first of them.
    first: u64,
    channels: BTreeMap<Key, Open>,
    /// The parts that may be repeated, as they have gone out.
    said: BTreeMap<(u64, u64), Said>,
    bytes: usize,
}

impl Queue {
    /// Takes bytes that pass as they are.
    pub(super) fn pass(&mut self, raw: &[u8]) {
        self.push(Waiting {
            head: Vec::new(),
            data: Vec::new(),
            tail: Vec::new(),
            raw: raw.to_vec(),
            changes: Vec::new(),
            nulls: Vec::new(),
            probabilities: Vec::new(),
            fragments: Vec::new(),
            open: 0,
            part: None,
            repetitions: Vec::new(),
        });
    }

    /// Takes an event and what it is to the channels.
    pub(super) fn take(&mut self, event: &Event<'_>, reading: Reading, session: &mut Session) {
        self.before(&reading, session);
        let (probabilities, mut nulls) = (reading.probabilities, reading.nulls);
        let probabilities = kept(probabilities, &mut nulls, session);
        let number = self.first + u64::try_from(self.waiting.len()).unwrap_or(0);
        let (head, tail) = event.around_data();
        self.push(Waiting {
            head,
            data: event.data.to_vec(),
            tail: tail.to_vec(),
            raw: event.raw.to_vec(),
            changes: Vec::new(),
            nulls,
            probabilities,
            fragments: Vec::new(),
            open: 0,
            part: reading.part,
            repetitions: Vec::new(),
        });
        for (key, span, leaf, text) in reading.fragments {
            self.fragment(number, key, (span, leaf, text), session);
        }
        let (mut changes, mut repetitions) = (Vec::new(), Vec::new());
        let mut look = |session: &mut Session| {
            for found in &reading.wholes {
                redact(found, session, &mut |span, text| changes.push((span, quoted(&text))));
            }
            repetitions.extend(reading.repetitions.iter().map(|(span, came)| Repetition {
                span: span.clone(),
                came: came.clone(),
                alone: whole(session, Leaf::Text, came),
            }));
            if let Some(text) = &reading.unreadable
                && let Some(changed) = whole(session, Leaf::Json, text)
            {
                changes.push((0..event.data.len(), changed));
            }
        };
        if reading.repeats {
            session.uncounted(&mut look);
        } else {
            look(session);
        }
        if let Some(last) = self.waiting.back_mut() {
            last.changes.extend(changes);
            last.repetitions = repetitions;
        }
        for ends in reading.ends {
            self.end(ends, session);
        }
        if self.is_full() || self.channels.len() > MOST_TEXTS {
            self.end(Ends::All, session);
        }
    }

    /// Whether more waits than should.
    pub(super) const fn is_full(&self) -> bool {
        self.bytes > PATIENCE
    }

    /// What an event does to texts before its own go on: one that others have followed is over.
    fn before(&mut self, reading: &Reading, session: &mut Session) {
        let own: Vec<Key> = reading.fragments.iter().map(|fragment| fragment.0).collect();
        // What a place without a name says, such as a word that comes with each event, ends nothing.
        let followed = |key: &Key| {
            let others =
                own.iter().any(|own| own.outer == key.outer && !own.part.is_nested()) && !own.contains(key);
            let alike = key.is_reasoning() && own.iter().any(|own| own.is_reasoning());
            others && !alike && (reading.order == Order::OneAtATime || key.part.is_nested())
        };
        let begun = |key: &Key| reading.begins.contains(&(key.outer, key.part));
        let over: Vec<Key> =
            self.channels.keys().filter(|key| followed(key) || begun(key)).copied().collect();
        for key in over {
            self.end(Ends::One(key), session);
        }
        for key in &reading.seams {
            if let Some(open) = self.channels.get_mut(key) {
                open.channel.seam(session);
            }
        }
    }

    fn fragment(
        &mut self,
        number: u64,
        key: Key,
        (span, leaf, came): (Range<usize>, Leaf, String),
        session: &mut Session,
    ) {
        let Some(last) = self.waiting.back_mut().filter(|_| !came.is_empty()) else { return };
        let fresh = || Open { channel: Channel::new(leaf), pieces: VecDeque::new() };
        let open = self.channels.entry(key).or_insert_with(fresh);
        let steps = open.channel.push(session, &came);
        open.pieces.push_back((number, last.fragments.len()));
        last.fragments.push(Fragment { span, came, passes: String::new(), decided: 0 });
        last.open += 1;
        let mut pieces = std::mem::take(&mut open.pieces);
        self.decide(&mut pieces, steps);
        if let Some(open) = self.channels.get_mut(&key) {
            open.pieces = pieces;
        }
    }

    /// Ends channels: what they held back is decided.
    pub(super) fn end(&mut self, ends: Ends, session: &mut Session) {
        let over: Vec<Key> = self.channels.keys().filter(|key| ends.covers(**key)).copied().collect();
        for key in over {
            let Some(mut open) = self.channels.remove(&key) else { continue };
            let steps = open.channel.finish(session);
            self.decide(&mut open.pieces, steps);
            debug_assert!(open.pieces.is_empty(), "the steps of a text cover it");
        }
    }

    /// Writes what is decided into the fragments it stands in. A value that is replaced is replaced
    /// where it began.
    fn decide(&mut self, pieces: &mut VecDeque<(u64, usize)>, steps: Vec<Step>) {
        for step in steps {
            let (mut left, mut with) = match step {
                Step::Keep(length) => (length, None),
                Step::Swap { length, with } => (length, Some(with)),
            };
            let keeps = with.is_none();
            while left > 0
                && let Some((number, index)) = pieces.front().copied()
            {
                let Some(event) = self.numbered(number) else { return };
                let Some(fragment) = event.fragments.get_mut(index) else { return };
                fragment.passes.push_str(&with.take().unwrap_or_default());
                let taken = fragment.take(left, keeps);
                left -= taken;
                if fragment.decided == fragment.came.len() {
                    event.open = event.open.saturating_sub(1);
                    pieces.pop_front();
                }
            }
        }
    }

    /// The events at the front that wait for nothing.
    pub(super) fn release(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        while let Some(mut event) = self.waiting.pop_front_if(|event| event.open == 0) {
            event.repeat(&mut self.said);
            self.first += 1;
            self.bytes = self.bytes.saturating_sub(event.raw.len());
            event.write(&mut out);
        }
        out
    }

    fn push(&mut self, event: Waiting) {
        self.bytes += event.raw.len();
        self.waiting.push_back(event);
    }

    fn numbered(&mut self, number: u64) -> Option<&mut Waiting> {
        let index = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.waiting.get_mut(index)
    }
}

/// The probabilities that may stay, by what their tokens say alone; the others are taken out.
fn kept(
    probabilities: Vec<Probabilities>,
    nulls: &mut Vec<Range<usize>>,
    session: &mut Session,
) -> Vec<Range<usize>> {
    let mut kept = Vec::new();
    for one in probabilities {
        let mut tells = false;
        session.uncounted(&mut |session| tells = one.tell(session));
        if tells { nulls.push(one.into_span()) } else { kept.push(one.into_span()) }
    }
    kept
}

impl Fragment {
    /// Decides on at most `length` bytes: they pass or they are left out. Returns how many it had.
    fn take(&mut self, length: usize, keeps: bool) -> usize {
        let taken = length.min(self.came.len() - self.decided);
        let end = self.decided + taken;
        if keeps {
            self.passes.push_str(self.came.get(self.decided..end).unwrap_or_default());
        }
        self.decided = end;
        taken
    }
}

impl Waiting {
    /// Takes note of what it says, and repeats what was said as it has passed: everything before it
    /// has gone out.
    fn repeat(&mut self, said: &mut BTreeMap<(u64, u64), Said>) {
        let Some(part) = self.part else { return };
        let said = said.entry(part).or_default();
        for fragment in &self.fragments {
            said.came.push_str(&fragment.came);
            said.passed.push_str(&fragment.passes);
        }
        for Repetition { span, came, alone } in std::mem::take(&mut self.repetitions) {
            let passes =
                if said.came == came { (said.passed != came).then(|| said.passed.clone()) } else { alone };
            self.changes.extend(passes.map(|text| (span, quoted(&text))));
        }
    }

    fn write(self, out: &mut Vec<u8>) {
        let changed = self.fragments.into_iter().filter(|fragment| fragment.came != fragment.passes);
        let mut changes = self.changes;
        changes.extend(changed.map(|fragment| (fragment.span, quoted(&fragment.passes))));
        take_out(self.probabilities, &mut changes);
        changes.extend(self.nulls.into_iter().map(|span| (span, "null".to_owned())));
        if changes.is_empty() {
            out.extend_from_slice(&self.raw);
            return;
        }
        out.extend_from_slice(&self.head);
        out.extend_from_slice(&write(&self.data, changes));
        out.extend_from_slice(&self.tail);
    }
}
