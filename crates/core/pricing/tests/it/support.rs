//! What the tests share.

use std::sync::Arc;

use domain::Usage;
use domain::money::NanoUsd;
use domain::time::Timestamp;
use pricing::{PriceBook, Rate};

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// A day on which every list is in force.
pub(crate) fn noon() -> Timestamp {
    at("2026-11-23T12:00:00Z")
}

pub(crate) fn rate(list: &str, model: &str) -> Arc<Rate> {
    PriceBook::builtin()
        .find(list, model, noon())
        .unwrap_or_else(|| panic!("{list}/{model} is not in the book"))
}

pub(crate) fn cost(rate: &Rate, usage: &Usage) -> NanoUsd {
    rate.bill(usage).unwrap().cost
}

/// Usage of `input` fresh and `output` tokens.
pub(crate) fn used(input: u64, output: u64) -> Usage {
    Usage { input, output, ..Usage::default() }
}
