//! Prices of the kinds of tokens, by the size of the context.
//!
//! Context tiers are cliffs, as providers publish them: a call whose input is larger than a
//! tier's threshold pays that tier's prices for **all** its tokens, not for those beyond it only.

use domain::money::{PerMillion, Tokens};

/// Prices as a list states them. What is not stated follows from what is: see [`Prices`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stated {
    /// Fresh input tokens.
    pub input: Option<PerMillion>,
    /// Output tokens.
    pub output: Option<PerMillion>,
    /// Input tokens read from a cache.
    pub cached: Option<PerMillion>,
    /// Input tokens written to a cache that lives five minutes, or whose life is not said.
    pub cache_write: Option<PerMillion>,
    /// Input tokens written to a cache that lives one hour.
    pub cache_write_1h: Option<PerMillion>,
    /// Output tokens spent on reasoning, where they cost something else than the rest.
    pub reasoning: Option<PerMillion>,
}

impl Stated {
    /// These prices where they are stated, and those of `below` elsewhere.
    #[must_use]
    pub(crate) fn over(self, below: Self) -> Self {
        Self {
            input: self.input.or(below.input),
            output: self.output.or(below.output),
            cached: self.cached.or(below.cached),
            cache_write: self.cache_write.or(below.cache_write),
            cache_write_1h: self.cache_write_1h.or(below.cache_write_1h),
            reasoning: self.reasoning.or(below.reasoning),
        }
    }

    /// These prices, but only of the kinds that `other` leaves open.
    #[must_use]
    pub(crate) fn unless(self, other: Self) -> Self {
        Self {
            input: self.input.filter(|_| other.input.is_none()),
            output: self.output.filter(|_| other.output.is_none()),
            cached: self.cached.filter(|_| other.cached.is_none()),
            cache_write: self.cache_write.filter(|_| other.cache_write.is_none()),
            cache_write_1h: self.cache_write_1h.filter(|_| other.cache_write_1h.is_none()),
            reasoning: self.reasoning.filter(|_| other.reasoning.is_none()),
        }
    }
}

/// The price of each kind of token, with nothing left open.
///
/// A kind without a price of its own is charged as what it is made of: a cached token as fresh
/// input, a token written for an hour as one written for five minutes, and that as fresh input.
/// Nothing is free by omission.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Prices {
    /// Fresh input tokens.
    pub input: PerMillion,
    /// Output tokens.
    pub output: PerMillion,
    /// Input tokens read from a cache.
    pub cache_read: PerMillion,
    /// Input tokens written to a cache that lives five minutes.
    pub cache_write_5m: PerMillion,
    /// Input tokens written to a cache that lives one hour.
    pub cache_write_1h: PerMillion,
    /// Reasoning tokens, where they cost something else than other output. `None`: they are
    /// billed with the output they are part of.
    pub reasoning: Option<PerMillion>,
}

impl Prices {
    /// Fills in what is not stated. Output that is not stated costs nothing: the book states it
    /// for every model that writes any, and embeddings write none.
    pub(crate) fn of(stated: Stated) -> Option<Self> {
        let input = stated.input?;
        let cache_write_5m = stated.cache_write.unwrap_or(input);
        Some(Self {
            input,
            output: stated.output.unwrap_or_default(),
            cache_read: stated.cached.unwrap_or(input),
            cache_write_5m,
            cache_write_1h: stated.cache_write_1h.unwrap_or(cache_write_5m),
            reasoning: stated.reasoning,
        })
    }

    /// The dearest way to charge an input token.
    #[must_use]
    pub fn dearest_input(&self) -> PerMillion {
        self.input.max(self.cache_read).max(self.cache_write_5m).max(self.cache_write_1h)
    }

    /// The dearest way to charge an output token.
    #[must_use]
    pub fn dearest_output(&self) -> PerMillion {
        self.reasoning.map_or(self.output, |reasoning| reasoning.max(self.output))
    }
}

/// Prices that apply above a size of the input.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tier {
    /// The tier applies to a call with more input tokens than this, cached ones included.
    pub above_input_tokens: Tokens,
    /// Its prices.
    pub prices: Prices,
}

/// Prices by the size of the input.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Schedule {
    /// Up to the first tier.
    pub base: Prices,
    /// The tiers, ascending.
    pub tiers: Vec<Tier>,
}

impl Schedule {
    /// Builds a schedule from stated prices and steps. `None` where the input has no price.
    ///
    /// A step that leaves a kind open keeps what the step below charges for it.
    pub(crate) fn of(base: Stated, steps: &[(Tokens, Stated)]) -> Option<Self> {
        let mut sorted: Vec<_> = steps.to_vec();
        sorted.sort_by_key(|(tokens, _)| *tokens);
        let mut level = base;
        let mut tiers = Vec::with_capacity(sorted.len());
        for (above_input_tokens, stated) in sorted {
            level = stated.over(level);
            tiers.push(Tier { above_input_tokens, prices: Prices::of(level)? });
        }
        Some(Self { base: Prices::of(base)?, tiers })
    }

    /// The prices for a call with this many input tokens.
    #[must_use]
    pub fn at(&self, input_tokens: Tokens) -> &Prices {
        let tier = self.tiers.iter().rev().find(|tier| input_tokens > tier.above_input_tokens);
        tier.map_or(&self.base, |tier| &tier.prices)
    }
}
