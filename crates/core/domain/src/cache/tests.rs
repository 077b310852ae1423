//! The cache's rules as tables, and its shelf against a map that forgets nothing.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::inference::Status;
use crate::time::Timestamp;

const fn at(ms: i64) -> Timestamp {
    Timestamp::from_ms(ms)
}

fn key(number: u8) -> Key {
    Key([number; 32])
}

#[test]
fn the_strictest_wish_of_a_caller_holds() {
    let any = Wish::NONE;
    let wish = |find, keep| Wish { find, keep };
    for (header, expected) in [
        ("", any),
        ("public, immutable", any),
        ("no-cache", wish(Find::Nothing, Keep::Allowed)),
        ("No-Store", wish(Find::Nothing, Keep::Forbidden)),
        ("max-age=60", wish(Find::AtMost(60_000), Keep::Allowed)),
        (" max-age = \"60\" , max-age=5", wish(Find::AtMost(5_000), Keep::Allowed)),
        ("max-age=0", wish(Find::AtMost(0), Keep::Allowed)),
        ("max-age=-1", wish(Find::AtMost(0), Keep::Allowed)),
        ("max-age", wish(Find::AtMost(0), Keep::Allowed)),
        ("no-cache, max-age=60", wish(Find::Nothing, Keep::Allowed)),
        ("no-store, no-cache", wish(Find::Nothing, Keep::Forbidden)),
        ("no-caches", any),
    ] {
        assert_eq!(Wish::read([header]), expected, "{header:?}");
    }
    assert_eq!(Wish::read(["max-age=9", "no-store"]), wish(Find::Nothing, Keep::Forbidden));
}

const FINE: Answered = Answered {
    status: Status::Ok,
    http_status: 200,
    finish: Finish::Whole,
    hands: Hands::None,
    bytes: 10,
    most_bytes: 10,
};

#[test]
fn only_whole_answers_that_anyone_would_get_are_kept() {
    let table = [
        (FINE, None),
        (Answered { status: Status::Cut, ..FINE }, Some(Unkept::NotAnswered)),
        (Answered { status: Status::UpstreamError, ..FINE }, Some(Unkept::NotAnswered)),
        (Answered { http_status: 202, ..FINE }, Some(Unkept::NotAnswered)),
        (Answered { finish: Finish::Other, ..FINE }, Some(Unkept::NotWhole)),
        (Answered { hands: Hands::OtherTarget, ..FINE }, Some(Unkept::OtherTarget)),
        (Answered { hands: Hands::Shortened, ..FINE }, Some(Unkept::Shortened)),
        (Answered { hands: Hands::Pseudonyms, ..FINE }, Some(Unkept::Pseudonyms)),
        (Answered { bytes: 11, ..FINE }, Some(Unkept::TooLarge)),
    ];
    for (answer, expected) in table {
        assert_eq!(unkept(&answer), expected, "{answer:?}");
    }
}

#[test]
fn every_call_that_did_not_end_well_is_not_kept() {
    for status in Status::ALL.into_iter().filter(|status| *status != Status::Ok) {
        assert_eq!(unkept(&Answered { status, ..FINE }), Some(Unkept::NotAnswered));
    }
}

#[test]
fn what_is_kept_is_found_until_its_time() {
    let mut shelf = Shelf::new(10_000);
    shelf.keep(key(1), ("one", 3), (at(1_000), at(2_000)));
    assert_eq!(shelf.find(&key(1), Find::Any, at(1_999)), Some(Found { value: "one", age_ms: 999 }));
    assert_eq!(shelf.find(&key(1), Find::AtMost(500), at(1_500)), Some(Found { value: "one", age_ms: 500 }));
    assert_eq!(shelf.find(&key(1), Find::AtMost(499), at(1_500)), None);
    assert_eq!(shelf.find(&key(1), Find::Nothing, at(1_000)), None);
    assert_eq!(shelf.find(&key(2), Find::Any, at(1_000)), None);
    assert_eq!(shelf.find(&key(1), Find::Any, at(2_000)), None);
    shelf.sweep(at(2_000));
    assert!(shelf.is_empty());
    assert_eq!(shelf.held(), 0);
}

#[test]
fn what_was_used_stays_when_room_is_needed() {
    let mut shelf = Shelf::new(3 * 300);
    let keep = |shelf: &mut Shelf<u8>, number| {
        shelf.keep(key(number), (number, 44), (at(0), at(1_000)));
    };
    (1..=4).for_each(|number| keep(&mut shelf, number));
    assert_eq!(shelf.find(&key(1), Find::Any, at(1)), None, "the first that came goes first");
    assert!(shelf.find(&key(2), Find::Any, at(1)).is_some());
    keep(&mut shelf, 5);
    assert!(shelf.find(&key(2), Find::Any, at(1)).is_some(), "it was used since");
    assert_eq!(shelf.find(&key(3), Find::Any, at(1)), None);
}

#[derive(Debug, Clone)]
enum Step {
    Keep { number: u8, bytes: u64, life_ms: i64 },
    Find(u8),
    Sweep,
    Resize(u64),
    Wait(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0..12_u8, 0..3_000_u64, 0..100_i64)
            .prop_map(|(number, bytes, life_ms)| Step::Keep { number, bytes, life_ms }),
        4 => (0..12_u8).prop_map(Step::Find),
        1 => Just(Step::Sweep),
        1 => (0..6_000_u64).prop_map(Step::Resize),
        2 => (0..60_i64).prop_map(Step::Wait),
    ];
    proptest::collection::vec(step, 1..120)
}

proptest! {
    #[test]
    fn a_shelf_gives_back_the_newest_value_in_time_or_nothing_and_keeps_its_bounds(steps in steps()) {
        let mut capacity = 4_000;
        let mut shelf = Shelf::new(capacity);
        let mut all: HashMap<u8, (usize, i64)> = HashMap::new();
        let mut now = 0;
        for (index, step) in steps.into_iter().enumerate() {
            match step {
                Step::Keep { number, bytes, life_ms } => {
                    shelf.keep(key(number), (index, bytes), (at(now), at(now + life_ms)));
                    if bytes + 256 <= capacity {
                        all.insert(number, (index, now + life_ms));
                    }
                }
                Step::Find(number) => {
                    if let Some(found) = shelf.find(&key(number), Find::Any, at(now)) {
                        let (value, until) = all[&number];
                        prop_assert_eq!(found.value, value);
                        prop_assert!(now < until);
                    }
                }
                Step::Sweep => shelf.sweep(at(now)),
                Step::Resize(bytes) => {
                    capacity = bytes;
                    shelf.resize(bytes);
                }
                Step::Wait(ms) => now += ms,
            }
            prop_assert!(shelf.held() <= capacity);
            prop_assert_eq!(shelf.held() == 0, shelf.is_empty());
        }
    }
}
