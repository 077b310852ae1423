//! From a package's conditional prices to the dated rows of the book.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use super::facts::{Conditional, Model, OneOrMore, Price, Prices, Variant, When};

/// How a kind of token is called in a package and in the book, in the book's order.
const KINDS: &[(&str, &str)] = &[
    ("input_mtok", "input"),
    ("cache_read_mtok", "cached"),
    ("cache_write_mtok", "cache_write"),
    ("cache_write_5m_mtok", "cache_write"),
    ("cache_write_1h_mtok", "cache_write_1h"),
    ("output_mtok", "output"),
    ("output_reasoning_mtok", "reasoning"),
];

/// How a way to process a call is called in a package and in the book.
const MODES: &[(&str, &str, &str)] = &[
    ("processing", "batch", "batch"),
    ("service_tier", "flex", "flex"),
    ("service_tier", "priority", "priority"),
    ("service_tier", "fast", "fast"),
    ("speed", "fast", "fast"),
];

/// Prices by kind, as the book writes them.
pub(super) type Kinds = Vec<(&'static str, String)>;

/// Prices, and what changes for larger inputs.
#[derive(Clone, PartialEq, Default)]
pub(super) struct Scale {
    pub(super) base: Kinds,
    pub(super) above: BTreeMap<u64, Kinds>,
}

/// One row of the book.
pub(super) struct Period {
    pub(super) from: Option<String>,
    pub(super) hours: Vec<String>,
    pub(super) standard: Scale,
    pub(super) modes: Vec<(&'static str, Scale)>,
}

/// The rows of a model, oldest first. Rows for hours of the day stand behind the row of the days
/// on which they apply.
pub(super) fn of(model: &Model) -> Result<Vec<Period>> {
    let all_times;
    let conditionals = match &model.prices {
        OneOrMore::Several(several) => {
            several.iter().map(|one| (one.constraint.as_ref(), &one.prices)).collect()
        }
        OneOrMore::One(prices) => {
            all_times = prices;
            vec![(None, all_times)]
        }
    };
    let mut periods: Vec<Period> = Vec::new();
    for (when, prices) in conditionals {
        add(&mut periods, when, scale(prices));
    }
    let variants = model.price_variants.as_deref().unwrap_or_default();
    let starts: Vec<Option<String>> = periods.iter().map(|period| period.from.clone()).collect();
    for period in &mut periods {
        let end = starts.iter().flatten().find(|start| period.from.as_ref() < Some(start));
        period.modes = modes(variants, end)?;
    }
    Ok(periods)
}

/// The prices of a model's last row, which decide whether it enters the book.
pub(super) fn latest(model: &Model) -> Option<&Prices> {
    match &model.prices {
        OneOrMore::One(prices) => Some(prices),
        OneOrMore::Several(all) => all.last().map(|Conditional { prices, .. }| prices),
    }
}

/// Adds a row, or joins it with the one before where only the hours differ, or nothing does.
fn add(periods: &mut Vec<Period>, when: Option<&When>, standard: Scale) {
    let last_from = periods.last().and_then(|last| last.from.clone());
    let (from, hours) = match when {
        None => (None, None),
        Some(When::From { start_date }) => (Some(start_date.clone()), None),
        Some(When::Hours { start_time, end_time }) => (last_from, Some(format!("{start_time}-{end_time}"))),
    };
    if let Some(last) = periods.last_mut().filter(|last| last.standard == standard) {
        match hours {
            Some(hours) if !last.hours.is_empty() => last.hours.push(hours),
            _ => {}
        }
        return;
    }
    periods.push(Period { from, hours: hours.into_iter().collect(), standard, modes: Vec::new() });
}

/// The prices of other ways to process a call, as they stand just before `end`.
fn modes(variants: &[Variant], end: Option<&String>) -> Result<Vec<(&'static str, Scale)>> {
    let mut modes: Vec<(&'static str, Scale)> = Vec::new();
    for (key, value, name) in MODES {
        let applies = |variant: &&Variant| {
            variant.when.len() == 1 && variant.when.get(*key).is_some_and(|found| found == value)
        };
        for variant in variants.iter().filter(applies) {
            let begun = match &variant.constraint {
                None => true,
                Some(When::From { start_date }) => end.is_none_or(|end| start_date < end),
                Some(When::Hours { .. }) => bail!("a variant by the hour is not understood"),
            };
            let scale = scale(&variant.prices);
            if begun && scale != Scale::default() {
                modes.push((name, scale));
                break;
            }
        }
    }
    Ok(modes)
}

fn scale(prices: &Prices) -> Scale {
    let mut scale = Scale::default();
    for (theirs, ours) in KINDS {
        match prices.get(*theirs) {
            None => {}
            Some(Price::Flat(price)) => scale.base.push((ours, price.clone())),
            Some(Price::Tiered { base, tiers }) => {
                scale.base.push((ours, base.clone()));
                for tier in tiers {
                    scale.above.entry(tier.start).or_default().push((ours, tier.price.clone()));
                }
            }
        }
    }
    scale
}
