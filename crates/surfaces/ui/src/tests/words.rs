//! What pages say and offer: to whom, and in which case.

use control::views::{Found, Subject, SubjectKind};
use domain::switch::State;

use super::{fixtures, html};
use crate::frame::{self, Page};
use crate::pages::{find, switch};

fn shown(page: &Page) -> String {
    frame::page(&fixtures::settings(), &fixtures::signed(), page).0
}

#[test]
fn the_last_look_says_what_the_state_it_is_about_does() {
    let signed = fixtures::signed();
    let panel = fixtures::panel("workflow/support-replies", "on");
    for state in State::ALL {
        let text = shown(&switch::render_last_look(&signed, &panel, state, None));
        for one in &panel.consequences {
            assert_eq!(text.contains(&one.words), one.state == state.as_str(), "{state}: {}", one.words);
        }
    }
}

#[test]
fn a_switch_is_offered_to_those_who_may_turn_it_and_others_read_who_may() {
    let signed = fixtures::signed();
    let mut panel = fixtures::panel("workflow/support-replies", "on");
    let offered = shown(&switch::render_one(&signed, &panel));
    assert!(offered.contains("Turn the switch"));
    panel.may_turn = false;
    let told = shown(&switch::render_one(&signed, &panel));
    assert!(!told.contains("Turn the switch") && !told.contains("name=\"reason\""), "{told}");
    let words = html::read(&told).into_iter().find(|one| one.name == "main").unwrap().text;
    assert!(words.contains("Tom Ode, who answers for it, admins and approvers can turn it."), "{words}");
}

fn found(kind: SubjectKind, id: &str, title: &str) -> Found {
    Found { about: Subject { kind, id: id.into() }, title: title.into(), detail: String::new() }
}

#[test]
fn the_palette_offers_what_one_may_do_and_finds_it_by_its_words() {
    let things = [
        found(SubjectKind::Workflow, "support-replies", "Support replies"),
        found(SubjectKind::Workflow, "sql", "Write migrations"),
    ];
    let own = |scope: &str| scope == "workflow/sql";
    let all = |_: &str| true;
    let titles = |text: &str, may: &find::May<'_>| {
        let hits = find::list(&find::Wish::read(text), &things, may);
        hits.into_iter().map(|hit| hit.title).collect::<Vec<_>>()
    };
    let admin = find::May { turn: &all, keys: true };
    let owner = find::May { turn: &own, keys: false };
    assert_eq!(titles("turn off support", &admin)[0], "Turn off Support replies");
    assert_eq!(titles("Turn on sql", &admin)[1], "Turn on Write migrations");
    let offered = titles("turn off", &owner);
    assert_eq!(offered[0], "Turn off Write migrations");
    assert!(
        !offered.iter().any(|title| title.contains("Support") && title.starts_with("Turn")),
        "{offered:?}"
    );
    assert!(!offered.contains(&"Turn everything off".to_owned()));
    for (text, title) in [("guards", "Go to Guards"), ("provid", "Go to Providers"), ("new key", "New key")] {
        assert!(titles(text, &admin).contains(&title.to_owned()), "{text}");
    }
    assert!(!titles("new key", &owner).contains(&"New key".to_owned()));
}

#[test]
fn no_two_pages_have_the_same_key() {
    let mut keys: Vec<&str> = frame::MAIN.iter().chain(&frame::APART).map(|entry| entry.key).collect();
    keys.sort_unstable();
    let all = keys.len();
    keys.dedup();
    assert_eq!(keys.len(), all, "{keys:?}");
}
