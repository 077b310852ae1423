//! What the gateway reads of a request, and the few places it may change.
//!
//! [`read`] makes one pass over the body and keeps what controls need: the model, whether the
//! answer is streamed, how much output is allowed, how much text the provider will be paid to
//! read. Fields it does not know are no business of its. A field that a control relies on may
//! stand only once and only with its own type: two parsers that disagree about which of two
//! `model` fields counts are a way round every rule.
//!
//! [`Edits`] then changes named values at their byte spans and leaves every other byte as the
//! caller sent it.

mod edits;
mod fields;
mod read;
#[cfg(test)]
mod tests;
mod weigh;

use std::ops::Range;

use bytes::Bytes;
use domain::Refusal;
use domain::inference::Endpoint;
use domain::usage::Mode;

pub use edits::Edits;
pub use read::{read, read_at};

/// What a caller of Google's dialect says in the path, and not in the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InPath {
    /// The model asked for.
    pub model: String,
    /// Whether the answer is to be streamed.
    pub stream: bool,
}

/// The governed view of a request. It belongs to the body it was read from: spans are offsets
/// into exactly those bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The endpoint it was sent to.
    pub endpoint: Endpoint,
    /// The model asked for.
    pub model: String,
    /// What stood in the path, where that is where a dialect says it.
    pub in_path: Option<InPath>,
    /// Where the model stands, with its quotes; empty where it stands in the path alone.
    pub model_span: Range<usize>,
    /// Whether the answer is to be streamed.
    pub stream: bool,
    /// Whether the caller asked for the usage event of a chat stream
    /// (`stream_options.include_usage`).
    pub wants_usage_event: bool,
    /// The most output tokens the caller allows per choice; `None` where he sets no bound. Chat
    /// has two names for it; where both stand, servers differ in which they heed, so the larger
    /// one counts here.
    pub max_output: Option<u64>,
    /// The least that [`Self::max_output`] may be lowered to before providers refuse the call:
    /// Anthropic wants more than `thinking.budget_tokens`, the responses endpoint at least 16.
    pub least_output: u64,
    /// How many answers are asked for (`n` of chat, Google's `candidateCount`): each is billed.
    pub choices: u64,
    /// Bytes of text that will be tokenised: strings without their escapes, keys, numbers, of
    /// everything but base64 data and `metadata`. Embedding inputs given as token ids count four
    /// bytes each.
    pub text_bytes: u64,
    /// Images, documents and audio, inline or by reference.
    pub attachments: u32,
    /// Bytes of inline attachments as they stand, in base64.
    pub attachment_bytes: u64,
    /// Whether the provider adds input that this body does not show: `previous_response_id`,
    /// `conversation` or a stored `prompt` of the responses endpoint, or an attachment by id.
    pub hidden_input: bool,
    /// Whether the answer is made in the background (`background` of the responses endpoint):
    /// what comes back at once has no usage.
    pub background: bool,
    /// Whether the call may leave something behind at its provider or elsewhere: it is made in the
    /// background or within a conversation that the provider keeps, or the provider itself runs
    /// tools for it (MCP servers, code, a shell). To make it twice may do things twice.
    pub leaves_traces: bool,
    /// The dearest way to process the call that it allows: `service_tier` may ask for priority or
    /// leave it to the provider (`auto`), Anthropic's `speed` may ask for fast output. Cheaper
    /// ways count as standard here.
    pub tier: Mode,
    /// Where the value of `prompt_ref` stands: a prompt of the workspace in place of messages. Then
    /// the model may be missing, and is empty.
    pub prompt_ref: Option<Box<Range<usize>>>,
    spans: Spans,
}

impl View {
    /// Reads another body of the same call.
    ///
    /// # Errors
    /// As [`read`].
    pub fn again(&self, body: &Bytes) -> Result<Self, Refusal> {
        read_at(self.endpoint, self.in_path.as_ref(), body)
    }
}

/// Where the values stand that [`Edits`] may change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Spans {
    /// Just behind the opening brace of the body, and whether anything follows.
    start: usize,
    filled: bool,
    /// `stream_options`: the whole value, and just behind its brace where it is a filled object.
    stream_options: Option<Range<usize>>,
    options_start: Option<usize>,
    /// Google's `generationConfig`: the same two.
    config: Option<Range<usize>>,
    config_start: Option<usize>,
    include_usage: Option<Range<usize>>,
    /// The fields that bound the output: name, span, value (`None` where it is `null`).
    bounds: Vec<Bound>,
}

/// A field that bounds the output.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Bound {
    field: &'static str,
    span: Range<usize>,
    tokens: Option<u64>,
}
