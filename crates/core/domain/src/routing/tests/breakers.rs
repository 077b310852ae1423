//! The breaker, and the health of lanes.

use proptest::prelude::*;

use super::*;

fn cause(class: Class) -> Cause {
    Cause { class, what: class.as_str().into() }
}

/// A breaker that five failures have opened at second 0.
fn opened() -> Breaker {
    let mut breaker = Breaker::default();
    for _ in 0..4 {
        assert_eq!(breaker.failed(cause(Class::Server), None, at(0)), None);
    }
    let change = breaker.failed(cause(Class::Server), None, at(0)).unwrap();
    assert_eq!((change.from, change.to, change.why.as_str()), ("closed", "open", "server: server"));
    breaker
}

#[test]
fn half_of_at_least_five_attempts_must_fail() {
    for (well, failed, position) in
        [(0, 4, "closed"), (0, 5, "open"), (6, 5, "closed"), (5, 5, "open"), (20, 19, "closed")]
    {
        let mut breaker = Breaker::default();
        (0..well).for_each(|_| assert_eq!(breaker.succeeded(at(0), at(0)), None));
        (0..failed).for_each(|_| drop(breaker.failed(cause(Class::Server), None, at(1))));
        assert_eq!(breaker.position().as_str(), position, "{well} well, {failed} failed");
    }
}

#[test]
fn failures_of_more_than_a_minute_ago_are_forgotten() {
    let mut breaker = Breaker::default();
    (0..4).for_each(|_| drop(breaker.failed(cause(Class::Server), None, at(0))));
    assert_eq!(breaker.failed(cause(Class::Server), None, at(70)), None);
    assert_eq!(breaker.counts(at(70)), (0, 1));
}

#[test]
fn a_refused_credential_opens_at_once() {
    let mut breaker = Breaker::default();
    assert_eq!(breaker.failed(cause(Class::Credential), None, at(0)).unwrap().to, "open");
    let mut good = Breaker::default();
    assert_eq!(good.succeeded(at(0), at(0)), None);
    assert_eq!(good.failed(cause(Class::Credential), None, at(1)), None, "it was good a moment ago");
    assert_eq!(good.failed(cause(Class::Credential), None, at(80)).unwrap().to, "open");
}

#[test]
fn one_probe_decides() {
    let mut breaker = opened();
    assert_eq!(breaker.admits(at(4)), Admission::Wait { until: at(5) });
    assert_eq!(breaker.begins(at(4)), None);
    assert_eq!(breaker.admits(at(5)), Admission::Probe);
    assert_eq!(breaker.begins(at(5)).unwrap().to, "half-open");
    assert!(matches!(breaker.admits(at(6)), Admission::Wait { .. }), "a second one waits");
    assert_eq!(breaker.succeeded(at(-3), at(6)), None, "one from before the opening decides nothing");
    assert_eq!(breaker.succeeded(at(5), at(7)).unwrap().to, "closed");
    assert_eq!((breaker.admits(at(7)), breaker.counts(at(7))), (Admission::Go, (0, 0)));
}

#[test]
fn each_opening_in_a_row_lasts_twice_as_long_up_to_five_minutes() {
    let mut breaker = opened();
    let mut now = at(0);
    let mut lengths = Vec::new();
    for _ in 0..9 {
        let Position::Open { until, .. } = breaker.position().clone() else { panic!("it is open") };
        lengths.push(until.since(now) / 1_000);
        now = until;
        breaker.begins(now).unwrap();
        breaker.failed(cause(Class::Server), None, now).unwrap();
    }
    assert_eq!(lengths, [5, 10, 20, 40, 80, 160, 300, 300, 300]);
}

#[test]
fn the_latest_deadline_counts_and_none_is_believed_for_long() {
    let mut breaker = opened();
    breaker.failed(cause(Class::Capacity), Some(at(60)), at(1));
    assert_eq!(breaker.admits(at(59)), Admission::Wait { until: at(60) });
    breaker.failed(cause(Class::Capacity), Some(at(30)), at(2));
    assert_eq!(breaker.admits(at(59)), Admission::Wait { until: at(60) });
    breaker.failed(cause(Class::Capacity), Some(at(1_000_000)), at(3));
    assert_eq!(breaker.admits(at(5)), Admission::Wait { until: at(603) });
}

#[test]
fn a_probe_that_ends_without_an_answer_leaves_its_place_to_the_next() {
    let mut breaker = opened();
    breaker.begins(at(5)).unwrap();
    assert_eq!(breaker.abandoned(at(4), at(6)), None, "another attempt was not the probe");
    assert_eq!(breaker.abandoned(at(5), at(6)).unwrap().to, "open");
    assert_eq!(breaker.admits(at(6)), Admission::Probe);
    breaker.begins(at(6)).unwrap();
    assert_eq!(breaker.admits(at(606)), Admission::Probe, "and one that never reports is given up");
}

#[test]
fn a_lane_rests_for_as_long_as_its_provider_asks() {
    let (mut health, lane, none) = (Health::default(), lane("m"), Reading::default());
    assert_eq!(health.readiness(&lane, 10, at(0)), Readiness::Ready);
    assert_eq!(health.failed(&lane, (&trouble(Class::Quota, Some(at(7))), at(0)), &none, at(0)), None);
    assert_eq!(health.readiness(&lane, 10, at(6)), Readiness::Resting { until: at(7), why: "quota".into() });
    assert_eq!(health.begins(&lane, Turn::Ready, at(6)), Err((at(7), "quota".into())));
    assert_eq!(health.begins(&lane, Turn::LeastBad, at(6)), Ok(None));
    assert_eq!(health.readiness(&lane, 10, at(7)), Readiness::Ready);
}

#[test]
fn a_lane_rests_for_its_quota_and_its_breaker() {
    let (mut health, lane, none) = (Health::default(), lane("m"), Reading::default());
    let mut reading = Reading::default();
    reading.header("x-ratelimit-remaining-tokens", "500", at(8));
    reading.header("x-ratelimit-reset-tokens", "12s", at(8));
    assert_eq!(health.succeeded(&lane, at(7), &reading, at(8)), None);
    assert_eq!(health.readiness(&lane, 500, at(9)), Readiness::Ready);
    let resting = Readiness::Resting { until: at(20), why: "no tokens left".into() };
    assert_eq!(health.readiness(&lane, 501, at(9)), resting);
    for _ in 0..5 {
        health.failed(&lane, (&trouble(Class::Server, None), at(30)), &none, at(30));
    }
    let resting = Readiness::Resting { until: at(35), why: "its breaker is open (server)".into() };
    assert_eq!(health.readiness(&lane, 1, at(30)), resting);
    let transition = health.transitions().next().unwrap();
    assert_eq!((transition.to, transition.lane.to_string().as_str()), ("open", "up/m with env:KEY"));
    assert_eq!(health.readiness(&super::lane("other"), 1, at(30)), Readiness::Ready);
    let state = &health.states(at(30))[0];
    assert_eq!((state.position.as_str(), state.failed), ("open", 5));
    health.prune(at(30 + 3_600));
    assert_eq!(health.states(at(30)).len(), 0);
}

#[test]
fn a_bad_request_says_that_the_provider_is_well() {
    let (mut health, lane, none) = (Health::default(), lane("m"), Reading::default());
    for _ in 0..20 {
        health.failed(&lane, (&trouble(Class::Content, None), at(0)), &none, at(0));
    }
    assert_eq!(health.states(at(0))[0].well, 20);
}

#[test]
fn lanes_beyond_the_limit_are_not_remembered() {
    let mut health = Health::default();
    for n in 0..5_000 {
        health.succeeded(&lane(&format!("m{n}")), at(0), &Reading::default(), at(0));
    }
    assert_eq!(health.states(at(0)).len(), 4_096);
    assert_eq!(health.begins(&lane("one more"), Turn::Ready, at(0)), Ok(None));
    assert_eq!(health.states(at(0)).len(), 4_096);
    health.succeeded(&lane("later"), at(60), &Reading::default(), at(60));
    assert_eq!(health.states(at(60)).len(), 1, "those that were idle for a minute make room");
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Begin,
    Well,
    Fail(Class),
    Abandon,
}

fn any_steps() -> impl Strategy<Value = Vec<(i64, Step)>> {
    let class = proptest::sample::select(Class::ALL.to_vec());
    let step =
        prop_oneof![Just(Step::Begin), Just(Step::Well), class.prop_map(Step::Fail), Just(Step::Abandon),];
    proptest::collection::vec((0_i64..20, step), 1..200)
}

proptest! {
    /// Whatever happens, at most one attempt is let through while the breaker is not closed, and
    /// an open breaker never stays so for ever.
    #[test]
    fn a_breaker_lets_one_probe_through_and_always_opens_up_again(steps in any_steps()) {
        let mut breaker = Breaker::default();
        let (mut now, mut probe) = (at(0), None);
        for (wait, step) in steps {
            now = now.plus_ms(wait * 1_000);
            match step {
                Step::Begin => {
                    let admits = breaker.admits(now);
                    let change = breaker.begins(now);
                    prop_assert_eq!(change.is_some(), admits == Admission::Probe);
                    if change.is_some() {
                        probe = Some(now);
                        let waits = matches!(breaker.admits(now), Admission::Wait { .. });
                        prop_assert!(waits, "a second probe");
                    }
                }
                Step::Well => drop(breaker.succeeded(probe.unwrap_or(now), now)),
                Step::Fail(class) => drop(breaker.failed(cause(class), None, now)),
                Step::Abandon => drop(breaker.abandoned(probe.unwrap_or(now), now)),
            }
        }
        let waits = matches!(breaker.admits(now.plus_ms(600_000)), Admission::Wait { .. });
        prop_assert!(!waits);
    }
}
