//! Spans.

use domain::cache::{CacheUse, Hit};
use domain::ids::PromptId;
use domain::inference::{Endpoint, Status};
use domain::prompt::PromptUse;
use domain::routing::Class;
use domain::{NanoUsd, Timestamp};
use expect_test::expect;
use genai::{Attempt, Ended, Names, Outcome, Parent, Sampler, Seen, Span, Trace, spans};

use crate::make::{BEGAN, fact, id, seen, shown, target, trace, with};

fn told(fact: &domain::inference::Fact, seen: &Seen, names: Names) -> Span {
    let mut spans = spans(&Ended { fact, trace: &trace(), seen }, names);
    assert_eq!(spans.len(), 1);
    spans.remove(0)
}

#[test]
fn a_stream_in_the_current_names() {
    let span = told(&fact(), &seen(), Names::Current);
    assert_eq!((span.name.as_str(), &span.outcome), ("chat gpt-4o", &Outcome::Unset));
    assert_eq!((span.start.ms(), span.end.ms()), (BEGAN, BEGAN + 1_500));
    expect![[r#"
        gen_ai.operation.name = chat
        gen_ai.provider.name = azure.ai.openai
        gen_ai.request.model = gpt-4o
        gen_ai.request.stream = true
        gen_ai.agent.name = drafter
        server.address = acme.openai.azure.com
        server.port = 443
        gen_ai.response.model = gpt-4o-2024-08-06
        gen_ai.response.id = chatcmpl-1
        gen_ai.response.finish_reasons = [stop]
        gen_ai.response.time_to_first_chunk = 120 ms
        http.response.status_code = 200
        gen_ai.usage.input_tokens = 175
        gen_ai.usage.output_tokens = 40
        gen_ai.usage.cache_read.input_tokens = 50
        gen_ai.usage.cache_write.input_tokens = 25
        gen_ai.usage.reasoning.output_tokens = 10
        countersign.usage.source = reported
        countersign.inference.id = inf_019cadc69a8077078707070707070707
        countersign.run.id = run-1
        countersign.workflow.id = support
        countersign.owner.id = maya
        countersign.pod.id = pod
    "#]]
    .assert_eq(&first(&span, 23));
}

fn first(span: &Span, lines: usize) -> String {
    shown(&span.attributes).split_inclusive('\n').take(lines).collect()
}

#[test]
fn what_is_ours_names_the_call_and_never_what_is_in_it() {
    let span = told(&fact(), &seen(), Names::Current);
    let said = shown(&span.attributes);
    for line in [
        "countersign.step = draft",
        "countersign.variant = v1",
        "countersign.config = c0ffee",
        "countersign.status = ok",
        "countersign.target = main/gpt-4o",
        "countersign.route = standard",
        "countersign.cost.nano_usd = 1234000",
        "countersign.cost.usd = 0.001234",
    ] {
        assert!(said.contains(&format!("{line}\n")), "{line} in {said}");
    }
    for personal in ["someone@acme.example", "ticket 4711", "doc-1"] {
        assert!(!said.contains(personal), "{personal} in {said}");
    }
}

#[test]
fn the_older_names_stand_beside_the_current_ones_where_asked() {
    let both = shown(&told(&fact(), &seen(), Names::CurrentAndOlder).attributes);
    let current = shown(&told(&fact(), &seen(), Names::Current).attributes);
    let added: Vec<_> = both.lines().filter(|line| !current.contains(line)).collect();
    assert_eq!(added, ["gen_ai.system = az.ai.openai", "gen_ai.usage.cache_creation.input_tokens = 25"]);
    assert!(current.lines().all(|line| both.contains(line)));
}

#[test]
fn how_a_call_ended_is_a_class_of_few_words() {
    for (status, http_status, code, expected) in [
        (Status::Ok, 200, None, None),
        (Status::Cancelled, 200, None, None),
        (Status::UpstreamError, 429, None, Some("429")),
        (Status::UpstreamError, 200, None, Some("upstream_error")),
        (Status::Refused, 402, Some("CS-0301"), Some("CS-0301")),
        (Status::Failed, 502, Some("CS-0402"), Some("CS-0402")),
        (Status::Cut, 503, Some("CS-0303"), Some("CS-0303")),
        (Status::Lost, 0, None, Some("lost")),
    ] {
        let fact = with(|fact| {
            (fact.status, fact.http_status, fact.code) = (status, http_status, code.map(Into::into));
        });
        let span = told(&fact, &seen(), Names::Current);
        let said = shown(&span.attributes);
        let class = said.lines().find_map(|line| line.strip_prefix("error.type = "));
        assert_eq!(class, expected, "{status:?}");
        assert_eq!(span.outcome == Outcome::Unset, expected.is_none(), "{status:?}");
    }
}

#[test]
fn a_call_that_went_nowhere_says_what_was_asked_for() {
    let fact = with(|fact| {
        (fact.target, fact.status, fact.http_status) = (None, Status::Refused, 400);
        (fact.usage, fact.cost, fact.stream) = (domain::Usage::default(), NanoUsd::ZERO, false);
    });
    let span = told(&fact, &Seen::default(), Names::Current);
    assert_eq!(span.name, "chat standard");
    let said = shown(&span.attributes);
    assert!(said.contains("gen_ai.provider.name = countersign\n"), "{said}");
    for absent in ["gen_ai.usage", "server.address", "countersign.target", "time_to_first_chunk"] {
        assert!(!said.contains(absent), "{absent} in {said}");
    }
}

#[test]
fn a_session_of_the_client_is_the_conversation() {
    let fact = with(|fact| fact.attribution.session = Some("session-1".into()));
    let said = shown(&told(&fact, &seen(), Names::Current).attributes);
    assert!(said.contains("gen_ai.conversation.id = session-1\n"), "{said}");
}

#[test]
fn a_prompt_and_what_the_cache_did_are_told() {
    let prompt = PromptUse {
        name: PromptId::new("support-reply").unwrap(),
        version: "3f2a9c0b17de".into(),
        label: None,
    };
    let told_with = |cache| {
        let fact = with(|fact| (fact.prompt, fact.cache) = (Some(Box::new(prompt.clone())), cache));
        shown(&told(&fact, &seen(), Names::Current).attributes)
    };
    let hit = told_with(Some(CacheUse::Hit(Hit { from: id(), age_ms: 5, saved: NanoUsd::from_nano(7) })));
    for line in [
        "gen_ai.prompt.name = support-reply".to_owned(),
        "gen_ai.prompt.version = 3f2a9c0b17de".into(),
        "countersign.cache = hit".into(),
        format!("countersign.cache.from = {}", id()),
        "countersign.cache.saved_nano_usd = 7".into(),
    ] {
        assert!(hit.contains(&format!("{line}\n")), "{line} in {hit}");
    }
    assert!(told_with(Some(CacheUse::Miss)).contains("countersign.cache = miss\n"));
    assert!(!told_with(None).contains("countersign.cache"));
}

#[test]
fn a_text_that_a_caller_made_long_is_cut() {
    let long = "é".repeat(1 << 20);
    let fact = with(|fact| {
        (fact.target, fact.status, fact.http_status) = (None, Status::Refused, 400);
        (fact.asked, fact.error) = (long.clone(), Some(long.clone()));
        fact.attribution.step = Some(long);
    });
    let span = told(&fact, &Seen::default(), Names::CurrentAndOlder);
    assert!(format!("{span:?}").len() < 16_384, "{}", format!("{span:?}").len());
    assert_eq!(span.name, format!("chat {}", "é".repeat(512)));
}

#[test]
fn embeddings_and_counts_have_names_of_their_own() {
    for (endpoint, name) in [
        (Endpoint::Chat, "chat gpt-4o"),
        (Endpoint::Responses, "chat gpt-4o"),
        (Endpoint::Messages, "chat gpt-4o"),
        (Endpoint::Embeddings, "embeddings gpt-4o"),
        (Endpoint::CountTokens, "count_tokens gpt-4o"),
    ] {
        let span = told(&with(|fact| fact.endpoint = endpoint), &seen(), Names::Current);
        assert_eq!(span.name, name);
        let output = shown(&span.attributes).contains("gen_ai.usage.output_tokens");
        assert_eq!(output, endpoint != Endpoint::Embeddings, "{endpoint:?}");
    }
}

#[test]
fn each_failed_attempt_is_a_span_of_its_own_below_the_calls() {
    let attempt = |model, class, began: i64| Attempt {
        target: target(model),
        provider: Some("openai"),
        began: Timestamp::from_ms(BEGAN + began),
        ended: Timestamp::from_ms(BEGAN + began + 10),
        class,
    };
    let attempts = vec![attempt("a", Class::Capacity, 1), attempt("b", Class::Timeout, 20)];
    let seen = Seen { attempts, ..seen() };
    let spans = spans(&Ended { fact: &fact(), trace: &trace(), seen: &seen }, Names::Current);
    let lines: Vec<_> = spans
        .iter()
        .map(|span| format!("{} {} {:?} {}", span.name, span.id, span.parent, span.start.ms() - BEGAN))
        .collect();
    assert_eq!(
        lines,
        [
            "chat gpt-4o 8707070707070707 Some(b7ad6b7169203331) 0",
            "attempt main/a 8707070707070708 Some(8707070707070707) 1",
            "attempt main/b 8707070707070709 Some(8707070707070707) 20",
        ]
    );
    let said = shown(&spans[2].attributes);
    assert!(
        said.contains("error.type = timeout\n") && said.contains("gen_ai.provider.name = openai\n"),
        "{said}"
    );
}

#[test]
fn a_trace_that_is_not_sampled_has_no_spans() {
    let parent = Parent::parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
    let trace = Trace::begin(id(), parent, None, Sampler::default());
    assert_eq!(spans(&Ended { fact: &fact(), trace: &trace, seen: &seen() }, Names::Current), []);
}
