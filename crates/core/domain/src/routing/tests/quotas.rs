//! What is read from headers.

use proptest::prelude::*;

use super::*;

fn read(headers: &[(&str, &str)]) -> Reading {
    let mut reading = Reading::default();
    headers.iter().for_each(|(name, value)| reading.header(name, value, at(0)));
    reading
}

#[test]
fn both_dialects_say_what_is_left() {
    let openai = read(&[
        ("x-ratelimit-limit-requests", "60"),
        ("x-ratelimit-remaining-requests", "0"),
        ("x-ratelimit-reset-requests", "1m2s"),
        ("x-ratelimit-limit-tokens", "150000"),
        ("x-ratelimit-remaining-tokens", "149984"),
        ("x-ratelimit-reset-tokens", "6ms"),
    ]);
    assert_eq!(openai.quota.empty(100, at(0)), Some((Allowance::Requests, at(62))));
    assert_eq!(openai.quota.empty(100, at(62)), None);
    let resets = (at(0).plus_ms(90_000)).to_string();
    let anthropic = read(&[
        ("anthropic-ratelimit-requests-limit", "50"),
        ("anthropic-ratelimit-requests-remaining", "49"),
        ("anthropic-ratelimit-requests-reset", &resets),
        ("anthropic-ratelimit-input-tokens-limit", "50000"),
        ("anthropic-ratelimit-input-tokens-remaining", "1000"),
        ("anthropic-ratelimit-input-tokens-reset", &resets),
    ]);
    assert_eq!(anthropic.quota.empty(1_000, at(0)), None);
    assert_eq!(anthropic.quota.empty(1_001, at(0)), Some((Allowance::InputTokens, at(90))));
    assert_eq!(anthropic.quota.empty(50_001, at(0)), None, "one that would never fit is let through");
    let left = anthropic.quota.left(Allowance::InputTokens);
    assert_eq!((left.limit, left.remaining, left.resets), (Some(50_000), Some(1_000), Some(at(90))));
}

#[test]
fn times_come_in_many_forms() {
    let table: [(&str, Option<i64>); 14] = [
        ("2", Some(2_000)),
        ("0.5", Some(500)),
        ("20ms", Some(20)),
        ("1s", Some(1_000)),
        ("7.66s", Some(7_660)),
        ("6m0s", Some(360_000)),
        ("1h2m3.5s", Some(3_723_500)),
        ("Mon, 02 Feb 2026 02:41:00 GMT", Some(60_000)),
        ("2026-02-02T02:40:30Z", Some(30_000)),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("5d", None),
        ("99999999999999999999", None),
    ];
    let noon = Timestamp::parse("2026-02-02T02:40:00Z").unwrap();
    assert_eq!(noon, at(0));
    for (text, ms) in table {
        assert_eq!(read(&[("retry-after", text)]).retry_at, ms.map(|ms| at(0).plus_ms(ms)), "{text:?}");
    }
    for headers in [
        [("retry-after", "2"), ("retry-after-ms", "1200")],
        [("retry-after-ms", "1200"), ("retry-after", "2")],
    ] {
        assert_eq!(read(&headers).retry_at, Some(at(0).plus_ms(1_200)), "the finer figure wins");
    }
}

#[test]
fn a_later_answer_replaces_what_it_mentions() {
    let mut quota = read(&[
        ("x-ratelimit-limit-requests", "60"),
        ("x-ratelimit-remaining-requests", "0"),
        ("x-ratelimit-reset-requests", "30s"),
    ])
    .quota;
    quota.learn(&Quota::default());
    assert!(quota.empty(1, at(1)).is_some(), "silence changes nothing");
    quota.learn(&read(&[("x-ratelimit-remaining-requests", "12")]).quota);
    assert_eq!(quota.empty(1, at(1)), None);
    assert_eq!(quota.left(Allowance::Requests).limit, Some(60));
}

#[test]
fn no_provider_is_believed_for_more_than_ten_minutes() {
    let quota = read(&[("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "48h")]).quota;
    assert_eq!(quota.empty(1, at(0)), Some((Allowance::Requests, at(600))));
}

proptest! {
    #[test]
    fn any_header_is_survived(name in "(x-ratelimit|anthropic-ratelimit|retry-after)[a-z-]{0,20}", value in "\\PC{0,30}") {
        let reading = read(&[(&name, &value)]);
        if let Some((_, until)) = reading.quota.empty(1, at(0)) {
            prop_assert!(until > at(0));
        }
    }
}
