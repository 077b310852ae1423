//! Nothing is dropped in silence.

use expect_test::{Expect, expect};
use translate::{Caller, Kind, Loss, LossReport, Why, Wire};

use crate::support::sent;

fn check(caller: Caller, wire: Wire, body: &str, expected: &Expect) {
    let (_, loss) = sent(caller, wire, body);
    expected.assert_eq(&loss.header().unwrap_or_default());
}

#[test]
fn fields_that_nobody_knows_are_reported() {
    check(
        Caller::Chat,
        Wire::Messages,
        r#"{"model":"m","max_tokens":5,"novel":1,"novel2":null,"messages":[{"role":"user","content":"x","mood":"good"}]}"#,
        &expect!["messages[].mood=dropped:unknown-field, novel=dropped:unknown-field"],
    );
    check(
        Caller::Messages,
        Wire::Chat,
        r#"{"model":"m","max_tokens":5,"context_management":{},"messages":[{"role":"user","content":[{"type":"text","text":"x","y":1}]}]}"#,
        &expect!["messages[].content[].y=dropped:unknown-field, context_management=dropped:not-in-target"],
    );
}

#[test]
fn fields_that_the_target_lacks_are_reported() {
    check(
        Caller::Chat,
        Wire::Messages,
        r#"{"model":"m","messages":[{"role":"user","content":"x","name":"bob"}],"seed":1,"logit_bias":{"1":2},"temperature":1.5,
            "frequency_penalty":0.5,"presence_penalty":0,"response_format":{"type":"json_object"},"store":false,"metadata":{"a":"b"}}"#,
        &expect![
            "messages[].name=dropped:not-in-target, logit_bias=dropped:not-in-target, max_tokens=approximated:required, temperature=approximated:nearest, frequency_penalty=dropped:not-in-target, seed=dropped:not-in-target, metadata=dropped:not-in-target, response_format=dropped:not-in-target"
        ],
    );
    check(
        Caller::Messages,
        Wire::Responses,
        r#"{"model":"m","max_tokens":5,"top_k":3,"stop_sequences":["X"],"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],
            "messages":[{"role":"user","content":"x"}]}"#,
        &expect![
            "cache_control=dropped:not-in-target, top_k=dropped:not-in-target, stop=dropped:not-in-target, max_tokens=approximated:nearest"
        ],
    );
}

#[test]
fn thinking_gives_way_where_it_can_not_stand() {
    let body = |rest: &str| {
        format!(
            r#"{{"model":"m","max_tokens":9000,"reasoning_effort":"low","messages":[{{"role":"user","content":"x"}}]{rest}}}"#
        )
    };
    let budget = |rest: &str| {
        let (body, loss) = sent(Caller::Chat, Wire::Messages, &body(rest));
        (body["thinking"]["budget_tokens"].as_u64(), loss.header().unwrap_or_default())
    };
    assert_eq!(budget(""), (Some(2_048), "reasoning_effort=approximated:nearest".into()));
    let (none, loss) =
        budget(r#","tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required""#);
    assert_eq!((none, loss.contains("reasoning_effort=dropped:conflict")), (None, true));
    let (some, loss) = budget(r#","temperature":0.3"#);
    assert_eq!((some, loss.contains("temperature=dropped:conflict")), (Some(2_048), true));
}

#[test]
fn names_that_may_be_content_are_not_repeated() {
    check(
        Caller::Chat,
        Wire::Gemini,
        r#"{"messages":[{"role":"user","content":"x"}],"my secret: 42 €":1,"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa":2}"#,
        &expect!["?=dropped:unknown-field"],
    );
}

#[test]
fn a_header_is_short_and_plain() {
    let mut report = LossReport::default();
    assert_eq!(report.header(), None);
    for at in 0..100 {
        report.add(Loss { path: format!("field_{at}"), kind: Kind::Dropped, why: Why::UnknownField });
        report.add(Loss { path: "field_0".into(), kind: Kind::Dropped, why: Why::UnknownField });
    }
    let header = report.header().unwrap();
    assert_eq!((report.entries().len(), report.more()), (64, 36));
    assert!(header.len() <= 1024 && header.is_ascii(), "{header}");
    assert!(header.ends_with(" more"), "{header}");
}
