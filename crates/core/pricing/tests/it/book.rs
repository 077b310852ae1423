//! What stands in the book, and how it is found.

use std::collections::BTreeSet;

use pricing::PriceBook;
use proptest::prelude::*;

use crate::support::{at, cost, noon, rate, used};

#[test]
fn every_list_can_be_read_and_has_models() {
    let book = PriceBook::builtin();
    for list in book.lists() {
        assert!(book.models(list).len() >= 8, "{list}");
    }
    for list in ["openai", "anthropic", "google", "mistral", "deepseek", "groq", "xai", "amazon"] {
        assert!(book.has_list(list), "{list}");
    }
    assert!(!book.has_list("acme") && !book.has_list(""));
}

#[test]
fn every_row_is_sound() {
    let book = PriceBook::builtin();
    let mut rows = BTreeSet::new();
    for list in book.lists() {
        for model in book.models(list) {
            let rate = book.find(list, model, noon()).unwrap();
            assert!(rate.row.starts_with(&format!("{list}/{model}@")), "{list}/{model} is {}", rate.row);
            assert!(rows.insert(rate.row.clone()), "{} twice", rate.row);
            assert!(rate.source.starts_with("https://"), "{}", rate.row);
            assert!(domain::Timestamp::parse(&rate.checked).is_some(), "{}", rate.row);
            let prices = &rate.standard.base;
            let free = prices.input == prices.output && cost(&rate, &used(1, 1)).nano() == 0;
            let embeds = prices.output == domain::money::PerMillion::default()
                && (model.contains("embed") || model == "ada");
            let priced = prices.input.price().nano() > 0 && prices.output.price().nano() > 0;
            assert!(free || embeds || priced, "{} is half free", rate.row);
        }
    }
}

/// Each model as its provider's clients write it, and the row it must find.
#[test]
fn models_are_found_by_the_names_that_clients_send() {
    for (list, asked, model) in [
        ("openai", "gpt-4o", "gpt-4o"),
        ("openai", "gpt-4o-2024-08-06", "gpt-4o"),
        ("openai", "gpt-4o-2024-05-13", "gpt-4o-2024-05-13"),
        ("openai", "gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("openai", "gpt-4o-20240806", "gpt-4o"),
        ("openai", "gpt-5-nano-2025-08-07", "gpt-5-nano"),
        ("openai", "gpt-6-sol-2026-10-01", "gpt-6-sol"),
        ("openai", "GPT-4o", "gpt-4o"),
        ("openai", "openai/gpt-4o", "gpt-4o"),
        ("openai", "ft:gpt-4o-2024-08-06:acme::abc123", "ft:gpt-4o"),
        ("anthropic", "claude-sonnet-4-5-20250929", "claude-sonnet-4-5"),
        ("anthropic", "claude-sonnet-4-20250514", "claude-sonnet-4-0"),
        ("anthropic", "claude-opus-5-5", "claude-opus-5-5"),
        ("anthropic", "claude-opus-5-20260601", "claude-opus-5"),
        ("google", "gemini-2.5-flash", "gemini-2.5-flash"),
        ("google", "models/gemini-2.5-pro", "gemini-2.5-pro"),
        ("google", "gemini-2.5-pro-preview-tts", "gemini-2.5-pro-tts"),
        ("gemini", "gemini-3.5-flash-001", "gemini-3.5-flash"),
        ("mistral", "mistral-large-2512", "mistral-large-2512"),
        ("groq", "openai/gpt-oss-120b", "openai/gpt-oss-120b"),
        ("x-ai", "grok-4.5-20260701", "grok-4.5"),
        (
            "bedrock",
            "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "regional.anthropic.claude-sonnet-4-5-20250929-v1:0",
        ),
        ("aws", "global.anthropic.claude-opus-4-6-v1:0", "global.anthropic.claude-opus-4-6-v1:0"),
        ("amazon", "amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0"),
        (
            "amazon",
            "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-5-20251101-v1:0",
            "regional.anthropic.claude-opus-4-5-v1:0",
        ),
    ] {
        let found = PriceBook::builtin().find(list, asked, noon());
        let row = found.map(|rate| rate.row.clone()).unwrap_or_default();
        assert!(row.contains(&format!("/{model}@")), "{list}: {asked} is {row}");
    }
}

/// A seller of others' models charges by its own list first.
#[test]
fn a_reseller_falls_back_to_the_list_of_the_maker() {
    let book = PriceBook::builtin();
    let row = |list, model| book.find(list, model, noon()).map(|rate| rate.row.clone()).unwrap_or_default();
    assert!(row("azure", "phi-4").starts_with("azure/phi-4@"));
    assert!(row("azure", "gpt-4o").starts_with("openai/gpt-4o@"));
    assert!(row("azure", "claude-opus-4-5").starts_with("anthropic/claude-opus-4-5@"));
    assert!(row("google", "claude-sonnet-4-5@20250929").starts_with("google/claude-sonnet-4-5@"));
}

#[test]
fn an_unknown_model_is_unknown_and_never_free() {
    let book = PriceBook::builtin();
    for model in
        ["", "#", "gpt-99", "gpt-4o#2", "gpt-4o-2024", "acme/gpt-4o", "claude", "gpt-4o ", "\u{0}", "*"]
    {
        assert_eq!(book.find("openai", model, noon()), None, "{model:?}");
    }
    assert_eq!(book.find("acme", "gpt-4o", noon()), None);
    assert_eq!(book.dearest("acme", noon()), None);
}

/// No model of a list costs more than its dearest row, at the size that most calls have.
#[test]
fn the_dearest_row_is_the_dearest() {
    let book = PriceBook::builtin();
    for list in book.lists() {
        let dearest = book.dearest(list, noon()).unwrap();
        for model in book.models(list) {
            let rate = book.find(list, model, noon()).unwrap();
            assert!(
                rate.standard.base.output <= dearest.standard.base.output,
                "{} > {}",
                rate.row,
                dearest.row
            );
            assert!(cost(&dearest, &used(1_000, 1_000)) >= cost(&rate, &used(1_000, 1_000)), "{}", rate.row);
        }
    }
    assert!(book.dearest("openai", noon()).unwrap().row.starts_with("openai/o1-pro@"));
}

/// o3 became cheaper on 10 June 2025; the row that was in force decides.
#[test]
fn the_row_in_force_decides() {
    let book = PriceBook::builtin();
    let row = |moment| {
        let rate = book.find("openai", "o3", at(moment)).unwrap();
        format!("{} {}", rate.row, rate.standard.base.input.price().to_decimal())
    };
    assert_eq!(row("2025-06-09T23:59:59.999Z"), "openai/o3@before-2025-06-10 10.00");
    assert_eq!(row("2025-06-10"), "openai/o3@2025-06-10 2.00");
    assert_eq!(row("1970-01-01"), "openai/o3@before-2025-06-10 10.00");
}

/// DeepSeek charges by the hour of the day (UTC).
#[test]
fn hours_of_the_day_have_prices() {
    let input = |moment| {
        let rate = PriceBook::builtin().find("deepseek", "deepseek-v4-pro", at(moment)).unwrap();
        rate.standard.base.input.price().to_decimal()
    };
    for (moment, price) in [
        ("2026-11-23T00:59:59Z", "0.66"),
        ("2026-11-23T01:00:00Z", "1.32"),
        ("2026-11-23T03:59:59Z", "1.32"),
        ("2026-11-23T04:00:00Z", "0.66"),
        ("2026-11-23T06:00:00Z", "1.32"),
        ("2026-11-23T10:00:00Z", "0.66"),
        ("2026-08-01T02:00:00Z", "0.435"),
    ] {
        assert_eq!(input(moment), price, "{moment}");
    }
}

#[test]
fn a_host_tells_the_list() {
    let book = PriceBook::builtin();
    for (host, list) in [
        ("api.openai.com", Some("openai")),
        ("eu.api.openai.com", Some("openai")),
        ("API.OpenAI.com:443", Some("openai")),
        ("api.anthropic.com", Some("anthropic")),
        ("generativelanguage.googleapis.com", Some("google")),
        ("europe-west4-aiplatform.googleapis.com", Some("google")),
        ("acme.openai.azure.com", Some("azure")),
        ("bedrock-runtime.eu-central-1.amazonaws.com", Some("amazon")),
        ("api.x.ai", Some("xai")),
        ("openrouter.ai", Some("openrouter")),
        ("api.openai.com.acme.example", None),
        ("notgoogleapis.com", None),
        ("127.0.0.1:8080", None),
        ("", None),
    ] {
        assert_eq!(book.list_for_host(host), list, "{host}");
    }
}

#[test]
fn limits_of_models_are_known() {
    let rate = rate("openai", "gpt-4o");
    assert_eq!((rate.context_window, rate.max_output_tokens), (Some(128_000), Some(16_384)));
}

proptest! {
    #[test]
    fn no_name_makes_a_look_up_fail(name in "\\PC{0,40}", tail in "[-@#/.0-9a-z]{0,12}", index in 0_usize..64) {
        let book = PriceBook::builtin();
        let lists = book.lists();
        let list = lists[index % lists.len()];
        for asked in [format!("{name}{tail}"), format!("gpt-4o{tail}"), format!("models/{name}{tail}")] {
            if let Some(rate) = book.find(list, &asked, noon()) {
                prop_assert!(!rate.row.is_empty());
            }
        }
    }
}
