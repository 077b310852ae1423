//! One dated row of the price book, and the bill it makes of a usage.

use domain::Usage;
use domain::inference::PriceLine;
use domain::money::{NanoUsd, Overflow, PerMillion, Tokens};
use domain::time::Timestamp;
use domain::usage::Mode;

use crate::schedule::{Prices, Schedule};

/// One dated row: what one model costs from some day on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rate {
    /// The row's name, as records and pages show it: `openai/gpt-4o@2026-11-20`. The date is the
    /// first day of the row where the seller published it, else the day the list was checked;
    /// `before-…` marks the row that a dated one replaced. Rows of a workspace start with
    /// `workspace:`.
    pub row: String,
    /// Where the prices are from.
    pub source: String,
    /// The day on which the source was read, as `2026-11-20`; empty for rows of a workspace.
    pub checked: String,
    /// From when the row holds; `None`: from the beginning.
    pub from: Option<Timestamp>,
    /// The prices of a call that is answered at once.
    pub standard: Schedule,
    /// The prices of other ways to process a call.
    pub modes: Vec<(Mode, Schedule)>,
    /// Most output tokens the model writes in one answer, where known.
    pub max_output_tokens: Option<Tokens>,
    /// Most tokens the model takes in, where known.
    pub context_window: Option<Tokens>,
    pub(crate) hours: Hours,
}

/// Hours of the UTC day in which a row holds, as minutes since midnight; empty: all day.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Hours(pub(crate) Vec<(i64, i64)>);

impl Hours {
    fn contain(&self, at: Timestamp) -> bool {
        let minute = at.minute().rem_euclid(24 * 60);
        let inside = |&(from, to): &(i64, i64)| {
            if to < from { minute >= from || minute < to } else { from <= minute && minute < to }
        };
        self.0.is_empty() || self.0.iter().any(inside)
    }
}

/// What one inference costs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bill {
    /// The sum of the lines.
    pub cost: NanoUsd,
    /// One line for each kind of token that was used.
    pub lines: Vec<PriceLine>,
}

impl Rate {
    /// Whether the row is in force at a moment.
    #[must_use]
    pub fn holds(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.hours.contain(at)
    }

    /// The bill for a call that was answered at once.
    ///
    /// # Errors
    /// [`Overflow`] where the cost does not fit.
    pub fn bill(&self, usage: &Usage) -> Result<Bill, Overflow> {
        self.bill_as(Mode::Standard, usage)
    }

    /// The bill for a call that was processed in some way. A way without prices of its own is
    /// charged as standard.
    ///
    /// # Errors
    /// [`Overflow`] where the cost does not fit.
    pub fn bill_as(&self, mode: Mode, usage: &Usage) -> Result<Bill, Overflow> {
        let schedule = self.schedule(mode);
        let row = match schedule {
            Some(_) if mode != Mode::Standard => format!("{};{}", self.row, mode.as_str()),
            _ => self.row.clone(),
        };
        let prices = schedule.unwrap_or(&self.standard).at(usage.input_total());
        let mut bill = Bill { cost: NanoUsd::ZERO, lines: Vec::new() };
        for (unit, tokens, price) in counters(usage, prices) {
            if tokens == 0 {
                continue;
            }
            let cost = price.cost(tokens)?;
            bill.cost = bill.cost.checked_add(cost)?;
            let line =
                PriceLine { unit: unit.into(), tokens, per_million: price.price(), cost, row: row.clone() };
            bill.lines.push(line);
        }
        Ok(bill)
    }

    /// The prices of one way to process a call; `None` where it has none of its own.
    #[must_use]
    pub fn schedule(&self, mode: Mode) -> Option<&Schedule> {
        match mode {
            Mode::Standard => Some(&self.standard),
            Mode::Batch | Mode::Flex | Mode::Priority | Mode::Fast | Mode::Other => {
                self.modes.iter().find(|(own, _)| *own == mode).map(|(_, schedule)| schedule)
            }
        }
    }

    /// The most that one million output tokens can cost beside this many input tokens, where the
    /// call may be processed in this way. Whoever asks for it may be served as standard all the
    /// same, so neither price is passed over.
    #[must_use]
    pub fn output_price(&self, mode: Mode, input_tokens: Tokens) -> PerMillion {
        let [standard, other] = self.up_to(mode, input_tokens).map(Prices::dearest_output);
        standard.max(other)
    }

    /// What this many fresh input tokens cost at most, where the call may be processed in this way.
    ///
    /// # Errors
    /// [`Overflow`] where the cost does not fit.
    pub fn input_cost(&self, mode: Mode, input_tokens: Tokens) -> Result<NanoUsd, Overflow> {
        let [standard, other] = self.up_to(mode, input_tokens).map(|prices| prices.input);
        standard.max(other).cost(input_tokens)
    }

    /// The most that this many input tokens can cost, whatever share of them is written to a
    /// cache: what a reservation must cover for a call that may write to one.
    ///
    /// # Errors
    /// [`Overflow`] where the cost does not fit.
    pub fn dearest_input_cost(&self, mode: Mode, input_tokens: Tokens) -> Result<NanoUsd, Overflow> {
        let [standard, other] = self.up_to(mode, input_tokens).map(Prices::dearest_input);
        standard.max(other).cost(input_tokens)
    }

    /// The standard prices and those of a way to process the call, where it has its own.
    fn up_to(&self, mode: Mode, input_tokens: Tokens) -> [&Prices; 2] {
        let own = self.schedule(mode).unwrap_or(&self.standard);
        [self.standard.at(input_tokens), own.at(input_tokens)]
    }
}

/// The counters of a usage with their prices. Every token is in exactly one of them: reasoning is
/// part of output, and is taken out of it only where it has a price of its own.
fn counters(usage: &Usage, prices: &Prices) -> [(&'static str, Tokens, PerMillion); 6] {
    let apart = prices.reasoning.map_or(0, |_| usage.reasoning.min(usage.output));
    [
        ("input", usage.input, prices.input),
        ("cache_read", usage.cache_read, prices.cache_read),
        ("cache_write_5m", usage.cache_write_5m, prices.cache_write_5m),
        ("cache_write_1h", usage.cache_write_1h, prices.cache_write_1h),
        ("output", usage.output - apart, prices.output),
        ("reasoning", apart, prices.reasoning.unwrap_or(prices.output)),
    ]
}
