//! Reads the files of the price book, `prices/*.toml`.
//!
//! ```toml
//! list = "openai"
//! title = "OpenAI"
//! source = "https://developers.openai.com/api/docs/pricing"
//! checked = "2026-11-23"
//!
//! [[model]]
//! name = "gpt-5.4"
//! also = ["gpt-5.4-2026-03-05"]       # other names; * matches anything
//! except = ["*-tts"]                  # names that a pattern above must not cover
//! context = 1050000                   # most tokens in
//! max_output = 128000                 # most tokens out
//!
//! [[model.price]]                     # one for each period, oldest first
//! from = "2026-03-05"                 # first day (UTC); left out: from the beginning
//! hours = ["01:00-04:00"]             # only in these hours (UTC); left out: all day
//! input = "2.5"                       # US dollars for a million tokens
//! cached = "0.25"
//! cache_write = "3.125"
//! cache_write_1h = "5"
//! output = "15"
//! reasoning = "15"
//! above.272000 = { input = "5" }      # for calls with more input than this
//! batch = { input = "1.25" }          # also: flex, priority, fast; what is left out is as above
//! ```

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use domain::money::{PerMillion, Tokens};
use domain::time::Timestamp;
use domain::usage::Mode;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

use crate::overrides::{overlay, parse_price};
use crate::rate::{Hours, Rate};
use crate::schedule::{Schedule, Stated};

/// A file of the book as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    list: String,
    #[serde(rename = "title")]
    _title: String,
    source: String,
    checked: String,
    #[serde(default, rename = "model")]
    models: Vec<ModelEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelEntry {
    name: String,
    #[serde(default)]
    also: Vec<String>,
    #[serde(default)]
    except: Vec<String>,
    context: Option<Tokens>,
    max_output: Option<Tokens>,
    price: Vec<PriceEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceEntry {
    from: Option<String>,
    #[serde(default)]
    hours: Vec<String>,
    input: Option<Price>,
    output: Option<Price>,
    cached: Option<Price>,
    cache_write: Option<Price>,
    cache_write_1h: Option<Price>,
    reasoning: Option<Price>,
    #[serde(default)]
    above: BTreeMap<String, StatedEntry>,
    batch: Option<ModeEntry>,
    flex: Option<ModeEntry>,
    priority: Option<ModeEntry>,
    fast: Option<ModeEntry>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct ModeEntry {
    input: Option<Price>,
    output: Option<Price>,
    cached: Option<Price>,
    cache_write: Option<Price>,
    cache_write_1h: Option<Price>,
    reasoning: Option<Price>,
    #[serde(default)]
    above: BTreeMap<String, StatedEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatedEntry {
    input: Option<Price>,
    output: Option<Price>,
    cached: Option<Price>,
    cache_write: Option<Price>,
    cache_write_1h: Option<Price>,
    reasoning: Option<Price>,
}

/// A decimal string, read without a copy and without floating point.
#[derive(Clone, Copy)]
struct Price(PerMillion);

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Price;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal string such as \"2.5\"")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Price, E> {
                parse_price(text).map(Price).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text)
    }
}

macro_rules! stated {
    ($($entry:ty),*) => {$(
        impl $entry {
            fn stated(&self) -> Stated {
                let price = |price: Option<Price>| price.map(|price| price.0);
                Stated {
                    input: price(self.input),
                    output: price(self.output),
                    cached: price(self.cached),
                    cache_write: price(self.cache_write),
                    cache_write_1h: price(self.cache_write_1h),
                    reasoning: price(self.reasoning),
                }
            }
        }
    )*};
}
stated!(PriceEntry, ModeEntry, StatedEntry);

/// One model with its rows, oldest first.
pub(crate) struct Model {
    /// Its name.
    pub(crate) name: String,
    /// Other names and patterns.
    pub(crate) also: Vec<String>,
    /// Patterns of names it does not have.
    pub(crate) except: Vec<String>,
    /// Its rows.
    pub(crate) rows: Vec<Rate>,
}

/// Reads one file: the list's name and its models.
pub(crate) fn read(text: &str) -> Result<(String, Vec<Model>), String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    let models = file.models.iter().map(|model| rows(&file, model)).collect::<Result<_, _>>()?;
    Ok((file.list, models))
}

fn rows(file: &File, model: &ModelEntry) -> Result<Model, String> {
    let mut rows = Vec::with_capacity(model.price.len());
    for (index, price) in model.price.iter().enumerate() {
        let next = model.price.get(index + 1).and_then(|next| next.from.as_deref());
        let row = row(file, model, price, next);
        rows.push(row.map_err(|what| format!("{}/{}: {what}", file.list, model.name))?);
    }
    if rows.is_empty() {
        return Err(format!("{}/{}: no price", file.list, model.name));
    }
    Ok(Model { name: model.name.clone(), also: model.also.clone(), except: model.except.clone(), rows })
}

fn row(file: &File, model: &ModelEntry, price: &PriceEntry, next: Option<&str>) -> Result<Rate, String> {
    let stated = price.stated();
    let steps = steps(&price.above)?;
    let from = price.from.as_deref().map(|day| Timestamp::parse(day).ok_or("from is no date")).transpose()?;
    let day: Cow<'_, str> = match (&price.from, next) {
        (Some(from), _) => from.into(),
        (None, Some(next)) => format!("before-{next}").into(),
        (None, None) => file.checked.as_str().into(),
    };
    let hours = if price.hours.is_empty() { String::new() } else { format!(";{}", price.hours.join(",")) };
    Ok(Rate {
        row: format!("{}/{}@{day}{hours}", file.list, model.name),
        source: file.source.clone(),
        checked: file.checked.clone(),
        from,
        standard: Schedule::of(stated, &steps).ok_or("no input")?,
        modes: modes(price, stated, &steps)?,
        max_output_tokens: model.max_output,
        context_window: model.context,
        hours: Hours(
            price.hours.iter().map(|text| span(text)).collect::<Option<_>>().ok_or("hours are no span")?,
        ),
    })
}

fn modes(
    price: &PriceEntry,
    stated: Stated,
    standard: &[(Tokens, Stated)],
) -> Result<Vec<(Mode, Schedule)>, String> {
    let entries = [
        (Mode::Batch, &price.batch),
        (Mode::Flex, &price.flex),
        (Mode::Priority, &price.priority),
        (Mode::Fast, &price.fast),
    ];
    let mut modes = Vec::new();
    for (mode, entry) in entries {
        let Some(entry) = entry else { continue };
        let schedule = overlay(stated, standard, entry.stated(), &steps(&entry.above)?);
        modes.push((mode, schedule.ok_or("no input")?));
    }
    Ok(modes)
}

fn steps(above: &BTreeMap<String, StatedEntry>) -> Result<Vec<(Tokens, Stated)>, String> {
    let step = |(tokens, entry): (&String, &StatedEntry)| {
        let tokens = tokens.parse().map_err(|_| format!("above.{tokens} is no number of tokens"))?;
        Ok((tokens, entry.stated()))
    };
    above.iter().map(step).collect()
}

/// `01:00-04:00` as minutes since midnight.
fn span(text: &str) -> Option<(i64, i64)> {
    let minutes = |clock: &str| {
        let (hour, minute) = clock.split_once(':')?;
        let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
        ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 60 + minute)
    };
    let (from, to) = text.split_once('-')?;
    Some((minutes(from)?, minutes(to)?))
}
