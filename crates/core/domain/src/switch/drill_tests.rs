//! Drills: which may begin, what they measure, when they pass.

use std::time::Duration;

use proptest::prelude::*;

use super::drill::*;
use super::*;

const MS: fn(u64) -> Duration = Duration::from_millis;
const NOW: Timestamp = Timestamp::from_ms(7);

fn switch(scope: &str, state: State) -> Switch {
    let (reason, by) = ("bad answers".to_owned(), "maya".to_owned());
    Switch { scope: scope.parse().unwrap(), state, reason, by, since: Timestamp::from_ms(0) }
}

fn begun(scope: &str, state: State, before: Before) -> Result<Turned, String> {
    let (current, scope) = (switch(scope, state), scope.parse().unwrap());
    begin(Some(&current), Order { scope: &scope, by: "tom" }, before, NOW).map_err(|no| no.to_string())
}

#[test]
fn only_what_is_on_and_serves_can_be_drilled() {
    let on = "only what is on can be drilled";
    let table = [
        ("workflow/a", State::Off, Before::Refused, on),
        ("workflow/a", State::HumanOnly, Before::Refused, on),
        ("workflow/a", State::Fallback, Before::Served, on),
        ("workflow/a", State::On, Before::Refused, "another switch"),
    ];
    for (scope, state, before, why) in table {
        let refused = begun(scope, state, before).unwrap_err();
        assert!(refused.contains(scope) && refused.contains(why), "{scope} {state}: {refused}");
    }
    for scope in ["all", "workflow/a", "agent/b", "prompt/p", "provider/p", "model/p/m", "tool/t"] {
        let turned = begun(scope, State::On, Before::Served).unwrap();
        assert_eq!((turned.before, turned.next.state, turned.next.since), (State::On, State::Off, NOW));
        assert_eq!((turned.next.by.as_str(), turned.next.reason.as_str()), ("tom", REASON));
    }
}

#[test]
fn a_drill_turns_back_only_what_is_still_its_own() {
    let thrown = begun("all", State::On, Before::Served).unwrap().next;
    let over = end(Some(&thrown), &thrown, NOW).unwrap();
    assert_eq!((over.next.state, over.next.reason.as_str()), (State::On, REASON_OVER));
    let table = [
        None,
        Some(switch("all", State::On)),
        Some(switch("all", State::Off)),
        Some(Switch { reason: "wrong refunds".into(), ..thrown.clone() }),
        Some(Switch { by: "maya".into(), ..thrown.clone() }),
        Some(Switch { since: NOW.plus_ms(1), ..thrown.clone() }),
    ];
    for current in table {
        assert!(end(current.as_ref(), &thrown, NOW).is_err(), "{current:?}");
    }
}

#[test]
fn a_drill_fails_where_it_misses_a_target() {
    let ended = |after| Running::Ended { calls: 2, after };
    let micro = Duration::from_micros(1);
    let table = [
        (Some(MS(1)), Running::None, "passed"),
        (Some(REFUSED_WITHIN), ended(ENDED_WITHIN), "passed"),
        (Some(REFUSED_WITHIN + micro), Running::None, "failed"),
        (Some(MS(1)), ended(ENDED_WITHIN + micro), "failed"),
        (Some(MS(1)), Running::Left { calls: 2, left: 1 }, "failed"),
        (Some(MS(1)), Running::MayFinish { calls: 3 }, "passed"),
        (None, Running::None, "failed"),
    ];
    for (refused_after, running, outcome) in table {
        let drilled = Drilled { refused_after, running, off_for: None };
        assert_eq!(drilled.outcome().as_str(), outcome, "{drilled}");
    }
}

#[test]
fn a_record_says_what_was_measured() {
    let drilled = Drilled {
        refused_after: Some(Duration::from_micros(417)),
        running: Running::Ended { calls: 2, after: Duration::from_micros(3_012) },
        off_for: Some(Duration::from_micros(5_120)),
    };
    let words =
        "passed: new calls refused after 0.417 ms; 2 running calls ended after 3.012 ms; off for 5.120 ms";
    assert_eq!(drilled.to_string(), words);
    for wrong in
        ["", "passed", "passed: new calls refused after 0.4 ms; no call was running; off for 1.000 ms"]
    {
        assert!(wrong.parse::<Drilled>().is_err(), "{wrong:?}");
    }
}

fn any_micros() -> impl Strategy<Value = Duration> {
    (0_u64..10_000_000).prop_map(Duration::from_micros)
}

fn any_running() -> impl Strategy<Value = Running> {
    prop_oneof![
        Just(Running::None),
        (any::<u64>(), any_micros()).prop_map(|(calls, after)| Running::Ended { calls, after }),
        any::<(u64, u64)>().prop_map(|(calls, left)| Running::Left { calls, left }),
        any::<u64>().prop_map(|calls| Running::MayFinish { calls }),
    ]
}

proptest! {
    #[test]
    fn a_record_reads_back_as_it_prints(
        refused_after in proptest::option::of(any_micros()),
        running in any_running(),
        off_for in proptest::option::of(any_micros()),
    ) {
        let drilled = Drilled { refused_after, running, off_for };
        prop_assert_eq!(drilled.to_string().parse(), Ok(drilled));
    }
}
