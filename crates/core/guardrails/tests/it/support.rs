//! One line for each case.

use std::sync::{Arc, LazyLock};

use guardrails::{Action, Flow, Kinds, Policy, Rule, Scanner, Session, Step, Vault};

/// A session that looks for every kind, with no rules.
pub(crate) fn session(action: Action) -> Session {
    static ALL: LazyLock<Arc<Scanner>> = LazyLock::new(|| Arc::new(Scanner::new(Kinds::all(), Vec::new())));
    of(action, &ALL)
}

/// The same with rules.
pub(crate) fn with_rules(action: Action, rules: Vec<Rule>) -> Session {
    of(action, &Arc::new(Scanner::new(Kinds::all(), rules)))
}

/// A session with a scanner.
pub(crate) fn of(action: Action, scanner: &Arc<Scanner>) -> Session {
    Session::new(Policy { scanner: Some(Arc::clone(scanner)), action }, Vault::new(b"secret", "run-1"))
}

/// A text with every hit masked.
pub(crate) fn masked(text: &str) -> String {
    guardrails::redact_text(&mut session(Action::Mask), text).unwrap_or_else(|| text.to_owned())
}

/// A text that comes in fragments, and what passed behind each of them.
pub(crate) fn in_fragments<'a>(
    session: &mut Session,
    fragments: impl IntoIterator<Item = &'a str>,
) -> String {
    let (mut flow, mut steps, mut whole) = (Flow::new(), Vec::new(), String::new());
    for fragment in fragments {
        whole.push_str(fragment);
        flow.push(session, fragment, &mut steps);
        assert!(flow.held() <= guardrails::MOST_HELD, "{} bytes are held", flow.held());
    }
    flow.finish(session, &mut steps);
    apply(&whole, &steps)
}

/// A text after its steps, which cover all of it.
pub(crate) fn apply(text: &str, steps: &[Step]) -> String {
    let (mut out, mut at) = (String::new(), 0);
    for step in steps {
        match step {
            Step::Keep(length) => {
                out.push_str(&text[at..at + length]);
                at += length;
            }
            Step::Swap { length, with } => {
                out.push_str(with);
                at += length;
            }
        }
    }
    assert_eq!(at, text.len(), "steps cover the text");
    out
}
