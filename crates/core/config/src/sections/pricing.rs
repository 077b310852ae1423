//! `[pricing]`: what a call costs whose model has no price.

use serde::Serialize;

use crate::read::{Section, Spec, optional};
use crate::words::words;

words! {
    /// What happens to a call whose model has no price. Such a call is never free.
    UnknownModel: "a way to treat unknown models" {
        /// It is charged the dearest price of its list, marked as such on every record.
        EstimateHigh = "estimate-high",
        /// It is refused.
        Refuse = "refuse",
    }
}

/// How calls are priced.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Pricing {
    /// What happens to a call whose model has no price.
    pub unknown_model: UnknownModel,
}

impl Default for Pricing {
    fn default() -> Self {
        Self { unknown_model: UnknownModel::EstimateHigh }
    }
}

pub(crate) static PRICING: Spec = Spec {
    title: "[pricing]",
    place: "in [pricing]",
    doc: "What a call costs whose model has no price. Prices themselves stand in the built-in price book and in \
          `prices.toml`.",
    keys: &[optional(
        "unknown_model",
        "\"refuse\"",
        "`\"estimate-high\"`",
        "`estimate-high` charges the dearest price of the provider's list and marks every record; `refuse` refuses \
         the call, and a route with such a target is an error.",
    )],
};

pub(crate) fn read(section: Option<Section<'_>>) -> Pricing {
    let word = section.and_then(|section| section.get("unknown_model")).and_then(|entry| entry.word());
    word.map_or_else(Pricing::default, |unknown_model| Pricing { unknown_model })
}
