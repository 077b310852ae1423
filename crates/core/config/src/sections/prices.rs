//! `prices.toml`: the organisation's own prices, on top of the built-in price book.

use std::collections::BTreeSet;

use domain::money::PerMillion;
use pricing::{Override, PriceBook, Stated, Step};

use crate::check::SOME_DAY;
use crate::read::{Entry, Notes, Place, Section, Spec, optional, required};

pub(crate) static PRICES: Spec = Spec {
    title: "prices.toml",
    place: "in prices.toml",
    doc: "The organisation's own prices on top of the built-in price book: contract prices, and models that the book \
          does not know.",
    keys: &[optional("price", "[[price]]", "the built-in book alone", "One price each.")],
};

pub(crate) static PRICE: Spec = Spec {
    title: "[[price]]",
    place: "in [[price]]",
    doc: "The price of a model, or of all models that a pattern matches. It replaces the built-in row whole: what it \
          leaves out is not taken from there. Prices are US dollars for a million tokens.",
    keys: &[
        required("list", "\"openai\"", "The price list it belongs to: one of the book, or a new one."),
        required(
            "model",
            "\"gpt-4o\"",
            "The model's name, or a pattern in which `*` matches anything. Of your prices a name comes before a \
             pattern; both come before every name of the built-in list, so `gpt-4o*` is the price of `gpt-4o-mini` too.",
        ),
        optional("from", "\"2026-01-01\"", "always", "The day (UTC) from which it holds."),
        required("input", "\"2.00\"", "Fresh input tokens."),
        required("output", "\"8.00\"", "Output tokens."),
        optional("cached", "\"1.00\"", "as `input`", "Input tokens read from a cache."),
        optional("cache_write", "\"2.50\"", "as `input`", "Input tokens written to a cache."),
        optional(
            "cache_write_1h",
            "\"4.00\"",
            "as `cache_write`",
            "Those written to a cache that lives an hour.",
        ),
        optional("reasoning", "\"8.00\"", "as `output`", "Output tokens spent on reasoning."),
        optional(
            "above",
            "[{ tokens = 200000, input = \"4.00\", output = \"12.00\" }]",
            "one price for all sizes",
            "Prices of calls with more input tokens than `tokens`; what a step leaves out stays as below it.",
        ),
        optional(
            "batch",
            "{ input = \"1.00\", output = \"4.00\" }",
            "as above",
            "Prices of calls in a batch.",
        ),
        optional("max_output", "16384", "unknown", "Most tokens the model writes in one answer."),
        optional("context", "128000", "unknown", "Most tokens the model takes in."),
    ],
};

static STEP: Spec = Spec {
    title: "above",
    place: "in a step of `above`",
    doc: "Prices of calls with more input tokens.",
    keys: &[
        required("tokens", "200000", "Applies to calls with more input tokens than this."),
        optional("input", "\"4.00\"", "as below", "Fresh input tokens."),
        optional("output", "\"12.00\"", "as below", "Output tokens."),
        optional("cached", "\"2.00\"", "as below", "Input tokens read from a cache."),
        optional("cache_write", "\"5.00\"", "as below", "Input tokens written to a cache."),
        optional("cache_write_1h", "\"8.00\"", "as below", "Those written to a cache that lives an hour."),
        optional("reasoning", "\"12.00\"", "as below", "Output tokens spent on reasoning."),
    ],
};

static BATCH: Spec = Spec {
    title: "batch",
    place: "in `batch`",
    doc: "Prices of calls in a batch.",
    keys: &[
        optional("input", "\"1.00\"", "as outside", "Fresh input tokens."),
        optional("output", "\"4.00\"", "as outside", "Output tokens."),
        optional("cached", "\"0.50\"", "as outside", "Input tokens read from a cache."),
        optional("cache_write", "\"1.25\"", "as outside", "Input tokens written to a cache."),
        optional("cache_write_1h", "\"2.00\"", "as outside", "Those written to a cache that lives an hour."),
        optional("reasoning", "\"4.00\"", "as outside", "Output tokens spent on reasoning."),
    ],
};

/// Reads every price, and the book with them on top.
pub(crate) fn read(root: Option<&Section<'_>>) -> (Vec<Override>, PriceBook) {
    let builtin = PriceBook::builtin();
    let Some(list) = root.and_then(|root| root.get("price")) else {
        return (Vec::new(), builtin.as_ref().clone());
    };
    let mut overrides = Vec::new();
    let mut places = Vec::new();
    let mut seen = BTreeSet::new();
    for section in list.sections(&PRICE, &PRICES) {
        let Some(price) = price(&section) else { continue };
        if !seen.insert((price.list.clone(), price.model.clone(), price.from)) {
            let message =
                format!("the price of {}/{} is stated twice for the same day", price.list, price.model);
            section.notes.error(section.place, message, "keep one of them".to_owned());
            continue;
        }
        // One at a time, so that a price the book refuses is reported where it stands.
        match builtin.with(std::slice::from_ref(&price)) {
            Ok(_) => {
                places.extend(section.get("model").map(|entry| entry.place));
                overrides.push(price);
            }
            Err(problem) => section.notes.error(section.place, problem, None),
        }
    }
    match builtin.with(&overrides) {
        Ok(book) => {
            warn_of_patterns(list.notes, &book, overrides.iter().zip(places));
            (overrides, book)
        }
        Err(problem) => {
            list.wrong(problem, None);
            (overrides, builtin.as_ref().clone())
        }
    }
}

/// Warns, once for each, of patterns that give one price to models of several.
fn warn_of_patterns<'a>(
    notes: &Notes,
    book: &PriceBook,
    prices: impl Iterator<Item = (&'a Override, Place)>,
) {
    let mut seen = BTreeSet::new();
    for (price, place) in prices.filter(|(price, _)| seen.insert((&price.list, &price.model))) {
        let models = book.levelled(&price.list, &price.model, SOME_DAY);
        let [cheapest, .., dearest] = models.as_slice() else { continue };
        let message = format!(
            "`{}` gives one price to {} models whose built-in prices differ, `{cheapest}` and `{dearest}` among them",
            price.model,
            models.len()
        );
        let help = "name the model, without `*`, or give the others prices of their own: a pattern here comes before \
                    every name of the built-in list";
        notes.warn(place, message, help.to_owned());
    }
}

fn price(section: &Section<'_>) -> Option<Override> {
    let text = |name| section.get(name).and_then(|entry: Entry<'_>| entry.text());
    let count = |name| section.get(name).and_then(|entry: Entry<'_>| entry.count(1));
    let (list, model) = (text("list"), text("model"));
    let from = section.get("from").and_then(|entry| entry.time());
    let prices = stated(section);
    let steps = section.get("above").map(|entry| entry.items()).unwrap_or_default();
    let above = steps.iter().filter_map(step).collect();
    let batch = section.get("batch").and_then(|entry| entry.section(&BATCH, &PRICE));
    let batch = batch.map(|batch| stated(&batch));
    let (max_output, context) = (count("max_output"), count("context"));
    // A price that could not be read is reported already; without it the row would be refused again.
    (prices.input.is_some() && prices.output.is_some()).then_some(())?;
    Some(Override { list: list?, model: model?, from, prices, above, batch, max_output, context })
}

fn step(entry: &Entry<'_>) -> Option<Step> {
    let section = entry.section(&STEP, &PRICE)?;
    let tokens = section.get("tokens").and_then(|entry| entry.count(1));
    Some(Step { prices: stated(&section), tokens: tokens? })
}

fn stated(section: &Section<'_>) -> Stated {
    let price = |name| section.get(name).and_then(|entry| price_of_a_million(&entry));
    Stated {
        input: price("input"),
        output: price("output"),
        cached: price("cached"),
        cache_write: price("cache_write"),
        cache_write_1h: price("cache_write_1h"),
        reasoning: price("reasoning"),
    }
}

fn price_of_a_million(entry: &Entry<'_>) -> Option<PerMillion> {
    let help = || format!("write US dollars for a million tokens, as text: `{} = \"2.50\"`", entry.key);
    let Some(text) = entry.as_text() else {
        entry.wrong(format!("`{}` must be an amount as text", entry.key), help());
        return None;
    };
    match pricing::parse_price(text.trim()) {
        Ok(price) => Some(price),
        Err(_) => {
            entry.wrong(format!("{text:?} is not a price"), help());
            None
        }
    }
}

/// The section of a whole `prices.toml`.
pub(crate) fn open<'a>(notes: &'a Notes, file: usize, table: &'a toml::de::DeTable<'a>) -> Section<'a> {
    Section::root(&PRICES, notes, file, table)
}
