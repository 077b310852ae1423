//! What must be found at least, and wrongly at most, over the corpus.

use guardrails::{Action, Kind};

use crate::corpus::{self, UNSEEN_FAMILY, UNSEEN_GIVEN};
use crate::measure::measure;
use crate::support::{masked, session};

const FLOORS: [(Kind, f64); 9] = [
    (Kind::Email, 0.99),
    (Kind::Iban, 0.99),
    (Kind::Card, 0.99),
    (Kind::Ssn, 0.99),
    (Kind::Ip, 0.99),
    (Kind::Phone, 0.90),
    (Kind::Person, 0.85),
    (Kind::Secret, 0.95),
    (Kind::Mac, 0.95),
];

#[test]
fn the_floors_hold_whatever_the_seed() {
    for seed in [7, 101, 2_026] {
        hold(seed);
    }
}

fn hold(seed: u64) {
    let texts = corpus::texts(seed, 2_000);
    let report = measure(&mut || session(Action::Mask), &texts);
    let missed: Vec<String> = report.missed.iter().map(|(kind, text)| format!("{kind:?}: {text}")).collect();
    for (kind, floor) in FLOORS {
        let recall = report.of(kind).recall();
        assert!(recall >= floor, "{kind:?}: recall {recall:.3}, seed {seed}\n{}", missed.join("\n"));
    }
    let wrong = report.wrong.join("\n");
    for kind in Kind::ALL {
        let precision = report.of(*kind).precision();
        assert!(precision >= 0.9, "{kind:?}: precision {precision:.3}, seed {seed}\n{wrong}");
    }
    let rate = report.false_positive_rate();
    assert!(rate < 0.02, "{rate:.3} of the clean texts were changed, seed {seed}:\n{wrong}");
}

#[test]
fn unseen_names_are_on_no_list() {
    for given in UNSEEN_GIVEN {
        let text = format!("Then {given} Qzvorth spoke.");
        assert_eq!(masked(&text), text);
    }
    for family in UNSEEN_FAMILY {
        let text = format!("Then Qzvorth {family} spoke.");
        assert_eq!(masked(&text), text);
    }
}

#[test]
fn nothing_is_found_in_prose() {
    for style in [corpus::Style::Prose, corpus::Style::Technical] {
        let text = corpus::nothing(11, 100_000, style);
        assert_eq!(masked(&text), text);
    }
}
