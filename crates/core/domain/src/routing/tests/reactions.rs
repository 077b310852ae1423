//! Classes, reactions, waits, and the retry budget.

use proptest::prelude::*;

use super::*;

#[test]
fn a_status_and_the_providers_word_give_the_class() {
    use Class::{Capacity, Content, Credential, Missing, Quota, Server, Timeout};
    let table = [
        (200, None, None),
        (302, None, Some(Server)),
        (400, Some("invalid_request_error"), Some(Content)),
        (400, Some("invalid_request_error/content_filter"), Some(Content)),
        (400, Some("invalid_request_error/billing_hard_limit_reached"), Some(Credential)),
        (401, Some("authentication_error"), Some(Credential)),
        (401, None, Some(Credential)),
        (400, Some("INVALID_ARGUMENT/API_KEY_INVALID"), Some(Credential)),
        (402, Some("billing_error"), Some(Credential)),
        (403, Some("permission_error"), Some(Credential)),
        (403, Some("content_policy_violation"), Some(Content)),
        (403, None, Some(Credential)),
        (404, Some("invalid_request_error/model_not_found"), Some(Missing)),
        (408, None, Some(Timeout)),
        (409, None, Some(Content)),
        (413, Some("request_too_large"), Some(Content)),
        (422, None, Some(Content)),
        (429, Some("rate_limit_error"), Some(Quota)),
        (429, Some("insufficient_quota"), Some(Credential)),
        (429, Some("engine_overloaded"), Some(Capacity)),
        (429, None, Some(Quota)),
        (500, Some("server_error"), Some(Server)),
        (500, Some("overloaded_error"), Some(Capacity)),
        (502, None, Some(Server)),
        (503, Some("server_error"), Some(Capacity)),
        (504, None, Some(Timeout)),
        (524, None, Some(Timeout)),
        (529, Some("overloaded_error"), Some(Capacity)),
    ];
    for (status, kind, class) in table {
        assert_eq!(Class::of_status(status, kind), class, "{status} {kind:?}");
    }
    for (kind, class) in [
        ("overloaded_error", Capacity),
        ("api_error", Server),
        ("server_error/rate_limit_exceeded", Quota),
        ("invalid_request_error/content_filter", Content),
        ("UNAVAILABLE", Capacity),
        ("error", Server),
    ] {
        assert_eq!(Class::of_stream(kind), class, "{kind}");
    }
}

/// A first failure of a call with everything to turn to.
fn situation(class: Class) -> Situation {
    Situation {
        class,
        effect: Effect::None,
        repeat: Repeat::Harmless,
        after_timeout: AfterTimeout::Fail,
        tried_here: 1,
        left: 2,
        credential: Spare::Ready,
        target: Spare::Ready,
        asked_wait_ms: 0,
    }
}

#[test]
fn each_class_has_its_reaction() {
    use Reaction::{NextCredential, NextTarget, PassOn, RetryHere};
    // class, with everything, with no other credential, with nothing but this lane
    let table = [
        (Class::Credential, NextCredential, NextTarget, PassOn),
        (Class::Quota, NextCredential, NextTarget, RetryHere),
        (Class::Capacity, NextTarget, NextTarget, RetryHere),
        (Class::Server, RetryHere, RetryHere, RetryHere),
        (Class::Missing, NextTarget, NextTarget, PassOn),
        (Class::Unsent, NextTarget, NextTarget, RetryHere),
        (Class::Timeout, PassOn, PassOn, PassOn),
        (Class::Broken, NextTarget, NextTarget, RetryHere),
        (Class::Content, PassOn, PassOn, PassOn),
    ];
    for (class, full, single, alone) in table {
        let full_of = situation(class);
        let single_of = Situation { credential: Spare::Nothing, ..full_of };
        let alone_of = Situation { target: Spare::Nothing, ..single_of };
        let seen = [react(&full_of), react(&single_of), react(&alone_of)];
        assert_eq!(seen, [full, single, alone], "{class:?}");
    }
}

#[test]
fn the_finer_rules() {
    use Reaction::{NextCredential, NextTarget, PassOn};
    let table = [
        ("a second 500", Situation { tried_here: 2, ..situation(Class::Server) }, NextTarget),
        (
            "silence, and the route moves on",
            Situation { after_timeout: AfterTimeout::Next, ..situation(Class::Timeout) },
            NextTarget,
        ),
        ("no attempts left", Situation { left: 0, ..situation(Class::Capacity) }, PassOn),
        (
            "no attempts left, but a credential",
            Situation { left: 0, ..situation(Class::Quota) },
            NextCredential,
        ),
        (
            "a wait that is too long",
            Situation {
                credential: Spare::Nothing,
                target: Spare::Nothing,
                asked_wait_ms: MAX_WAIT_MS + 1,
                ..situation(Class::Quota)
            },
            PassOn,
        ),
        (
            "what may have been done and must not be done twice",
            Situation { effect: Effect::Possible, repeat: Repeat::Never, ..situation(Class::Broken) },
            PassOn,
        ),
        (
            "what was not done and must not be done twice",
            Situation { repeat: Repeat::Never, ..situation(Class::Capacity) },
            NextTarget,
        ),
    ];
    for (what, situation, expected) in table {
        assert_eq!(react(&situation), expected, "{what}");
    }
}

#[test]
fn a_retry_budget_grants_a_fifth_of_the_calls_of_a_minute() {
    let mut share = RetryShare::default();
    assert_eq!((0..50).filter(|_| share.grant(at(0))).count(), 10, "ten without any calls");
    let mut share = RetryShare::default();
    (0..500).for_each(|_| share.called(at(0)));
    assert_eq!((0..500).filter(|_| share.grant(at(1))).count(), 100);
    assert!(!share.grant(at(40)));
    assert!(share.grant(at(70)), "a minute later it is full again");
}

fn any_class() -> impl Strategy<Value = Class> {
    proptest::sample::select(Class::ALL.to_vec())
}

proptest! {
    #[test]
    fn what_may_have_been_done_is_never_repeated_where_it_must_not_be(
        class in any_class(), tried_here in 1_u32..4, left in 0_u32..4, wait in 0_u64..10_000,
    ) {
        let situation = Situation {
            effect: Effect::Possible, repeat: Repeat::Never, tried_here, left, asked_wait_ms: wait, ..situation(class)
        };
        prop_assert_eq!(react(&situation), Reaction::PassOn);
    }

    #[test]
    fn a_call_without_attempts_left_stays_with_its_target(class in any_class(), tried_here in 1_u32..4) {
        let situation = Situation { left: 0, tried_here, ..situation(class) };
        prop_assert!(matches!(react(&situation), Reaction::PassOn | Reaction::NextCredential));
    }

    #[test]
    fn waits_grow_stay_bounded_and_honour_what_was_asked(retry in 1_u32..100, asked in 0_u64..MAX_WAIT_MS, seed: u64) {
        let wait = wait_ms(retry, asked, seed);
        prop_assert!(wait >= asked && wait <= MAX_WAIT_MS.max(asked));
        prop_assert!(wait >= 125);
    }

    #[test]
    fn retries_stay_within_a_fifth_of_the_calls_or_ten(calls in proptest::collection::vec((0_i64..55, any::<bool>()), 0..400)) {
        let mut share = RetryShare::default();
        let mut times = calls;
        times.sort_unstable();
        let (mut called, mut granted) = (0_u64, 0_u64);
        for (second, retry) in times {
            share.called(at(second));
            called += 1;
            if retry && share.grant(at(second)) {
                granted += 1;
            }
        }
        prop_assert!(granted <= (called / 5).max(10));
    }
}
