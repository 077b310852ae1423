//! Rules of the workspace, actions, and pseudonyms.

use guardrails::{Action, BadRule, Kind, Policy, Rule, Session, Vault, What, redact_text};

use crate::support::{session, with_rules};

#[test]
fn a_rule_masks_what_it_matches_by_its_name() {
    let rules = || vec![Rule::new("project-code", r"\bPX-[0-9]{3,}\b", None).unwrap()];
    let cases = [
        ("see PX-1234.", "see [PROJECT_CODE]."),
        ("APX-1234", "APX-1234"),
        ("PX-12", "PX-12"),
        ("éPX-123é", "é[PROJECT_CODE]é"), // borders are those of ASCII words
    ];
    for (text, expected) in cases {
        let found = redact_text(&mut with_rules(Action::Mask, rules()), text);
        assert_eq!(found.as_deref().unwrap_or(text), expected);
    }
}

#[test]
fn a_rule_of_its_own_action_overrides_the_direction() {
    let rule = Rule::new("codename", "bluebird", Some(Action::Block)).unwrap();
    let mut session = with_rules(Action::Mask, vec![rule]);
    assert_eq!(
        redact_text(&mut session, "a@b.io likes bluebird").as_deref(),
        Some("[EMAIL] likes [CODENAME]")
    );
    assert_eq!(session.blocked(), Some(&What::Rule("codename".into())));
}

#[test]
fn what_was_done_is_counted_and_not_what_is_usual() {
    for (usual, own) in
        [(Action::Block, Action::Detect), (Action::Detect, Action::Block), (Action::Mask, Action::Pseudonym)]
    {
        let mut session = with_rules(usual, vec![Rule::new("codename", "bluebird", Some(own)).unwrap()]);
        redact_text(&mut session, "a@b.io likes bluebird");
        let found: Vec<_> = session.found().iter().map(|((what, done), _)| (what.as_str(), *done)).collect();
        assert_eq!(found, [("email", usual), ("codename", own)]);
    }
}

#[test]
fn a_pattern_that_can_not_work_is_refused_when_it_is_loaded() {
    let refused = |pattern: &str| Rule::new("x", pattern, None).unwrap_err();
    assert!(matches!(refused("a("), BadRule::Syntax(problem) if problem.contains("unclosed group")));
    assert_eq!(refused("a*"), BadRule::Empty);
    assert_eq!(refused(r"(?u:\b)a"), BadRule::UnicodeBorder);
    assert_eq!(refused(r"(?:[a-z]{1,500}[0-9]{1,500}){1,500}"), BadRule::TooLarge);
}

#[test]
fn detecting_counts_and_changes_nothing() {
    let mut session = session(Action::Detect);
    assert_eq!(redact_text(&mut session, "a@b.io, c@d.io and 203.0.113.7"), None);
    let found: Vec<_> =
        session.found().iter().map(|((what, _), count)| (what.as_str().to_owned(), *count)).collect();
    assert_eq!(found, [("email".to_owned(), 2), ("ip".to_owned(), 1)]);
}

#[test]
fn blocking_names_the_kind_and_lets_nothing_pass() {
    let mut session = session(Action::Block);
    assert_eq!(redact_text(&mut session, "to a@b.io").as_deref(), Some("to [EMAIL]"));
    assert_eq!(session.blocked(), Some(&What::Kind(Kind::Email)));
}

#[test]
fn a_value_has_one_pseudonym_within_a_run_and_another_in_the_next() {
    let hide = |run: &str, text: &str| {
        let policy = Policy {
            scanner: Some(std::sync::Arc::new(guardrails::Scanner::new(
                guardrails::Kinds::all(),
                Vec::new(),
            ))),
            action: Action::Pseudonym,
        };
        redact_text(&mut Session::new(policy, Vault::new(b"key", run)), text).unwrap()
    };
    let twice = hide("one", "a@b.io a@b.io");
    let (first, second) = twice.split_once(' ').unwrap();
    assert_eq!(first, second);
    assert!(first.starts_with("EMAIL_") && first.len() == 16, "{first}");
    assert_eq!(hide("one", "a@b.io"), first);
    assert_ne!(hide("two", "a@b.io"), first);
    assert_ne!(hide("one", "a@c.io"), first);
}

#[test]
fn a_pseudonym_that_nobody_knows_passes() {
    let mut out = session(Action::Pseudonym);
    redact_text(&mut out, "a@b.io").unwrap();
    let mut back = Session::restoring(Policy { scanner: None, action: Action::Detect }, out.into_vault());
    assert_eq!(redact_text(&mut back, "EMAIL_0000000000 is unknown"), None);
}

#[test]
fn nothing_found_is_shown_by_debug() {
    let mut out = session(Action::Pseudonym);
    redact_text(&mut out, "canary@example.com").unwrap();
    assert!(!format!("{out:?}").contains("canary"), "{out:?}");
}
