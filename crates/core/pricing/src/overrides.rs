//! Prices that a workspace puts on top of the built-in book: contract prices, models of its own.
//!
//! The `config` crate reads `prices.toml` and hands over [`Override`]s; this module knows nothing
//! of files. The shape of an entry:
//!
//! ```toml
//! [[price]]
//! list = "openai"                # a list of the book, or a new one
//! model = "gpt-4o"               # a name, or a pattern in which * matches anything
//! from = "2026-01-01"            # holds from this day (UTC); left out: always
//! input = "2.00"                 # US dollars for a million tokens
//! output = "8.00"
//! cached = "1.00"                # left out: as input
//! cache_write = "2.50"           # left out: as input
//! cache_write_1h = "4.00"        # left out: as cache_write
//! reasoning = "8.00"             # left out: billed with the output
//! above = [{ tokens = 200000, input = "4.00", output = "12.00" }]
//! batch = { input = "1.00", output = "4.00" }
//! max_output = 16384
//! context = 128000
//! ```

use domain::money::{NanoUsd, ParseMoneyError, PerMillion, Tokens};
use domain::time::Timestamp;
use domain::usage::Mode;

use crate::rate::{Hours, Rate};
use crate::schedule::{Schedule, Stated};

/// One `[[price]]` of a workspace. It replaces the built-in row whole: what it leaves out is not
/// taken from there.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Override {
    /// The list it belongs to.
    pub list: String,
    /// The model's name, or a pattern with `*`.
    pub model: String,
    /// From when it holds; `None`: always.
    pub from: Option<Timestamp>,
    /// Its prices. `input` and `output` must be stated.
    pub prices: Stated,
    /// Prices for larger inputs.
    pub above: Vec<Step>,
    /// Prices in a batch; what it leaves open costs as above.
    pub batch: Option<Stated>,
    /// Most output tokens in one answer.
    pub max_output: Option<Tokens>,
    /// Most tokens the model takes in.
    pub context: Option<Tokens>,
}

/// Prices above a size of the input: one entry of `above`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Step {
    /// Applies to calls with more input tokens than this.
    pub tokens: Tokens,
    /// What changes; the rest stays as below.
    pub prices: Stated,
}

/// Reads a price for a million tokens: `2.50`, or `2.50 USD`.
///
/// # Errors
/// [`ParseMoneyError`] for anything else, and for a negative price.
pub fn parse_price(text: &str) -> Result<PerMillion, ParseMoneyError> {
    let amount = if text.contains(' ') { NanoUsd::parse_usd(text)? } else { NanoUsd::parse_decimal(text)? };
    if amount < NanoUsd::ZERO { Err(ParseMoneyError::Shape) } else { Ok(PerMillion::new(amount)) }
}

impl Override {
    /// The row it makes, in the list of this name.
    pub(crate) fn rate(&self, list: &str) -> Result<Rate, String> {
        let what = || format!("the price of {}/{}", self.list, self.model);
        if self.prices.output.is_none() {
            return Err(format!("{} has no output", what()));
        }
        let steps: Vec<_> = self.above.iter().map(|step| (step.tokens, step.prices)).collect();
        let standard = Schedule::of(self.prices, &steps).ok_or_else(|| format!("{} has no input", what()))?;
        let batch = self.batch.and_then(|batch| overlay(self.prices, &steps, batch, &[]));
        let day = self.from.map(|from| format!("@{}", from.date())).unwrap_or_default();
        Ok(Rate {
            row: format!("workspace:{list}/{}{day}", self.model),
            source: "prices.toml".into(),
            checked: String::new(),
            from: self.from,
            standard,
            modes: batch.map(|batch| (Mode::Batch, batch)).into_iter().collect(),
            max_output_tokens: self.max_output,
            context_window: self.context,
            hours: Hours::default(),
        })
    }
}

/// The schedule of a mode that states only what differs from the standard one. A kind that the
/// mode states has the mode's own steps, or none.
pub(crate) fn overlay(
    base: Stated,
    steps: &[(Tokens, Stated)],
    mode: Stated,
    mode_steps: &[(Tokens, Stated)],
) -> Option<Schedule> {
    let mut merged: Vec<(Tokens, Stated)> = steps.iter().map(|(at, step)| (*at, step.unless(mode))).collect();
    for (at, step) in mode_steps {
        match merged.iter_mut().find(|(own, _)| own == at) {
            Some((_, below)) => *below = step.over(*below),
            None => merged.push((*at, *step)),
        }
    }
    merged.retain(|(_, step)| *step != Stated::default());
    Schedule::of(mode.over(base), &merged)
}
