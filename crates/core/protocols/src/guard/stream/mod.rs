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
mod choice;
mod gemini;
mod messages;
mod queue;
mod responses;

use bytes::Bytes;
use domain::inference::Endpoint;
use guardrails::{Session, ToolPolicy};

use self::queue::Queue;
use super::Blocked;
use super::leaves::Leaf;
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
    Transcript,
}

/// What an event is to the channels.
#[derive(Debug, Default)]
struct Reading {
    /// Fragments: whose, where, as what, and what they say.
    fragments: Vec<(Key, std::ops::Range<usize>, Leaf, String)>,
    /// Texts that stand whole in it, and whether they repeat what came as fragments.
    wholes: Vec<(std::ops::Range<usize>, Leaf, String)>,
    repeats: bool,
    /// Spans that are taken out because they spell the text once more.
    nulls: Vec<std::ops::Range<usize>>,
    /// Which channels end with it.
    ends: Vec<Ends>,
    /// Names of the tools that are called in it.
    calls: Vec<String>,
}

/// Channels that end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    All,
    /// All of a choice, an item or a block.
    Outer(u64),
    /// All of a choice but this one: another text of it has begun.
    OthersOf(Key),
    One(Key),
}

impl Ends {
    fn covers(self, key: Key) -> bool {
        match self {
            Self::All => true,
            Self::Outer(outer) => key.outer == outer,
            Self::OthersOf(one) => {
                key.outer == one.outer && key != one && !(key.is_reasoning() && one.is_reasoning())
            }
            Self::One(one) => key == one,
        }
    }
}

/// Guards a stream.
#[derive(Debug)]
pub struct StreamGuard {
    endpoint: Endpoint,
    session: Option<Session>,
    tools: Option<ToolPolicy>,
    blocks: Blocks,
    queue: Queue,
}

impl StreamGuard {
    /// A guard at the beginning of a stream that answers a call to `endpoint`: redacts where there
    /// is a session, and judges calls where there is a policy.
    #[must_use]
    pub fn new(endpoint: Endpoint, session: Option<Session>, tools: Option<ToolPolicy>) -> Self {
        Self { endpoint, session, tools, blocks: Blocks::new(LONGEST), queue: Queue::default() }
    }

    /// Takes the next chunk and returns what may pass now; empty where that is nothing.
    ///
    /// # Errors
    /// Something must not pass. What is returned before may have gone out; nothing may after.
    pub fn push(&mut self, chunk: &[u8]) -> Result<Bytes, Blocked> {
        let mut outcome = Ok(());
        let Self { endpoint, session, tools, blocks, queue } = self;
        let fits = blocks.push(chunk, |block| {
            if outcome.is_ok() {
                outcome = take(*endpoint, session.as_mut(), tools.as_ref(), queue, block);
            }
        });
        outcome?;
        if !fits {
            return Err(Blocked::Unreadable("an event is larger than 16 MiB"));
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
            take(self.endpoint, self.session.as_mut(), self.tools.as_ref(), &mut self.queue, &rest)?;
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
}

fn blocked(session: &Session) -> Result<(), Blocked> {
    session.blocked().map_or(Ok(()), |what| Err(Blocked::Content(what.clone())))
}

/// Takes one block of the stream: an event, a comment, or what is left at the end.
fn take(
    endpoint: Endpoint,
    session: Option<&mut Session>,
    tools: Option<&ToolPolicy>,
    queue: &mut Queue,
    block: &[u8],
) -> Result<(), Blocked> {
    let Some(event) = Event::of(block) else {
        queue.pass(block);
        return Ok(());
    };
    let reading = read(endpoint, &event);
    if let Some(tools) = tools
        && let Some(refused) = reading.calls.iter().find(|name| !may_call(endpoint, tools, name))
    {
        return Err(Blocked::Tool(refused.clone()));
    }
    match session {
        None => queue.pass(block),
        Some(session) => {
            queue.take(&event, reading, session);
            blocked(session)?;
        }
    }
    Ok(())
}

/// What an event is to the channels. One that can't be read has no texts: it passes as it is, and
/// its caller can't read it either.
fn read(endpoint: Endpoint, event: &Event<'_>) -> Reading {
    let mut reading = Reading::default();
    let data = &*event.data;
    let read = match endpoint {
        Endpoint::Chat | Endpoint::Embeddings => chat::read(data, &mut reading),
        Endpoint::Responses => responses::read(event.name, data, &mut reading),
        Endpoint::Messages | Endpoint::CountTokens => messages::read(event.name, data, &mut reading),
        Endpoint::Gemini | Endpoint::GeminiCount => gemini::read(data, &mut reading),
    };
    if read.is_err() {
        reading.fragments.clear();
        reading.wholes.clear();
        reading.nulls.clear();
        reading.wholes.extend(unreadable(data));
    }
    reading
}

/// An event that is no JSON is one text, so that nothing passes unseen.
fn unreadable(data: &[u8]) -> Option<(std::ops::Range<usize>, Leaf, String)> {
    let text = std::str::from_utf8(data).ok()?;
    (text.trim() != "[DONE]").then(|| (0..data.len(), Leaf::Json, text.to_owned()))
}

/// The members of an object that say where a fragment belongs.
#[derive(Debug, Default, Clone, Copy)]
struct Place {
    index: u64,
    output: u64,
    content: u64,
    summary: u64,
}

impl Place {
    fn member(&mut self, key: &[u8], cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
        if cursor.kind()? != Kind::Number {
            return cursor.skip();
        }
        let number =
            std::str::from_utf8(cursor.number()?).ok().and_then(|digits| digits.parse().ok()).unwrap_or(0);
        match key {
            b"index" => self.index = number,
            b"output_index" => self.output = number,
            b"content_index" => self.content = number,
            b"summary_index" => self.summary = number,
            _ => {}
        }
        Ok(())
    }
}
