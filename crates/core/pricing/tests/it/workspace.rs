//! Prices of a workspace on top of the book.

use domain::money::{ParseMoneyError, PerMillion};
use pricing::{Mode, Override, PriceBook, Stated, parse_price};

use crate::support::{at, noon, used};

fn price(text: &str) -> PerMillion {
    parse_price(text).unwrap()
}

/// An override of one model at an input price; output costs twice that.
fn own(list: &str, model: &str, input: i64, from: Option<&str>) -> Override {
    let of = |dollars: i64| Some(price(&dollars.to_string()));
    Override {
        list: list.into(),
        model: model.into(),
        from: from.map(at),
        prices: Stated { input: of(input), output: of(input * 2), ..Stated::default() },
        ..Override::default()
    }
}

fn book(overrides: &[Override]) -> PriceBook {
    PriceBook::builtin().with(overrides).unwrap()
}

fn row(book: &PriceBook, list: &str, model: &str, moment: &str) -> String {
    book.find(list, model, at(moment)).map(|rate| rate.row.clone()).unwrap_or_default()
}

#[test]
fn a_workspace_comes_before_the_book() {
    let book = book(&[own("openai", "gpt-4o", 1, Some("2026-07-01"))]);
    assert_eq!(row(&book, "openai", "gpt-4o", "2026-07-01"), "workspace:openai/gpt-4o@2026-07-01");
    assert!(row(&book, "openai", "gpt-4o", "2026-06-30").starts_with("openai/gpt-4o@"), "not yet in force");
    assert!(row(&book, "openai", "gpt-4o-mini", "2026-07-01").starts_with("openai/gpt-4o-mini@"));
    assert!(
        row(&PriceBook::builtin(), "openai", "gpt-4o", "2026-07-01").starts_with("openai/"),
        "left as it was"
    );
}

#[test]
fn a_name_comes_before_a_pattern_and_a_longer_pattern_before_a_shorter() {
    let book = book(&[
        own("openai", "gpt-4o*", 3, None),
        own("openai", "*", 2, None),
        own("openai", "gpt-4o", 1, None),
    ]);
    let row = |model| row(&book, "openai", model, "2026-11-23");
    assert_eq!(row("gpt-4o"), "workspace:openai/gpt-4o");
    assert_eq!(row("gpt-4o-2024-08-06"), "workspace:openai/gpt-4o*");
    assert_eq!(row("o3"), "workspace:openai/*");
    assert_eq!(row("unheard-of"), "workspace:openai/*");
}

#[test]
fn a_pattern_over_models_of_several_prices_levels_them() {
    let levelled = |list: &str, models: &[&str], pattern: &str| {
        let prices: Vec<_> = models.iter().map(|model| own(list, model, 1, None)).collect();
        let book = book(&prices);
        book.levelled(list, pattern, noon()).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let all = levelled("openai", &["gpt-4o*"], "gpt-4o*");
    let place = |name: &str| all.iter().position(|found| found == name);
    assert!(all.iter().all(|name| name.starts_with("gpt-4o")), "{all:?}");
    assert!(
        place("gpt-4o-mini").is_some() && place("gpt-4o-mini") < place("gpt-4o"),
        "cheapest first: {all:?}"
    );
    let named = levelled("openai", &["gpt-4o*", "gpt-4o"], "gpt-4o*");
    assert!(!named.contains(&"gpt-4o".to_owned()), "it has a price of its own");
    let longer = levelled("openai", &["gpt-4o*", "gpt-4o-m*"], "gpt-4o*");
    assert!(!longer.contains(&"gpt-4o-mini".to_owned()), "a longer pattern has it");
    assert!(!levelled("azure", &["gpt-4o*"], "gpt-4o*").is_empty(), "a list that resells others");
    for (list, pattern) in [("openai", "gpt-4o"), ("openai", "unheard-*"), ("acme", "*")] {
        assert_eq!(levelled(list, &[pattern], pattern), [""; 0], "{list} {pattern}");
    }
    assert_eq!(PriceBook::builtin().levelled("openai", "gpt-4o*", noon()), [""; 0], "no price of ours");
}

#[test]
fn later_rows_replace_earlier_ones_in_any_order() {
    let book = book(&[
        own("openai", "gpt-4o", 3, Some("2026-09-01")),
        own("openai", "gpt-4o", 1, None),
        own("openai", "gpt-4o", 2, Some("2026-03-01")),
    ]);
    for (moment, expected) in
        [("2026-01-01", ""), ("2026-03-01", "@2026-03-01"), ("2026-10-01", "@2026-09-01")]
    {
        assert_eq!(row(&book, "openai", "gpt-4o", moment), format!("workspace:openai/gpt-4o{expected}"));
    }
}

#[test]
fn a_workspace_can_have_lists_of_its_own() {
    let book = book(&[own("acme", "llama-local", 1, None), own("aws", "amazon.nova-pro-v1:0", 1, None)]);
    assert!(book.has_list("acme") && book.lists().contains(&"acme"));
    assert_eq!(row(&book, "acme", "llama-local", "2026-01-01"), "workspace:acme/llama-local");
    assert_eq!(
        row(&book, "bedrock", "amazon.nova-pro-v1:0", "2026-01-01"),
        "workspace:amazon/amazon.nova-pro-v1:0"
    );
    assert_eq!(book.dearest("acme", noon()).unwrap().row, "workspace:acme/llama-local");
    assert_eq!(book.models("acme"), ["llama-local"]);
}

#[test]
fn a_dear_price_of_the_workspace_is_the_dearest() {
    let book = book(&[own("openai", "gpt-99", 5_000, None)]);
    assert_eq!(book.dearest("openai", noon()).unwrap().row, "workspace:openai/gpt-99");
}

#[test]
fn prices_are_put_on_the_book_and_not_on_each_other() {
    let twice = book(&[own("acme", "a", 1, None)]).with(&[own("openai", "gpt-4o", 1, None)]).unwrap();
    assert!(!twice.has_list("acme"));
    assert_eq!(row(&twice, "openai", "gpt-4o", "2026-01-01"), "workspace:openai/gpt-4o");
}

#[test]
fn a_batch_price_keeps_what_it_leaves_out() {
    let batch = Stated { input: Some(price("0.5")), ..Stated::default() };
    let book = book(&[Override { batch: Some(batch), ..own("acme", "a", 1, None) }]);
    let rate = book.find("acme", "a", noon()).unwrap();
    assert_eq!(rate.bill_as(Mode::Batch, &used(1_000_000, 1_000_000)).unwrap().cost.to_decimal(), "2.50");
}

#[test]
fn what_can_not_be_used_is_named() {
    let fails = |overrides: &[Override]| PriceBook::builtin().with(overrides).map(|_| ()).unwrap_err();
    let mut no_output = own("openai", "gpt-4o", 1, None);
    no_output.prices.output = None;
    let mut no_input = own("openai", "gpt-4o", 1, None);
    no_input.prices.input = None;
    assert_eq!(fails(&[no_output]), "the price of openai/gpt-4o has no output");
    assert_eq!(fails(&[no_input]), "the price of openai/gpt-4o has no input");
    assert_eq!(fails(&[own("", "gpt-4o", 1, None)]), "a price needs a list and a model");
    assert_eq!(
        fails(&[own("aws", "a", 1, None), own("bedrock", "a", 2, None)]),
        "bedrock/a has two prices from the same day"
    );
}

#[test]
fn prices_are_read_exactly_or_refused() {
    let nano = |text| parse_price(text).map(|price| price.price().nano());
    assert_eq!(nano("2.50"), Ok(2_500_000_000));
    assert_eq!(nano("2.50 USD"), Ok(2_500_000_000));
    assert_eq!(nano("-1"), Err(ParseMoneyError::Shape));
    assert_eq!(nano("2.50 EUR"), Err(ParseMoneyError::Currency("EUR".into())));
    assert_eq!(nano("$2.50"), Err(ParseMoneyError::Shape));
}
