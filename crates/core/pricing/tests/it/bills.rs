//! What usage costs.

use domain::Usage;
use domain::money::{NanoUsd, Overflow, PerMillion};
use expect_test::{Expect, expect};
use pricing::{Mode, Override, PriceBook, Stated, Step, parse_price};
use proptest::prelude::*;

use crate::support::{cost, noon, rate, used};

fn check(list: &str, model: &str, mode: Mode, usage: Usage, expected: &Expect) {
    let bill = rate(list, model).bill_as(mode, &usage).unwrap();
    let mut text: String = bill
        .lines
        .iter()
        .map(|line| {
            format!(
                "{} {} × {} = {}\n",
                line.unit,
                line.tokens,
                line.per_million.to_decimal(),
                line.cost.to_decimal()
            )
        })
        .collect();
    text += &format!("total {}", bill.cost.to_decimal());
    expected.assert_eq(&text);
}

/// $2.50 in and $10 out for a million tokens, cached input at half (openai.com/api/pricing).
#[test]
fn cached_input_is_charged_once_at_its_own_price() {
    let usage = Usage { input: 1_000_000, cache_read: 1_000_000, output: 100_000, ..Usage::default() };
    check(
        "openai",
        "gpt-4o-2024-08-06",
        Mode::Standard,
        usage,
        &expect![[r#"
        input 1000000 × 2.50 = 2.50
        cache_read 1000000 × 1.25 = 1.25
        output 100000 × 10.00 = 1.00
        total 4.75"#]],
    );
}

/// Writes cost 1.25 times the input for five minutes and twice for an hour, reads a tenth.
#[test]
fn cache_writes_cost_by_how_long_they_live() {
    let usage = Usage {
        input: 1_000,
        cache_read: 10_000,
        cache_write_5m: 2_000,
        cache_write_1h: 4_000,
        output: 500,
        reasoning: 200,
    };
    check(
        "anthropic",
        "claude-haiku-4-5-20251001",
        Mode::Standard,
        usage,
        &expect![[r#"
        input 1000 × 1.00 = 0.001
        cache_read 10000 × 0.10 = 0.001
        cache_write_5m 2000 × 1.25 = 0.0025
        cache_write_1h 4000 × 2.00 = 0.008
        output 500 × 5.00 = 0.0025
        total 0.015"#]],
    );
}

/// Up to 200,000 input tokens $1.25 and $10, beyond $2.50 and $15, for every token of the call.
#[test]
fn crossing_a_tier_reprices_the_whole_call() {
    check(
        "google",
        "gemini-2.5-pro",
        Mode::Standard,
        used(200_000, 1_000),
        &expect![[r#"
        input 200000 × 1.25 = 0.25
        output 1000 × 10.00 = 0.01
        total 0.26"#]],
    );
    check(
        "google",
        "gemini-2.5-pro",
        Mode::Standard,
        used(200_001, 1_000),
        &expect![[r#"
        input 200001 × 2.50 = 0.5000025
        output 1000 × 15.00 = 0.015
        total 0.5150025"#]],
    );
}

/// Cached tokens count towards the size that decides the tier.
#[test]
fn cached_tokens_count_towards_the_tier() {
    let usage = Usage { input: 1, cache_read: 200_000, ..Usage::default() };
    check(
        "google",
        "gemini-2.5-pro",
        Mode::Standard,
        usage,
        &expect![[r#"
        input 1 × 2.50 = 0.0000025
        cache_read 200000 × 0.25 = 0.05
        total 0.0500025"#]],
    );
}

/// Half of input and output; a cached price the batch list does not state stays.
#[test]
fn a_batch_has_its_own_prices_and_keeps_the_others() {
    let usage = Usage { input: 1_000_000, cache_read: 1_000_000, output: 1_000_000, ..Usage::default() };
    check(
        "openai",
        "gpt-4o",
        Mode::Batch,
        usage,
        &expect![[r#"
        input 1000000 × 1.25 = 1.25
        cache_read 1000000 × 1.25 = 1.25
        output 1000000 × 5.00 = 5.00
        total 7.50"#]],
    );
    let row = &rate("openai", "gpt-4o").bill_as(Mode::Batch, &usage).unwrap().lines[0].row;
    assert!(row.ends_with(";batch"), "{row}");
}

/// A batch price without tiers holds for every size; one with tiers crosses them as usual.
#[test]
fn batch_tiers_are_those_of_the_batch() {
    let large = used(300_000, 0);
    let batch = |model| rate("openai", model).bill_as(Mode::Batch, &large).unwrap().cost.to_decimal();
    assert_eq!(batch("gpt-5.5-pro"), "4.50");
    assert_eq!(batch("gpt-5.4"), "0.75");
}

#[test]
fn a_mode_without_prices_of_its_own_is_standard() {
    let rate = rate("anthropic", "claude-3-haiku");
    assert_eq!(rate.bill_as(Mode::Flex, &used(10, 10)), rate.bill(&used(10, 10)));
}

#[test]
fn embeddings_cost_their_input_only() {
    check(
        "openai",
        "text-embedding-3-small",
        Mode::Standard,
        used(1_000_000, 0),
        &expect![[r#"
        input 1000000 × 0.02 = 0.02
        total 0.02"#]],
    );
}

#[test]
fn nothing_used_costs_nothing() {
    check("openai", "gpt-4o", Mode::Standard, Usage::default(), &expect!["total 0.00"]);
}

fn price(text: &str) -> PerMillion {
    parse_price(text).unwrap()
}

/// Input $1, output $4, reasoning $6, and beyond 1,000 tokens of input $2 and $8.
fn own() -> Override {
    let stated = Stated {
        input: Some(price("1")),
        output: Some(price("4")),
        reasoning: Some(price("6")),
        ..Stated::default()
    };
    let above = Stated { input: Some(price("2")), output: Some(price("8")), ..Stated::default() };
    Override {
        list: "acme".into(),
        model: "thinker".into(),
        prices: stated,
        above: vec![Step { tokens: 1_000, prices: above }],
        ..Override::default()
    }
}

/// Reasoning is part of output: it is taken out where it has its own price, never added.
#[test]
fn reasoning_with_a_price_of_its_own_leaves_the_output() {
    let book = PriceBook::builtin().with(&[own()]).unwrap();
    let rate = book.find("acme", "thinker", noon()).unwrap();
    let units = |usage: Usage| {
        let bill = rate.bill(&usage).unwrap();
        bill.lines.iter().map(|line| format!("{} {}", line.unit, line.tokens)).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(units(Usage { output: 10, reasoning: 4, ..Usage::default() }), "output 6, reasoning 4");
    assert_eq!(units(Usage { output: 10, reasoning: 99, ..Usage::default() }), "reasoning 10");
    assert_eq!(
        cost(&rate, &Usage { output: 10, reasoning: 4, ..Usage::default() }).nano(),
        6 * 4_000 + 4 * 6_000
    );
    assert_eq!(rate.output_price(Mode::Standard, 1_001), price("8"), "the dearer of output and reasoning");
    assert_eq!(rate.output_price(Mode::Standard, 1_000), price("6"), "the dearer of output and reasoning");
}

#[test]
fn what_has_no_price_is_charged_as_what_it_is_made_of() {
    let book = PriceBook::builtin().with(&[own()]).unwrap();
    let rate = book.find("acme", "thinker", noon()).unwrap();
    let usage = Usage { cache_read: 1, cache_write_5m: 2, cache_write_1h: 3, ..Usage::default() };
    assert_eq!(cost(&rate, &usage).nano(), 6 * 1_000);
}

#[test]
fn a_cost_that_does_not_fit_is_an_error() {
    assert_eq!(rate("openai", "gpt-4o").bill(&used(u64::MAX, u64::MAX)), Err(Overflow));
    assert_eq!(rate("openai", "gpt-4o").input_cost(Mode::Standard, u64::MAX), Err(Overflow));
}

fn any_usage() -> impl Strategy<Value = Usage> {
    let tokens = || prop_oneof![0_u64..50, 0_u64..400_000];
    (tokens(), tokens(), tokens(), tokens(), tokens(), tokens()).prop_map(
        |(input, read, short, long, output, thought)| Usage {
            input,
            cache_read: read,
            cache_write_5m: short,
            cache_write_1h: long,
            output,
            reasoning: thought.min(output),
        },
    )
}

fn any_rate() -> impl Strategy<Value = std::sync::Arc<pricing::Rate>> {
    let book = PriceBook::builtin();
    let names: Vec<(String, String)> = book
        .lists()
        .iter()
        .flat_map(|list| book.models(list).into_iter().map(|model| ((*list).to_owned(), model.to_owned())))
        .collect();
    proptest::sample::select(names).prop_map(|(list, model)| rate(&list, &model))
}

fn any_mode() -> impl Strategy<Value = Mode> {
    proptest::sample::select(vec![
        Mode::Standard,
        Mode::Batch,
        Mode::Flex,
        Mode::Priority,
        Mode::Fast,
        Mode::Other,
    ])
}

proptest! {
    #[test]
    fn the_lines_add_up_to_the_cost(rate in any_rate(), mode in any_mode(), usage in any_usage()) {
        let bill = rate.bill_as(mode, &usage).unwrap();
        prop_assert_eq!(bill.lines.iter().map(|line| line.cost).sum::<NanoUsd>(), bill.cost);
    }

    #[test]
    fn every_token_is_on_one_line(rate in any_rate(), mode in any_mode(), usage in any_usage()) {
        let bill = rate.bill_as(mode, &usage).unwrap();
        prop_assert_eq!(bill.lines.iter().map(|line| line.tokens).sum::<u64>(), usage.total());
    }

    #[test]
    fn a_line_is_never_rounded_down(rate in any_rate(), usage in any_usage()) {
        for line in rate.bill(&usage).unwrap().lines {
            let exact = i128::from(line.per_million.nano()) * i128::from(line.tokens);
            let charged = i128::from(line.cost.nano()) * 1_000_000;
            prop_assert!(charged >= exact && charged < exact + 1_000_000);
        }
    }

    #[test]
    fn more_tokens_never_cost_less(rate in any_rate(), usage in any_usage(), more in 1_u64..300_000) {
        let before = cost(&rate, &usage);
        let grown = [
            Usage { input: usage.input + more, ..usage },
            Usage { cache_read: usage.cache_read + more, ..usage },
            Usage { cache_write_5m: usage.cache_write_5m + more, ..usage },
            Usage { cache_write_1h: usage.cache_write_1h + more, ..usage },
            Usage { output: usage.output + more, ..usage },
        ];
        for usage in grown {
            prop_assert!(cost(&rate, &usage) >= before);
        }
    }

    /// What a reservation is made of covers what the call then costs.
    #[test]
    fn a_reservation_by_these_prices_covers_the_bill(rate in any_rate(), mode in any_mode(), usage in any_usage()) {
        let input = rate.dearest_input_cost(mode, usage.input_total()).unwrap();
        let output = rate.output_price(mode, usage.input_total()).cost(usage.output).unwrap();
        let slack = NanoUsd::from_nano(6);
        for served in [Mode::Standard, mode] {
            let bill = rate.bill_as(served, &usage).unwrap();
            prop_assert!(bill.cost <= input + output + slack, "{served:?}, rounding apart");
        }
    }
}
