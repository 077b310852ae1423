//! The whole way of a stream.

use domain::Usage;

use super::reader::{Reader, wire_of};
use super::sequence::Sequence;
use super::source::{Piece, Source};
use super::writer::Writer;
use crate::canon::{Answer, Block, Delta, Event, Part, settle};
use crate::failure::{self, Failure};
use crate::json::{Json, Unreadable, parse};
use crate::pair::{Caller, Settings, read_answer};
use crate::report::{LossReport, Mode, Notes};
use crate::wire::Wire;

/// How a stream has ended, if it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It runs.
    Running,
    /// The answer is whole.
    Complete,
    /// An error was said.
    Failed,
}

/// Translates one stream.
#[derive(Debug)]
pub struct StreamTranslator {
    wire: Wire,
    id: String,
    source: Source,
    reader: Reader,
    sequence: Sequence,
    writer: Writer,
    notes: Notes,
    pieces: Vec<Piece>,
    events: Vec<Event>,
    deltas: Vec<Delta>,
    outcome: Outcome,
    failure: Option<Failure>,
    output_bytes: u64,
}

impl StreamTranslator {
    /// A translator before the first byte.
    #[must_use]
    pub fn new(wire: Wire, caller: Caller, settings: Settings) -> Self {
        Self {
            wire,
            id: settings.id.clone(),
            source: Source::new(wire),
            reader: Reader::new(wire),
            sequence: Sequence::new(wire, settings.id.clone()),
            writer: Writer::new(caller, settings),
            notes: Notes::new(Mode::Lenient),
            pieces: Vec::new(),
            events: Vec::new(),
            deltas: Vec::new(),
            outcome: Outcome::Running,
            failure: None,
            output_bytes: 0,
        }
    }

    /// Takes the next chunk; gives whole events for the caller, or nothing yet. What comes after
    /// the end is not read.
    pub fn push(&mut self, chunk: &[u8]) -> Vec<u8> {
        if self.sequence.is_over() {
            return Vec::new();
        }
        let mut pieces = std::mem::take(&mut self.pieces);
        let broken = self.source.push(chunk, &mut pieces);
        pieces.drain(..).for_each(|piece| self.piece(piece));
        self.pieces = pieces;
        if let Err(broken) = broken {
            self.events.push(Event::Fail(Failure::noticed(&broken.to_string())));
        }
        self.flow()
    }

    /// The provider has closed the stream; gives what is left, an end always among it.
    pub fn finish(&mut self) -> Vec<u8> {
        let mut pieces = std::mem::take(&mut self.pieces);
        let body = self.source.finish(&mut pieces);
        pieces.drain(..).for_each(|piece| self.read(piece));
        if let Some(body) = body {
            self.body(&body);
        }
        self.reader.finish(&mut self.notes, &mut self.events);
        if self.is_over() {
            // What is cut off behind the end takes nothing from the answer.
            self.events.retain(|event| !matches!(event, Event::Fail(_)));
        }
        let mut out = self.flow();
        self.sequence.finish(&mut self.deltas);
        self.write(&mut out);
        out
    }

    /// Whether the answer is whole, as far as the provider has said: the reason for its end has
    /// come, or the end itself. From then on [`finish`](Self::finish) always ends the stream
    /// properly, also where the connection broke in the midst of what would have followed, which
    /// is nothing but usage and marks of the end. Never true of a stream that ended with an error.
    ///
    /// A provider that gives a reason with every chunk (Google's did) is taken at its word.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.outcome == Outcome::Complete || self.sequence.has_stopped()
    }

    /// Ends the stream with an error of the gateway's; nothing, where it has ended already.
    pub fn fail(&mut self, failure: Failure) -> Vec<u8> {
        let mut out = Vec::new();
        self.sequence.fail(failure, &mut self.deltas);
        self.write(&mut out);
        out
    }

    /// What was lost so far.
    #[must_use]
    pub const fn loss(&self) -> &LossReport {
        self.notes.report()
    }

    /// What was used, as far as the provider has said.
    #[must_use]
    pub const fn usage(&self) -> Option<Usage> {
        self.sequence.usage()
    }

    /// How it stands.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Whether it ended because the provider stopped in mid-answer.
    #[must_use]
    pub fn broke_off(&self) -> bool {
        self.failure.as_ref() == Some(&Failure::broken_off())
    }

    /// The error that ended it.
    #[must_use]
    pub const fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// How many bytes of text, thought and arguments the model has said.
    #[must_use]
    pub const fn output_bytes(&self) -> u64 {
        self.output_bytes
    }

    /// Reads a piece, and puts in order what it says: an end stops the reading at once.
    fn piece(&mut self, piece: Piece) {
        if !self.sequence.is_over() {
            self.read(piece);
            self.sort();
        }
    }

    fn read(&mut self, piece: Piece) {
        let (name, data) = match piece {
            Piece::Data(data) if data.trim_ascii() == b"[DONE]" => return self.events.push(Event::End),
            Piece::Data(data) => (String::new(), data),
            Piece::Frame(name, data) => (name, data),
        };
        let problem = match parse(&data) {
            Ok(Json::Object(event)) => match wire_of(&event) {
                Some(wire) if wire != self.wire => "the provider changed to another dialect in mid-stream",
                _ => return self.reader.event(&name, event, &mut self.notes, &mut self.events),
            },
            Ok(other) => match failure::of(&other) {
                Some(failure) => return self.events.push(Event::Fail(failure)),
                None => "the provider sent an event that is not an object",
            },
            Err(Unreadable::NotJson(_)) => "the provider sent an event that is not JSON",
            Err(Unreadable::TooMany) => "the provider sent an event of too many values",
        };
        self.events.push(Event::Fail(Failure::noticed(problem)));
    }

    /// A body where a stream was asked for: an error, or the whole answer at once.
    fn body(&mut self, body: &[u8]) {
        let json = parse(body).unwrap_or(Json::Null);
        if let Some(failure) = failure::of(&json) {
            return self.events.push(Event::Fail(failure));
        }
        let Json::Object(object) = json else {
            let failure = Failure::noticed("the provider sent neither a stream nor an answer");
            return self.events.push(Event::Fail(failure));
        };
        let mut answer = read_answer(self.wire, object, &mut self.notes);
        settle(&mut answer, &self.id, &mut self.notes);
        replay(answer, &mut self.events);
    }

    fn flow(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        self.sort();
        self.write(&mut out);
        out
    }

    fn sort(&mut self) {
        for event in self.events.drain(..) {
            self.sequence.event(event, &mut self.notes, &mut self.deltas);
        }
    }

    fn write(&mut self, out: &mut Vec<u8>) {
        for delta in self.deltas.drain(..) {
            match &delta {
                Delta::Text(text) => self.output_bytes = self.output_bytes.saturating_add(text.len() as u64),
                Delta::Finish { .. } => self.outcome = Outcome::Complete,
                Delta::Fail(failure) => {
                    self.outcome = Outcome::Failed;
                    self.failure = Some(failure.clone());
                }
                _ => {}
            }
            self.writer.delta(delta, &mut self.notes, out);
        }
        debug_assert!(self.sequence.is_over() == (self.outcome != Outcome::Running), "an end is said once");
    }
}

/// A whole answer as the events of a stream.
pub(crate) fn replay(answer: Answer, out: &mut Vec<Event>) {
    out.extend(answer.usage.map(Event::Usage));
    out.push(Event::Start { id: answer.id, model: answer.model });
    for (part, key) in answer.parts.into_iter().zip(0_u64..) {
        let (block, text, proof, citations) = match part {
            Part::Text(text) => (Block::Text, text.text, None, text.citations),
            Part::Refusal(text) => (Block::Refusal, text, None, Vec::new()),
            Part::Reasoning(reasoning) => (Block::Reasoning, reasoning.text, reasoning.proof, Vec::new()),
            Part::Call(call) => {
                (Block::Call { id: call.id, name: call.name }, call.arguments, None, Vec::new())
            }
            Part::Media(_) | Part::Result(_) | Part::Cache(_) => continue,
        };
        out.push(Event::Open(key, block));
        out.push(Event::Text(key, text));
        out.extend(proof.map(|proof| Event::Proof(key, proof)));
        out.extend(citations.into_iter().map(|citation| Event::Cite(key, citation)));
        out.push(Event::Close(key));
    }
    out.push(Event::Stop(answer.stop));
    out.push(Event::End);
}
