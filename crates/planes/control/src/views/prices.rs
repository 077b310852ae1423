//! Prices: what a call costs, and by which rows of the price book.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Moment, Money};

/// What a call would cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PriceQuote {
    /// The price list.
    pub list: String,
    /// The model.
    pub model: String,
    /// When the price applies.
    pub at: Moment,
    /// The cost.
    pub cost: Money,
    /// The cost in nano-dollars once more, under the name that programs look for.
    pub cost_nano_usd: i64,
    /// The bill.
    pub rows: Vec<PriceRow>,
    /// Where the price is from.
    pub source: String,
    /// When someone last held it against its source.
    pub checked: String,
}

/// One line of a bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PriceRow {
    /// `input`, `cache_read`, `cache_write_5m`, `cache_write_1h`, `output`.
    pub unit: String,
    /// How many tokens.
    pub tokens: u64,
    /// The price of a million of them.
    pub per_million: Money,
    /// The product, rounded up to the next nano-dollar.
    pub cost: Money,
    /// Which dated row of the price book: `openai/gpt-4o@2024-08-06`.
    pub row: String,
}
