//! Usage objects of all dialects.
//!
//! The names of the dialects do not collide, so one reader takes them all; what they *mean*
//! differs, and that is settled once, by [`Report::usage`]: OpenAI's input counts include what
//! was read from and written to a cache, Anthropic's leave it out; Google's output leaves out
//! thoughts, which are billed as output. Reports of one stream are
//! joined counter by counter before that, by the larger value, because a later report may leave
//! out what an earlier one said. A number that can't be a count of tokens (negative, not whole,
//! above 10¹²) is as good as none: a report whose input or output is nothing else is no report, so
//! that the call is estimated and marked so.
//!
//! Anthropic lists some work that it bills, such as compaction, beside the totals and not in
//! them; it is added. Where that work was done by another model, it is priced as this one's,
//! which is wrong by the difference and better than free.

use domain::Usage;
use domain::inference::Endpoint;
use domain::usage::Mode;

use crate::json::{Cursor, JsonError, Kind, Text};

/// What a provider has reported so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Report {
    /// Whether there was a report at all, of whatever worth.
    pub(super) seen: bool,
    /// How the provider says it processed the call.
    pub(super) tier: Option<Mode>,
    totals: Counters,
    /// What is billed and not in the totals.
    beside: Counters,
}

/// The counters as providers name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Counters {
    input: u64,
    output: u64,
    total: u64,
    cache_read: u64,
    cache_written: u64,
    written_5m: u64,
    written_1h: u64,
    reasoning: u64,
    /// Input that the provider's own tools brought (Google).
    tool_input: u64,
    said_input: Said,
    said_output: Said,
    said_total: Said,
}

/// What was said of a counter, from the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
enum Said {
    #[default]
    Nothing,
    /// A number that can't be a count of tokens.
    Nonsense,
    Count,
}

/// No call has used more tokens than this.
const MOST: u64 = 1_000_000_000_000;

impl Report {
    /// Reads a usage object into this report; `null` and other values are passed over.
    /// Returns whether it said anything.
    pub(super) fn read(&mut self, cursor: &mut Cursor<'_>) -> Result<bool, JsonError> {
        if cursor.kind()? != Kind::Object {
            return cursor.skip().map(|()| false);
        }
        let mut said = false;
        cursor.object(|cursor, key| {
            match &*key.bytes() {
                b"iterations" => self.iterations(cursor)?,
                b"service_tier" | b"serviceTier" => self.tier(cursor)?,
                b"speed" => self.speed(cursor)?,
                _ => said |= self.totals.member(cursor, key)?,
            }
            Ok::<(), JsonError>(())
        })?;
        self.seen |= said;
        Ok(said)
    }

    /// Reads `service_tier`, which OpenAI puts beside the usage and Anthropic into it. The last
    /// word counts; fast output, which is no tier of its own, is not taken back by one.
    pub(super) fn tier(&mut self, cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
        if cursor.kind()? != Kind::String {
            return cursor.skip();
        }
        let word = cursor.string()?.bytes().to_ascii_lowercase();
        let said = Mode::of_answer(word.strip_prefix(b"service_tier_").unwrap_or(&word));
        if self.tier != Some(Mode::Fast) {
            self.tier = said.or(self.tier);
        }
        Ok(())
    }

    /// Reads Anthropic's `speed`: fast output has prices of its own.
    fn speed(&mut self, cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
        if cursor.kind()? != Kind::String {
            return cursor.skip();
        }
        if *cursor.string()?.bytes() == *b"fast" {
            self.tier = Some(Mode::Fast);
        }
        Ok(())
    }

    /// The disjoint counters.
    pub(super) fn usage(&self, endpoint: Endpoint) -> Option<Usage> {
        self.totals.readable().then(|| match endpoint {
            Endpoint::Embeddings => Usage { output: 0, reasoning: 0, ..self.totals.inclusive() },
            Endpoint::Chat | Endpoint::Responses => self.totals.inclusive(),
            Endpoint::Messages | Endpoint::CountTokens => self.totals.plus(self.beside).exclusive(),
            Endpoint::Gemini | Endpoint::GeminiCount => self.totals.apart(),
        })
    }

    fn iterations(&mut self, cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
        if cursor.kind()? != Kind::Array {
            return cursor.skip();
        }
        let mut beside = Counters::default();
        cursor.array(|cursor| {
            if cursor.kind()? != Kind::Object {
                return cursor.skip();
            }
            let (mut counters, mut apart) = (Counters::default(), false);
            cursor.object(|cursor, key| match (&*key.bytes(), cursor.kind()?) {
                (b"type", Kind::String) => {
                    let kind = cursor.string()?.bytes();
                    apart = matches!(&*kind, b"compaction" | b"advisor_message");
                    Ok(())
                }
                _ => counters.member(cursor, key).map(drop),
            })?;
            if apart {
                beside = beside.plus(counters);
            }
            Ok::<(), JsonError>(())
        })?;
        self.beside = self.beside.larger(beside);
        Ok(())
    }
}

impl Counters {
    /// Reads one member of a usage object. Returns whether it was one of the totals.
    fn member(&mut self, cursor: &mut Cursor<'_>, key: Text<'_>) -> Result<bool, JsonError> {
        match &*key.bytes() {
            b"prompt_tokens" | b"input_tokens" | b"promptTokenCount" => {
                total(&mut self.input, &mut self.said_input, cursor)
            }
            b"completion_tokens" | b"output_tokens" | b"candidatesTokenCount" => {
                total(&mut self.output, &mut self.said_output, cursor)
            }
            b"total_tokens" | b"totalTokenCount" => total(&mut self.total, &mut self.said_total, cursor),
            name => self.detail(cursor, name).map(|()| false),
        }
    }

    /// Whether there is a count among the totals, and nothing else than counts for either side.
    fn readable(&self) -> bool {
        let sides = [self.said_input, self.said_output];
        !sides.contains(&Said::Nonsense) && (sides.contains(&Said::Count) || self.said_total == Said::Count)
    }

    /// Details: in an object of their own, or (DeepSeek, Mistral, Moonshot) beside the totals.
    fn detail(&mut self, cursor: &mut Cursor<'_>, name: &[u8]) -> Result<(), JsonError> {
        match name {
            b"prompt_tokens_details"
            | b"input_tokens_details"
            | b"completion_tokens_details"
            | b"output_tokens_details"
            | b"cache_creation"
                if cursor.kind()? == Kind::Object =>
            {
                cursor.object(|cursor, key| self.detail(cursor, &key.bytes()))
            }
            b"cached_tokens"
            | b"num_cached_tokens"
            | b"prompt_cache_hit_tokens"
            | b"cache_read_input_tokens"
            | b"cachedContentTokenCount" => larger(&mut self.cache_read, cursor).map(drop),
            b"cache_write_tokens" | b"cache_creation_tokens" | b"cache_creation_input_tokens" => {
                larger(&mut self.cache_written, cursor).map(drop)
            }
            b"ephemeral_5m_input_tokens" => larger(&mut self.written_5m, cursor).map(drop),
            b"ephemeral_1h_input_tokens" => larger(&mut self.written_1h, cursor).map(drop),
            b"reasoning_tokens" | b"thinking_tokens" | b"thoughtsTokenCount" => {
                larger(&mut self.reasoning, cursor).map(drop)
            }
            b"toolUsePromptTokenCount" => larger(&mut self.tool_input, cursor).map(drop),
            _ => cursor.skip(),
        }
    }

    /// OpenAI and those who follow it. Some leave thinking out of the output and count it in the
    /// total alone, so what the total has beyond both sides is output.
    fn inclusive(&self) -> Usage {
        let (cache_write_5m, cache_write_1h) = self.written();
        let cached = self.cache_read.saturating_add(cache_write_5m).saturating_add(cache_write_1h);
        let output = self.output.max(self.total.saturating_sub(self.input));
        Usage {
            input: self.input.saturating_sub(cached),
            cache_read: self.cache_read,
            cache_write_5m,
            cache_write_1h,
            output,
            reasoning: self.reasoning.min(output),
        }
    }

    /// Google: thoughts stand beside the output, what was cached is in the input.
    fn apart(&self) -> Usage {
        let input = self.input.saturating_add(self.tool_input);
        Usage {
            input: input.saturating_sub(self.cache_read),
            cache_read: self.cache_read,
            output: self.output.saturating_add(self.reasoning),
            reasoning: self.reasoning,
            ..Usage::default()
        }
    }

    /// Anthropic.
    fn exclusive(&self) -> Usage {
        let (cache_write_5m, cache_write_1h) = self.written();
        Usage {
            input: self.input,
            cache_read: self.cache_read,
            cache_write_5m,
            cache_write_1h,
            output: self.output,
            reasoning: self.reasoning.min(self.output),
        }
    }

    /// What was written to caches, by how long they live. What no life is said of lives five
    /// minutes.
    fn written(&self) -> (u64, u64) {
        (self.written_5m.max(self.cache_written.saturating_sub(self.written_1h)), self.written_1h)
    }

    fn plus(self, other: Self) -> Self {
        self.with(other, u64::saturating_add)
    }

    fn larger(self, other: Self) -> Self {
        self.with(other, u64::max)
    }

    fn with(self, other: Self, join: fn(u64, u64) -> u64) -> Self {
        Self {
            input: join(self.input, other.input),
            output: join(self.output, other.output),
            total: join(self.total, other.total),
            cache_read: join(self.cache_read, other.cache_read),
            cache_written: join(self.cache_written, other.cache_written),
            written_5m: join(self.written_5m, other.written_5m),
            written_1h: join(self.written_1h, other.written_1h),
            reasoning: join(self.reasoning, other.reasoning),
            tool_input: join(self.tool_input, other.tool_input),
            said_input: self.said_input.max(other.said_input),
            said_output: self.said_output.max(other.said_output),
            said_total: self.said_total.max(other.said_total),
        }
    }
}

/// Raises one of the totals to the number that comes next. Returns whether there was a number.
fn total(counter: &mut u64, said: &mut Said, cursor: &mut Cursor<'_>) -> Result<bool, JsonError> {
    let now = larger(counter, cursor)?;
    *said = now.max(*said);
    Ok(now != Said::Nothing)
}

/// Raises `counter` to the number that comes next, where that can be a count.
fn larger(counter: &mut u64, cursor: &mut Cursor<'_>) -> Result<Said, JsonError> {
    if cursor.kind()? != Kind::Number {
        return cursor.skip().map(|()| Said::Nothing);
    }
    let count = count(cursor.number()?);
    *counter = (*counter).max(count.unwrap_or(0));
    Ok(count.map_or(Said::Nonsense, |_| Said::Count))
}

/// A number as a count of tokens; whole ones may be written with a point or an exponent.
fn count(written: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(written).ok()?;
    let whole = text.parse::<u64>().ok().or_else(|| {
        // Below 10¹⁵ every whole number is exact, and written without an exponent.
        let value: f64 = text.parse().ok()?;
        let is_whole = (0.0..1e15).contains(&value) && value.fract() == 0.0;
        if is_whole { format!("{:.0}", value.abs()).parse().ok() } else { None }
    });
    whole.filter(|count| *count <= MOST)
}
