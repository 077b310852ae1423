//! A stream, event by event.
//!
//! Each text of the answer is a channel, and the fragment in an event goes through its channel. An
//! event waits until every byte of its fragments is decided, which the next fragment or the end of
//! the channel does; so every byte stays in the event that brought it, a value that was replaced
//! is replaced where it began, and events that change nothing pass as the same bytes. Events never
//! overtake each other: what comes behind a waiting event waits too.
//!
//! Order of the rules: a call of a tool is judged by its name, which stands in its first event,
//! before any of its arguments pass.

mod chat;
mod gemini;
mod head;
mod messages;
mod names;
mod nested;
mod probabilities;
mod queue;
mod responses;

use bytes::Bytes;
use domain::inference::Endpoint;
use guardrails::{Session, ToolPolicy};

use self::names::{CallPiece, Names};
use self::nested::Way;
use self::probabilities::Probabilities;
use self::queue::Queue;
use super::Blocked;
use super::leaves::{Found, Leaf};
use super::tools::may_call;
use crate::json::{Cursor, JsonError, Kind};
use crate::sse::{Blocks, Event};

/// The longest event that is read. The last one of a responses stream repeats the whole answer.
const LONGEST: usize = 16 << 20;

/// Which text of an answer a fragment belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    /// The choice, the item or the block.
    outer: u64,
    /// What of it.
    part: Part,
    /// The call, the part of the content, or the part of the summary.
    inner: u64,
}

impl Key {
    /// Whether it is reasoning, which some providers send under two names at once.
    const fn is_reasoning(self) -> bool {
        matches!(self.part, Part::Reasoning | Part::ReasoningContent)
    }
}

/// What a text is to the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Content,
    Refusal,
    Reasoning,
    ReasoningContent,
    Summary,
    Arguments,
    Input,
    Code,
    Output,
    Transcript,
    /// A text at a place that has no name here.
    Nested(Way),
}

impl Part {
    const fn is_nested(self) -> bool {
        matches!(self, Self::Nested(_))
    }
}

/// How texts of a choice follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Order {
    /// The stream says where one ends.
    #[default]
    Told,
    /// One is over where an event goes on with others only.
    OneAtATime,
}

/// What an event is to the channels.
#[derive(Debug, Default)]
struct Reading {
    /// Fragments: whose, where, as what, and what they say.
    fragments: Vec<(Key, std::ops::Range<usize>, Leaf, String)>,
    order: Order,
    /// Texts of which another part begins with it.
    seams: Vec<Key>,
    /// Texts of a choice that are over before it.
    begins: Vec<(u64, Part)>,
    /// Texts that stand whole in it, and whether they repeat what came as fragments.
    wholes: Vec<Found<'static>>,
    repeats: bool,
    /// The part of a message that it belongs to, by its item and its number.
    part: Option<(u64, u64)>,
    /// Texts that repeat what the fragments of this part said.
    repetitions: Vec<(std::ops::Range<usize>, String)>,
    /// All of it, where it can't be read.
    unreadable: Option<String>,
    /// Spans that are taken out because nobody knows which texts they spell once more.
    nulls: Vec<std::ops::Range<usize>>,
    /// What is taken out where anything changes.
    probabilities: Vec<Probabilities>,
    /// Which channels end with it.
    ends: Vec<Ends>,
    /// Names of the tools that are called in it.
    calls: Vec<String>,
    /// Pieces of calls whose names may come in fragments.
    pieces: Vec<CallPiece>,
}

/// Channels that end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    All,
    /// All of a choice, an item or a block.
    Outer(u64),
    /// All of a block but this one.
    OthersOf(Key),
    One(Key),
}

impl Ends {
    fn covers(self, key: Key) -> bool {
        match self {
            Self::All => true,
            Self::Outer(outer) => key.outer == outer,
            Self::OthersOf(one) => key.outer == one.outer && key != one,
            Self::One(one) => key == one,
        }
    }
}

/// Texts that go on from one part of an answer to the next.
#[derive(Debug, Default)]
struct Texts {
    blocks: messages::Texts,
    parts: responses::Texts,
}

/// Guards a stream.
#[derive(Debug)]
pub struct StreamGuard {
    endpoint: Endpoint,
    session: Option<Session>,
    tools: Option<ToolPolicy>,
    blocks: Blocks,
    names: Names,
    texts: Texts,
    queue: Queue,
}

impl StreamGuard {
    /// A guard at the beginning of a stream that answers a call to `endpoint`: redacts where there
    /// is a session, and judges calls where there is a policy.
    #[must_use]
    pub fn new(endpoint: Endpoint, session: Option<Session>, tools: Option<ToolPolicy>) -> Self {
        Self {
            endpoint,
            session,
            tools,
            blocks: Blocks::new(LONGEST),
            names: Names::default(),
            texts: Texts::default(),
            queue: Queue::default(),
        }
    }

    /// Judges by another policy from here on, in mid-stream. A call that has begun goes on where its
    /// arguments have; the next is judged by it.
    pub fn judge_by(&mut self, tools: ToolPolicy) {
        self.tools = Some(tools);
    }

    /// Takes the next chunk and returns what may pass now; empty where that is nothing.
    ///
    /// # Errors
    /// Something must not pass. What is returned before may have gone out; nothing may after.
    pub fn push(&mut self, chunk: &[u8]) -> Result<Bytes, Blocked> {
        let mut outcome = Ok(());
        let mut blocks = std::mem::replace(&mut self.blocks, Blocks::new(0));
        let fits = blocks.push(chunk, |block| {
            if outcome.is_ok() {
                outcome = self.take(block);
            }
        });
        self.blocks = blocks;
        outcome?;
        if !fits {
            return Err(Blocked::Unreadable("an event is larger than 16 MiB"));
        }
        if let Some(tools) = &self.tools
            && self.names.wait(tools)
        {
            return Ok(Bytes::new());
        }
        Ok(self.queue.release().into())
    }

    /// Takes the end of the stream and returns what was held back.
    ///
    /// # Errors
    /// Something must not pass.
    pub fn finish(&mut self) -> Result<Bytes, Blocked> {
        let rest = self.blocks.finish();
        if !rest.is_empty() {
            self.take(&rest)?;
        }
        if let Some(tools) = &self.tools {
            self.names.finish(tools)?;
        }
        if let Some(session) = &mut self.session {
            self.queue.end(Ends::All, session);
            blocked(session)?;
        }
        Ok(self.queue.release().into())
    }

    /// Takes the end of a stream that broke off: what was held back of whole events. The beginning
    /// of an event is forgotten.
    ///
    /// # Errors
    /// Something must not pass.
    pub fn flush(&mut self) -> Result<Bytes, Blocked> {
        self.blocks.finish();
        self.finish()
    }

    /// The session, with its counts, at the end.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// Takes one block of the stream: an event, a comment, or what is left at the end.
    fn take(&mut self, block: &[u8]) -> Result<(), Blocked> {
        let Some(event) = Event::of(block) else {
            self.queue.pass(block);
            return Ok(());
        };
        let reading = read(self.endpoint, &event, &mut self.texts);
        if let Some(tools) = &self.tools {
            if let Some(refused) = reading.calls.iter().find(|name| !may_call(self.endpoint, tools, name)) {
                return Err(Blocked::Tool(refused.clone()));
            }
            self.names.take(&reading, tools)?;
            if self.queue.is_full() && self.names.wait(tools) {
                self.names.finish(tools)?;
            }
        }
        match &mut self.session {
            None => self.queue.pass(block),
            Some(session) => {
                self.queue.take(&event, reading, session);
                blocked(session)?;
            }
        }
        Ok(())
    }
}

fn blocked(session: &Session) -> Result<(), Blocked> {
    session.blocked().map_or(Ok(()), |what| Err(Blocked::Content(what.clone())))
}

/// What an event is to the channels. One that can't be read is one text, so that nothing passes
/// unseen; its caller can't read it either.
fn read(endpoint: Endpoint, event: &Event<'_>, texts: &mut Texts) -> Reading {
    let mut reading = Reading::default();
    let data = &*event.data;
    let read = match endpoint {
        Endpoint::Chat | Endpoint::Embeddings => chat::read(data, &mut reading),
        Endpoint::Responses => responses::read(event.name, data, &mut texts.parts, &mut reading),
        Endpoint::Messages | Endpoint::CountTokens => {
            messages::read(event.name, data, &mut texts.blocks, &mut reading)
        }
        Endpoint::Gemini | Endpoint::GeminiCount => gemini::read(data, &mut reading),
    };
    if read.is_err() {
        reading.fragments.clear();
        reading.wholes.clear();
        reading.nulls.clear();
        reading.probabilities.clear();
        reading.repetitions.clear();
        let text = std::str::from_utf8(data).ok().filter(|text| text.trim() != "[DONE]");
        reading.unreadable = text.map(str::to_owned);
    }
    reading
}

/// The members of an object that say where a fragment belongs.
#[derive(Debug, Default, Clone, Copy)]
struct Place {
    index: u64,
    output: u64,
    content: u64,
    summary: u64,
    /// Whatever else has a number.
    others: u64,
}

impl Place {
    fn member(&mut self, key: &[u8], cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
        if cursor.kind()? != Kind::Number {
            return cursor.skip();
        }
        let number = number(cursor.number()?).unwrap_or(0);
        match key {
            b"index" => self.index = number,
            b"output_index" => self.output = number,
            b"content_index" => self.content = number,
            b"summary_index" => self.summary = number,
            key if key.ends_with(b"_index") => {
                self.others ^= Way::new(key).under(&number.to_be_bytes()).number();
            }
            _ => {}
        }
        Ok(())
    }
}

/// A whole number as it is written.
fn number(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}
