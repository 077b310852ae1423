//! Prices of the workspace that take more models than they read.

use config::Files;
use expect_test::expect;

use super::check;
use crate::support::{said, with_file};

fn prices(models: &[&str]) -> Files {
    let price = |model: &&str| {
        format!("[[price]]\nlist = \"openai\"\nmodel = \"{model}\"\ninput = \"2.00\"\noutput = \"8.00\"\n")
    };
    with_file("prices.toml", &models.iter().map(price).collect::<String>())
}

#[test]
fn a_pattern_over_models_of_several_prices_is_pointed_at() {
    check(
        prices(&["gpt-4o*"]),
        expect![[r#"
            warning: `gpt-4o*` gives one price to 11 models whose built-in prices differ, `gpt-4o-mini` and `gpt-4o:extended` among them
             --> prices.toml:3:9
              |
            3 | model = "gpt-4o*"
              |         ^^^^^^^^^
              = help: name the model, without `*`, or give the others prices of their own: a pattern here comes before every name of the built-in list
        "#]],
    );
}

#[test]
fn a_name_or_a_pattern_over_one_price_is_not() {
    for models in [&["gpt-4o"][..], &["gpt-4o", "gpt-4o-mini"], &["my-own-*"]] {
        assert_eq!(said(&prices(models)), "", "{models:?}");
    }
    let own = "[[price]]\nlist = \"acme\"\nmodel = \"*\"\ninput = \"2.00\"\noutput = \"8.00\"\n";
    assert_eq!(said(&with_file("prices.toml", own)), "");
}

#[test]
fn a_pattern_is_pointed_at_once_however_many_days_it_has() {
    let one = "[[price]]\nlist = \"openai\"\nmodel = \"gpt-4o*\"\ninput = \"2.00\"\noutput = \"8.00\"\n";
    let later = format!("{one}{one}from = \"2027-01-01\"\n");
    assert_eq!(said(&with_file("prices.toml", &later)).matches("warning").count(), 1);
}
