//! Why a model stopped writing, in the words of the dialects.
//!
//! A provider's word is kept where it is one of those that are known, and is `other` where it is
//! not: what is told of a call must not carry texts that someone else chose. Nothing here decides
//! whether an answer is whole; its stream does.

/// One reason.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Finish {
    /// OpenAI: it came to its end, or to a stop sequence.
    Stop,
    /// OpenAI: the output limit was reached.
    Length,
    /// OpenAI: it calls tools.
    ToolCalls,
    /// OpenAI: it calls a function, in the older form.
    FunctionCall,
    /// OpenAI: a filter withheld the rest.
    ContentFilter,
    /// Anthropic: it came to its end.
    EndTurn,
    /// Anthropic: the output limit was reached.
    MaxTokens,
    /// Anthropic: a stop sequence came.
    StopSequence,
    /// Anthropic: it calls tools.
    ToolUse,
    /// Anthropic: a long turn pauses, to be gone on with.
    PauseTurn,
    /// Anthropic: the model refused.
    Refusal,
    /// Anthropic: the context window is full.
    ContextWindow,
    /// OpenAI's responses: whole.
    Completed,
    /// OpenAI's responses: broken off.
    Incomplete,
    /// OpenAI's responses: it failed.
    Failed,
    /// OpenAI's responses: it was cancelled.
    Cancelled,
    /// A word that is none of these.
    Other,
}

impl Finish {
    /// Every reason.
    pub const ALL: [Self; 17] = [
        Self::Stop,
        Self::Length,
        Self::ToolCalls,
        Self::FunctionCall,
        Self::ContentFilter,
        Self::EndTurn,
        Self::MaxTokens,
        Self::StopSequence,
        Self::ToolUse,
        Self::PauseTurn,
        Self::Refusal,
        Self::ContextWindow,
        Self::Completed,
        Self::Incomplete,
        Self::Failed,
        Self::Cancelled,
        Self::Other,
    ];

    /// The provider's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::ToolCalls => "tool_calls",
            Self::FunctionCall => "function_call",
            Self::ContentFilter => "content_filter",
            Self::EndTurn => "end_turn",
            Self::MaxTokens => "max_tokens",
            Self::StopSequence => "stop_sequence",
            Self::ToolUse => "tool_use",
            Self::PauseTurn => "pause_turn",
            Self::Refusal => "refusal",
            Self::ContextWindow => "model_context_window_exceeded",
            Self::Completed => "completed",
            Self::Incomplete => "incomplete",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Other => "other",
        }
    }

    /// The reason that a provider names. Google's words are in capitals, and its `SAFETY` is what others
    /// call a content filter.
    #[must_use]
    pub fn of_answer(word: &[u8]) -> Self {
        if word == b"SAFETY" {
            return Self::ContentFilter;
        }
        let known =
            Self::ALL.into_iter().find(|finish| finish.as_str().as_bytes().eq_ignore_ascii_case(word));
        known.unwrap_or(Self::Other)
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// The reasons of one answer, each once: an answer can have several choices.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Finishes(u32);

impl Finishes {
    /// Takes in one more.
    pub const fn add(&mut self, finish: Finish) {
        self.0 |= finish.bit();
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The reasons, in the order of [`Finish::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Finish> {
        Finish::ALL.into_iter().filter(move |finish| self.0 & finish.bit() != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_word_is_kept_and_an_unknown_one_is_not() {
        for finish in Finish::ALL {
            assert_eq!(Finish::of_answer(finish.as_str().as_bytes()), finish);
        }
        for (google, finish) in
            [("STOP", Finish::Stop), ("MAX_TOKENS", Finish::MaxTokens), ("SAFETY", Finish::ContentFilter)]
        {
            assert_eq!(Finish::of_answer(google.as_bytes()), finish, "{google}");
        }
        for unknown in ["", "RECITATION", "my name is Maya"] {
            assert_eq!(Finish::of_answer(unknown.as_bytes()), Finish::Other, "{unknown:?}");
        }
    }

    #[test]
    fn a_reason_counts_once() {
        let mut finishes = Finishes::default();
        assert!(finishes.is_empty());
        for finish in [Finish::Length, Finish::Stop, Finish::Length, Finish::Other] {
            finishes.add(finish);
        }
        let words: Vec<_> = finishes.iter().map(Finish::as_str).collect();
        assert_eq!(words, ["stop", "length", "other"]);
    }
}
