//! Chunks of a chat stream.
//!
//! A chunk says nothing of where a block begins or ends, so that is inferred: text, thought and
//! refusal end when something else begins; calls may interleave and end with the answer. A name may
//! come in fragments, which are joined until its arguments or something else begin, as clients do.

use crate::canon::{Block, Event, Part, Reasoning};
use crate::chat::{message, read_stop, reasoning, usage};
use crate::failure::{self, Failure};
use crate::json::{Fields, Json, Object};
use crate::report::{At, Notes, Why};
use crate::stream::Flow;

/// The most calls of one answer that are read. Each piece of a call is looked for among them.
const MOST_CALLS: usize = 1_024;
/// The most bytes of arguments that wait for the name of their tool.
const MOST_HELD: usize = 1 << 20;
/// The bytes of a name behind which no fragment is joined to it any more.
const MOST_NAME: usize = 4_096;
/// Where the name of a call stands.
const NAME: &str = "tool_calls[].function.name";

/// Reads chunks.
#[derive(Debug, Default)]
pub struct Reader {
    started: bool,
    flow: Flow,
    calls: Vec<Pending>,
    /// The call that the last piece belonged to.
    last: usize,
}

/// A call of which not everything is known.
#[derive(Debug, Default)]
struct Pending {
    index: Option<u64>,
    id: String,
    name: String,
    /// Arguments that came before the name.
    held: String,
    key: Option<u64>,
}

impl Reader {
    /// Reads one chunk.
    pub fn event(&mut self, chunk: Object, notes: &mut Notes, out: &mut Vec<Event>) {
        let json = Json::Object(chunk);
        if let Some(failure) = failure::of(&json) {
            return out.push(Event::Fail(failure));
        }
        let Json::Object(chunk) = json else { return };
        let mut fields = Fields::new(chunk, At::ROOT);
        let (id, model) = (fields.text("id", notes), fields.text("model", notes));
        if !self.started {
            self.started = true;
            out.push(Event::Start { id: id.filter(|id| !id.is_empty()), model });
        }
        fields.skip(&["object", "created", "system_fingerprint", "service_tier", "obfuscation"]);
        for choice in fields.list("choices", notes) {
            if let Some(choice) = Fields::of(choice, At::ROOT.at("choices[]"), notes) {
                self.choice(choice, notes, out);
            }
        }
        let usage = fields.object("usage", notes);
        out.extend(usage.map(|usage| Event::Usage(usage::read(usage, At::ROOT.at("usage"), notes))));
        fields.done(notes);
    }

    /// The stream has ended: what waits for a name waits no longer.
    pub fn finish(&mut self, notes: &mut Notes, out: &mut Vec<Event>) {
        for call in &mut self.calls {
            if call.key.is_none() {
                if call.name.is_empty() {
                    notes.approximated(At::ROOT.at(NAME), Why::Made);
                }
                call.open(&mut self.flow, out);
            }
        }
    }

    /// Something else begins: the names that are there are whole.
    fn settle(&mut self, out: &mut Vec<Event>) {
        for call in &mut self.calls {
            if call.key.is_none() && !call.name.is_empty() && !call.id.is_empty() {
                call.open(&mut self.flow, out);
            }
        }
    }

    fn choice(&mut self, mut choice: Fields<'_>, notes: &mut Notes, out: &mut Vec<Event>) {
        let at = choice.at;
        if choice.whole("index", notes).unwrap_or(0) != 0 {
            return notes.dropped(at, Why::NotInTarget);
        }
        choice.skip(&["native_finish_reason"]);
        let stop = choice.text("finish_reason", notes);
        if let Some(delta) = choice.take("delta").and_then(|json| Fields::of(json, at.at("delta"), notes)) {
            self.delta(delta, notes, out);
        }
        choice.done(notes);
        if let Some(stop) = stop.filter(|word| !word.is_empty()) {
            self.finish(notes, out);
            out.push(Event::Stop(read_stop(&stop)));
        }
    }

    fn delta(&mut self, mut delta: Fields<'_>, notes: &mut Notes, out: &mut Vec<Event>) {
        let at = delta.at;
        delta.skip(&["role"]);
        let calls = delta.list("tool_calls", notes);
        for part in message::assistant(&mut delta, notes) {
            self.part(part, out);
        }
        for call in calls {
            if let Some(call) = Fields::of(call, at.at("tool_calls[]"), notes) {
                self.call(call, notes, out);
            }
        }
        delta.done(notes);
    }

    fn part(&mut self, part: Part, out: &mut Vec<Event>) {
        self.settle(out);
        match part {
            Part::Text(text) => {
                let key = self.flow.within(Block::Text, out);
                out.push(Event::Text(key, text.text));
                out.extend(text.citations.into_iter().map(|citation| Event::Cite(key, citation)));
            }
            Part::Refusal(text) => {
                let key = self.flow.within(Block::Refusal, out);
                out.push(Event::Text(key, text));
            }
            Part::Reasoning(reasoning) => self.reasoning(reasoning, out),
            Part::Call(_) | Part::Result(_) | Part::Media(_) | Part::Cache(_) => {}
        }
    }

    fn reasoning(&mut self, reasoning: Reasoning, out: &mut Vec<Event>) {
        let key = self.flow.within(Block::Reasoning, out);
        out.push(Event::Text(key, reasoning.text));
        if let Some(proof) = reasoning.proof {
            out.push(Event::Proof(key, proof));
            self.flow.close(out); // what is signed is whole
        }
    }

    fn call(&mut self, mut call: Fields<'_>, notes: &mut Notes, out: &mut Vec<Event>) {
        let at = call.at;
        let signature = reasoning::take_extra(&mut call, notes);
        let index = call.whole("index", notes);
        let id = call.text("id", notes).unwrap_or_default();
        call.skip(&["type"]);
        let mut function = Fields::new(call.object("function", notes).unwrap_or_default(), at.at("function"));
        let name = function.text("name", notes).unwrap_or_default();
        let arguments = match function.take("arguments") {
            Some(Json::Text(text)) => text,
            Some(other) => crate::json::text(&other),
            None => String::new(),
        };
        function.done(notes);
        call.done(notes);
        if let Some(signature) = signature {
            self.flow.close(out);
            self.reasoning(signature, out);
        }
        self.flow.close(out);
        let Some(place) = self.find(index, &id) else {
            let failure = Failure::noticed("the provider's stream calls too many tools");
            return out.push(Event::Fail(failure));
        };
        if place != self.last {
            self.settle(out);
            self.last = place;
        }
        let Some(pending) = self.calls.get_mut(place) else { return };
        if pending.id.is_empty() {
            pending.id = id;
        }
        pending.called(&name, notes);
        pending.held.push_str(&arguments);
        let named = !pending.name.is_empty() && !pending.held.is_empty();
        if named || pending.key.is_some() || pending.held.len() > MOST_HELD {
            pending.open(&mut self.flow, out);
        }
    }

    /// The call that a piece belongs to: of its index, unless its id says that it is another one.
    /// `None` where there is no room for one more.
    fn find(&mut self, index: Option<u64>, id: &str) -> Option<usize> {
        let belongs = |call: &Pending| {
            let same_id = id.is_empty() || call.id.is_empty() || call.id == id;
            same_id && (index.is_none() || call.index == index)
        };
        let found = self.calls.iter().rposition(belongs);
        if found.is_none() && self.calls.len() < MOST_CALLS {
            self.calls.push(Pending { index, ..Pending::default() });
            return Some(self.calls.len() - 1);
        }
        found
    }
}

impl Pending {
    /// Takes a fragment of the name. Some providers say the whole name again with each piece.
    fn called(&mut self, name: &str, notes: &mut Notes) {
        match self.key {
            _ if name.is_empty() || name == self.name => {}
            None if self.name.len() < MOST_NAME => self.name.push_str(name),
            None | Some(_) => notes.dropped(At::ROOT.at(NAME), Why::Late),
        }
    }

    /// Opens the block, if that is still to be done, and lets go of what was held.
    fn open(&mut self, flow: &mut Flow, out: &mut Vec<Event>) {
        let key = *self.key.get_or_insert_with(|| {
            let (id, name) = (self.id.clone(), self.name.clone());
            flow.beside(Block::Call { id, name }, out)
        });
        if !self.held.is_empty() {
            out.push(Event::Text(key, std::mem::take(&mut self.held)));
        }
    }
}
