//! What one inference used, in counters that never overlap.
//!
//! Providers disagree: OpenAI's `prompt_tokens` includes cached tokens, Anthropic's
//! `input_tokens` leaves them out. Here every token is in exactly one of the priced counters, so
//! a price times a counter never charges twice. Readers of each dialect do the subtraction.

use serde::{Deserialize, Serialize};

use crate::money::Tokens;

/// How a provider processes a call, where the way changes the price: its service tier.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub enum Mode {
    /// At once, at the listed price.
    #[default]
    Standard,
    /// In a batch, answered within a day.
    Batch,
    /// Slower, when there is room.
    Flex,
    /// Ahead of others.
    Priority,
    /// With faster output.
    Fast,
    /// In a way that no price list knows: capacity bought in advance, or a word that is new.
    Other,
}

impl Mode {
    /// The word used in the price book and in rows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Batch => "batch",
            Self::Flex => "flex",
            Self::Priority => "priority",
            Self::Fast => "fast",
            Self::Other => "other",
        }
    }

    /// The way that a provider names in an answer: OpenAI's and Anthropic's `service_tier`, and
    /// those of providers who follow them. `None` where it says that it has not decided yet.
    #[must_use]
    pub fn of_answer(word: &[u8]) -> Option<Self> {
        match word {
            b"auto" | b"" => None,
            b"default" | b"standard" | b"on_demand" => Some(Self::Standard),
            b"batch" => Some(Self::Batch),
            b"flex" => Some(Self::Flex),
            b"priority" => Some(Self::Priority),
            _ => Some(Self::Other),
        }
    }
}

/// Disjoint token counters of one inference. `reasoning` alone is informational: those tokens
/// are part of `output`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Input tokens that were neither read from nor written to a prompt cache.
    pub input: Tokens,
    /// Input tokens read from the provider's prompt cache.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub cache_read: Tokens,
    /// Input tokens written to a cache that lives five minutes (or whose life is not said).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub cache_write_5m: Tokens,
    /// Input tokens written to a cache that lives one hour.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub cache_write_1h: Tokens,
    /// Output tokens, reasoning included.
    pub output: Tokens,
    /// How many of `output` were reasoning.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub reasoning: Tokens,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
fn is_zero(tokens: &Tokens) -> bool {
    *tokens == 0
}

impl Usage {
    /// Most tokens of one call, input and output together: no model has a context this long.
    pub const MOST: Tokens = 1_000_000_000;

    /// Whether whoever says so can be believed. What is beyond [`Usage::MOST`] is a wrong unit or a
    /// number that broke, and is not cut down to what could be: it must not become money.
    #[must_use]
    pub const fn is_believable(&self) -> bool {
        self.total() <= Self::MOST
    }

    /// Everything on the input side: fresh, cached and written.
    #[must_use]
    pub const fn input_total(&self) -> Tokens {
        self.input
            .saturating_add(self.cache_read)
            .saturating_add(self.cache_write_5m)
            .saturating_add(self.cache_write_1h)
    }

    /// Input and output together.
    #[must_use]
    pub const fn total(&self) -> Tokens {
        self.input_total().saturating_add(self.output)
    }

    /// Joins two reports about the same inference. Providers repeat cumulative counts during a
    /// stream, so each counter takes the larger value: never the sum.
    #[must_use]
    pub fn merge_max(self, other: Self) -> Self {
        Self {
            input: self.input.max(other.input),
            cache_read: self.cache_read.max(other.cache_read),
            cache_write_5m: self.cache_write_5m.max(other.cache_write_5m),
            cache_write_1h: self.cache_write_1h.max(other.cache_write_1h),
            output: self.output.max(other.output),
            reasoning: self.reasoning.max(other.reasoning),
        }
    }
}

/// Where a usage figure comes from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsageSource {
    /// The provider's final word.
    Reported,
    /// The provider reported something, but the answer was cut before its final word; the output
    /// side is completed by an estimate from the text that was seen.
    Partial,
    /// The provider reported nothing; the figures are computed from bytes.
    Estimated,
}

impl UsageSource {
    /// The word stored, shown and exported.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Partial => "partial",
            Self::Estimated => "estimated",
        }
    }

    /// Whether figures from this source carry the mark ≈.
    #[must_use]
    pub const fn is_estimate(self) -> bool {
        !matches!(self, Self::Reported)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_any_model_takes_is_not_believed() {
        let of = |input, cache_read, output| Usage { input, cache_read, output, ..Usage::default() };
        let table = [
            (of(0, 0, 0), true),
            (of(Usage::MOST, 0, 0), true),
            (of(Usage::MOST, 0, 1), false),
            (of(Usage::MOST / 2, Usage::MOST / 2, 0), true),
            (of(Usage::MOST / 2, Usage::MOST / 2, 1), false),
            (of(u64::MAX, u64::MAX, u64::MAX), false),
        ];
        for (usage, believed) in table {
            assert_eq!(usage.is_believable(), believed, "{usage:?}");
        }
    }

    #[test]
    fn a_repeated_report_is_not_added_up() {
        let start = Usage { input: 10, cache_read: 90, output: 1, ..Usage::default() };
        let delta = Usage { output: 42, ..Usage::default() };
        let merged = start.merge_max(delta);
        assert_eq!((merged.input_total(), merged.output, merged.total()), (100, 42, 142));
    }
}
