//! Names of calls, which a chat stream may bring in fragments.
//!
//! Clients put the fragments of a name together, as they do with arguments, so the joined name is
//! what is judged: as soon as arguments or another call begin, or the text goes on. Until then
//! nothing passes that could turn out to be part of a call that is not allowed; a name that can't
//! become an allowed one is refused at once.

use std::collections::BTreeMap;

use guardrails::ToolPolicy;

use super::super::Blocked;
use super::{Ends, Key, Part, Reading};

/// What an event says of a call.
#[derive(Debug, Default)]
pub(super) struct CallPiece {
    /// The choice it belongs to.
    pub(super) outer: u64,
    /// The number of the call, where it says so.
    pub(super) index: Option<u64>,
    pub(super) id: String,
    pub(super) name: String,
    /// Whether it brings arguments.
    pub(super) argues: bool,
}

/// A call so far.
#[derive(Debug, Default)]
struct Call {
    id: String,
    name: String,
    argues: bool,
    judged: bool,
}

impl Call {
    /// Whether a piece with the place of this call begins another one.
    fn is_left_by(&self, piece: &CallPiece) -> bool {
        let other_id = !piece.id.is_empty() && !self.id.is_empty() && piece.id != self.id;
        other_id
            || (piece.index.is_none() && self.argues && !piece.name.is_empty() && piece.name != self.name)
    }

    fn take(&mut self, piece: &CallPiece) {
        if self.id.is_empty() {
            self.id.clone_from(&piece.id);
        }
        // Some providers say the whole name again with each piece.
        if !piece.name.is_empty() && piece.name != self.name {
            self.name.push_str(&piece.name);
            self.judged = false;
        }
        self.argues |= piece.argues;
    }

    /// Judges the name as it is.
    fn judge(&mut self, tools: &ToolPolicy) -> Result<(), Blocked> {
        if !self.judged && !tools.allows(&self.name) {
            let name = if self.name.is_empty() { "unnamed" } else { &self.name };
            return Err(Blocked::Tool(name.to_owned()));
        }
        self.judged = true;
        Ok(())
    }

    /// Whether it may still turn out that it must not pass.
    fn waits(&self, tools: &ToolPolicy) -> bool {
        !self.judged && !tools.allows(&self.name)
    }
}

/// The calls of a stream, by choice and number.
#[derive(Debug, Default)]
pub(super) struct Names {
    calls: BTreeMap<(u64, u64), Call>,
    last: Option<(u64, u64)>,
}

impl Names {
    /// Takes what an event says of calls.
    ///
    /// # Errors
    /// [`Blocked::Tool`]: the name of a call is there and is not allowed.
    pub(super) fn take(&mut self, reading: &Reading, tools: &ToolPolicy) -> Result<(), Blocked> {
        if reading.fragments.iter().any(|fragment| fragment.0.is_said()) {
            self.finish(tools)?; // what an event says comes before what it calls
        }
        for piece in &reading.pieces {
            self.piece(piece, tools)?;
        }
        let ends = reading.ends.iter().any(|ends| matches!(ends, Ends::All | Ends::Outer(_)));
        if ends { self.finish(tools) } else { Ok(()) }
    }

    fn piece(&mut self, piece: &CallPiece, tools: &ToolPolicy) -> Result<(), Blocked> {
        let key = match (piece.index, self.last) {
            (Some(index), _) => (piece.outer, index),
            (None, Some(last)) if last.0 == piece.outer => last,
            (None, _) => (piece.outer, 0),
        };
        let leaves = self.calls.get(&key).is_some_and(|call| call.is_left_by(piece));
        if leaves || self.last.is_some_and(|last| last != key) {
            self.finish(tools)?;
        }
        if leaves {
            self.calls.remove(&key);
        }
        self.last = Some(key);
        let call = self.calls.entry(key).or_default();
        call.take(piece);
        if call.argues && !call.name.is_empty() || !tools.may_allow(&call.name) {
            call.judge(tools)?;
        }
        Ok(())
    }

    /// Judges what is not judged.
    ///
    /// # Errors
    /// [`Blocked::Tool`]: a name is not allowed.
    pub(super) fn finish(&mut self, tools: &ToolPolicy) -> Result<(), Blocked> {
        self.calls.values_mut().try_for_each(|call| call.judge(tools))
    }

    /// Whether events have to wait for a name.
    pub(super) fn wait(&self, tools: &ToolPolicy) -> bool {
        self.last.and_then(|last| self.calls.get(&last)).is_some_and(|call| call.waits(tools))
    }
}

impl Key {
    /// Whether it is what the model says.
    const fn is_said(self) -> bool {
        matches!(self.part, Part::Content | Part::Refusal | Part::Reasoning | Part::ReasoningContent)
    }
}
