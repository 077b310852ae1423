//! Numbers.

use domain::abandoned::Abandoned;
use domain::cache::{CacheUse, Hit};
use domain::ids::{ProviderId, RouteId};
use domain::inference::{Endpoint, Fact, Status, Target};
use domain::routing::Class;
use domain::{NanoUsd, Timestamp};
use expect_test::expect;
use genai::{Attempt, Ended, Measured, Names, Seen, measure};

use crate::make::{fact, id, seen, shown, trace, with};

/// `metric{labels that differ} = number`, one a line.
fn told(fact: &Fact, seen: &Seen, names: Names) -> String {
    let measured = measure(&Ended { fact, trace: &trace(), seen }, names);
    let special = |labels: &str| {
        let lines = labels
            .lines()
            .filter(|line| ["error.type", "gen_ai.token"].iter().any(|label| line.starts_with(label)));
        lines.collect::<Vec<_>>().join(", ")
    };
    let number = |measured: &Measured| match measured {
        Measured::Ms(ms) => format!("{ms} ms"),
        Measured::Count(count) => count.to_string(),
    };
    let line = |one: &genai::Measurement| {
        format!("{}{{{}}} = {}\n", one.metric.name, special(&shown(&one.labels)), number(&one.measured))
    };
    measured.iter().map(line).collect()
}

#[test]
fn an_inference_in_the_current_names() {
    expect![[r#"
        gen_ai.client.inference.duration{} = 1500 ms
        gen_ai.client.inference.time_to_first_chunk{} = 120 ms
        gen_ai.client.inference.usage.input_tokens{gen_ai.token.modality = unknown} = 175
        gen_ai.client.inference.usage.output_tokens{gen_ai.token.modality = unknown} = 40
        gen_ai.client.inference.usage.cache_read.input_tokens{gen_ai.token.modality = unknown} = 50
        gen_ai.client.inference.usage.cache_write.input_tokens{gen_ai.token.modality = unknown} = 25
        gen_ai.client.inference.usage.reasoning.output_tokens{gen_ai.token.modality = unknown} = 10
        gen_ai.client.inference.operation.input_tokens{} = 175
        gen_ai.client.inference.operation.output_tokens{} = 40
        countersign.cost{} = 1234000
    "#]]
    .assert_eq(&told(&fact(), &seen(), Names::Current));
}

#[test]
fn the_older_names_are_added() {
    let current = told(&fact(), &seen(), Names::Current);
    let both = told(&fact(), &seen(), Names::CurrentAndOlder);
    let added: String = both.split_inclusive('\n').filter(|line| !current.contains(line)).collect();
    expect![[r#"
        gen_ai.client.operation.duration{} = 1500 ms
        gen_ai.client.operation.time_to_first_chunk{} = 120 ms
        gen_ai.client.token.usage{gen_ai.token.type = input} = 175
        gen_ai.client.token.usage{gen_ai.token.type = output} = 40
    "#]]
    .assert_eq(&added);
}

#[test]
fn embeddings_counts_and_refusals_have_what_applies_to_them() {
    let embeddings = with(|fact| {
        (fact.endpoint, fact.stream, fact.first_byte_ms) = (Endpoint::Embeddings, false, None);
    });
    expect![[r#"
        gen_ai.client.embeddings.duration{} = 1500 ms
        gen_ai.client.embeddings.operation.input_tokens{} = 175
        countersign.cost{} = 1234000
    "#]]
    .assert_eq(&told(&embeddings, &seen(), Names::Current));
    let count = with(|fact| (fact.endpoint, fact.stream) = (Endpoint::CountTokens, false));
    expect![[r#"
        gen_ai.client.operation.duration{} = 1500 ms
    "#]]
    .assert_eq(&told(&count, &seen(), Names::CurrentAndOlder));
    let refused = with(|fact| {
        (fact.target, fact.status, fact.code) = (None, Status::Refused, Some("CS-0301".into()));
        (fact.usage, fact.cost, fact.first_byte_ms) = (domain::Usage::default(), NanoUsd::ZERO, None);
    });
    expect![[r#"
        gen_ai.client.inference.duration{error.type = CS-0301} = 1500 ms
    "#]]
    .assert_eq(&told(&refused, &Seen::default(), Names::Current));
}

#[test]
fn an_answer_out_of_the_cache_adds_what_it_saved_and_nothing_of_a_provider() {
    let hit = CacheUse::Hit(Hit { from: id(), age_ms: 5, saved: NanoUsd::from_nano(7) });
    let fact = with(|fact| fact.cache = Some(hit));
    assert_eq!(told(&fact, &seen(), Names::CurrentAndOlder), "countersign.cache.saved{} = 7\n");
    let missed = with(|fact| fact.cache = Some(CacheUse::Miss));
    assert_eq!(told(&missed, &seen(), Names::Current), told(&self::fact(), &seen(), Names::Current));
}

#[test]
fn what_an_abandoned_attempt_may_cost_stands_under_its_own_provider() {
    let at = Timestamp::from_ms(1_000);
    let route = Some(RouteId::new("standard").unwrap());
    let target = Target { route, provider: ProviderId::new("slow").unwrap(), model: "gone".into() };
    let given_up = |target: &Target, nano| Abandoned {
        target: target.clone(),
        why: "timeout".into(),
        cost: NanoUsd::from_nano(nano),
        simulated: false,
    };
    let fact = with(|fact| fact.abandoned = vec![given_up(&target, 34_000)]);
    let attempt = Attempt { target, provider: Some("openai"), began: at, ended: at, class: Class::Timeout };
    let seen = Seen { attempts: vec![attempt], ..seen() };
    let measured = measure(&Ended { fact: &fact, trace: &trace(), seen: &seen }, Names::Current);
    let costs: Vec<_> = measured.iter().filter(|one| one.metric.name == "countersign.cost").collect();
    let counted: Vec<_> = costs.iter().map(|one| one.measured).collect();
    assert_eq!(counted, [Measured::Count(1_200_000), Measured::Count(34_000)]);
    expect![[r#"
        gen_ai.operation.name = chat
        gen_ai.provider.name = openai
        gen_ai.request.model = gone
        countersign.workflow.id = support
    "#]]
    .assert_eq(&shown(&costs[1].labels));
}

#[test]
fn labels_are_names_of_the_workspace_and_few() {
    let labels = |fact: &Fact, seen: &Seen| {
        let measured = measure(&Ended { fact, trace: &trace(), seen }, Names::Current);
        shown(&measured[0].labels)
    };
    expect![[r#"
        gen_ai.operation.name = chat
        gen_ai.provider.name = azure.ai.openai
        gen_ai.request.model = gpt-4o
        gen_ai.response.model = gpt-4o-2024-08-06
        server.address = acme.openai.azure.com
        server.port = 443
        countersign.workflow.id = support
    "#]]
    .assert_eq(&labels(&fact(), &seen()));
    let made_up = with(|fact| {
        if let Some(target) = &mut fact.target {
            (target.route, target.model) = (None, "made-up-17".into());
        }
    });
    let labels = labels(&made_up, &Seen { label: None, ..seen() });
    assert!(labels.contains("gen_ai.request.model = other\n"), "{labels}");
    assert!(!labels.contains("gen_ai.response.model"), "{labels}");
}
