use proptest::prelude::*;

use super::*;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_ms(ms)
}

fn limits(requests: Option<u64>, tokens: Option<u64>, concurrent: Option<u64>) -> Vec<(Holder, Limits)> {
    let limits = Limits {
        requests_per_minute: requests,
        tokens_per_minute: tokens,
        concurrent,
        iterations_per_run: None,
    };
    vec![(Holder::Organisation, limits)]
}

#[test]
fn requests_refill_over_the_minute() {
    let mut limiter = Limiter::default();
    let lines = limits(Some(2), None, None);
    for _ in 0..2 {
        let (slot, _) = limiter.admit(&lines, 0, at(0)).unwrap();
        limiter.finish(slot, 0, at(0));
    }
    let refused = limiter.admit(&lines, 0, at(0)).unwrap_err();
    assert_eq!(refused.to_string(), "the organisation is limited to 2 requests a minute; try again in 30 s");
    assert!(limiter.admit(&lines, 0, at(29_000)).is_err());
    assert!(limiter.admit(&lines, 0, at(30_000)).is_ok());
}

#[test]
fn tokens_are_corrected_when_the_call_is_settled() {
    let mut limiter = Limiter::default();
    let lines = limits(None, Some(1_000), None);
    let (slot, headroom) = limiter.admit(&lines, 600, at(0)).unwrap();
    assert_eq!(headroom.tokens, Some((1_000, 400, 36_000)));
    assert!(limiter.admit(&lines, 600, at(0)).is_err());
    limiter.finish(slot, 100, at(0));
    let (slot, headroom) = limiter.admit(&lines, 600, at(0)).unwrap();
    assert_eq!(headroom.tokens.map(|(_, left, _)| left), Some(300));
    limiter.finish(slot, 5_000, at(0)); // far more than estimated: later calls wait for it
    assert!(limiter.admit(&lines, 1, at(60_000)).is_err());
}

#[test]
fn a_request_larger_than_the_whole_limit_passes_when_the_bucket_is_full() {
    let mut limiter = Limiter::default();
    assert!(limiter.admit(&limits(None, Some(1_000), None), 50_000, at(0)).is_ok());
}

#[test]
fn calls_at_once_are_counted_until_they_end() {
    let mut limiter = Limiter::default();
    let lines = limits(None, None, Some(1));
    let (slot, _) = limiter.admit(&lines, 0, at(0)).unwrap();
    assert_eq!(limiter.admit(&lines, 0, at(0)).map_err(|r| r.code().number()), Err(305));
    limiter.undo(slot, at(0));
    assert!(limiter.admit(&lines, 0, at(0)).is_ok());
}

#[test]
fn a_limit_of_zero_lets_nothing_through() {
    let mut limiter = Limiter::default();
    assert!(limiter.admit(&limits(Some(0), None, None), 0, at(0)).is_err());
}

#[test]
fn a_refusal_takes_from_no_holder() {
    let mut limiter = Limiter::default();
    let mut lines = limits(Some(10), None, None);
    lines.extend(
        limits(Some(0), None, None)
            .into_iter()
            .map(|(_, l)| (Holder::Workflow(crate::ids::WorkflowId::new("a").unwrap()), l)),
    );
    for _ in 0..20 {
        assert!(limiter.admit(&lines, 0, at(0)).is_err());
    }
    assert_eq!(limiter.headroom(&lines[..1], at(0)).requests, Some((10, 10, 0)));
    assert_eq!(limiter.headroom(&lines, at(0)).requests.map(|(limit, left, _)| (limit, left)), Some((0, 0)));
    assert_eq!(limiter.admit(&lines[..1], 0, at(0)).unwrap().1.requests.map(|(_, left, _)| left), Some(9));
}

proptest! {
    #[test]
    fn no_minute_lets_more_through_than_twice_the_limit(limit in 1_u64..200, steps in proptest::collection::vec(0_i64..2_000, 1..400)) {
        // A full bucket at the start of a minute plus what refills during it.
        let mut limiter = Limiter::default();
        let lines = limits(Some(limit), None, None);
        let (mut now, mut admitted) = (0, Vec::new());
        for step in steps {
            now += step;
            if let Ok((slot, _)) = limiter.admit(&lines, 0, at(now)) {
                limiter.finish(slot, 0, at(now));
                admitted.push(now);
            }
        }
        for start in &admitted {
            let within = admitted.iter().filter(|time| (*start..*start + 60_000).contains(*time)).count();
            prop_assert!(within as u64 <= 2 * limit);
        }
    }

    #[test]
    fn undoing_restores_the_bucket(tokens in 0_u64..10_000) {
        let mut limiter = Limiter::default();
        let lines = limits(Some(5), Some(20_000), None);
        let (slot, before) = limiter.admit(&lines, tokens, at(0)).unwrap();
        limiter.undo(slot, at(0));
        let (_slot, after) = limiter.admit(&lines, tokens, at(0)).unwrap();
        prop_assert_eq!(before, after);
    }
}
