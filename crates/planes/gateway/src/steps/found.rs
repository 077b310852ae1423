//! What redaction found in one direction of a call, for its record: kinds and numbers, never a value.

use std::collections::BTreeMap;

use domain::guarded::{Deed, Direction, Guard, Guarded};
use domain::inference::{Control, Verdict};
use guardrails::{Action, Counts};

/// What was found in one direction.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) counts: Counts,
    /// Whether pseudonyms of the run are in it, or were.
    pub(super) pseudonyms: bool,
}

impl Found {
    /// What was found, as the record counts it.
    pub(super) fn guarded(&self, direction: Direction) -> impl Iterator<Item = Guarded> {
        self.counts.iter().map(move |((what, done), hits)| Guarded {
            guard: Guard::Redaction,
            what: what.as_str().to_owned(),
            direction,
            deed: match done {
                Action::Detect => Deed::LetPass,
                Action::Mask => Deed::Masked,
                Action::Pseudonym => Deed::Replaced,
                Action::Block => Deed::Blocked,
            },
            hits: *hits,
        })
    }

    /// The line in the record: `request: email 2 (masked); project 1 (blocked)`.
    pub(super) fn control(&self, direction: Direction) -> Option<Control> {
        let mut by_action: BTreeMap<Action, Vec<String>> = BTreeMap::new();
        for ((what, done), hits) in &self.counts {
            by_action.entry(*done).or_default().push(format!("{what} {hits}"));
        }
        let verdict = match by_action.last_key_value()?.0 {
            Action::Detect => Verdict::Warn,
            Action::Mask | Action::Pseudonym => Verdict::Change,
            Action::Block => Verdict::Stop,
        };
        let deeds: Vec<String> =
            by_action.iter().map(|(done, what)| format!("{} ({})", what.join(", "), words(*done))).collect();
        let why = format!("{}: {}", direction.as_str(), deeds.join("; "));
        Some(Control { name: "redaction".to_owned(), verdict, why })
    }
}

const fn words(done: Action) -> &'static str {
    match done {
        Action::Detect => "let pass",
        Action::Mask => "masked",
        Action::Pseudonym => "replaced by pseudonyms",
        Action::Block => "blocked",
    }
}

#[cfg(test)]
mod tests {
    use guardrails::{Kind, What};

    use super::*;

    #[test]
    fn each_action_is_named_with_what_it_took_and_the_strongest_decides() {
        let email = || What::Kind(Kind::Email);
        let project = || What::Rule("project".into());
        let table = [
            (vec![], None),
            (vec![((email(), Action::Detect), 1)], Some((Verdict::Warn, "request: email 1 (let pass)"))),
            (
                vec![((project(), Action::Mask), 1), ((email(), Action::Mask), 2)],
                Some((Verdict::Change, "request: email 2, project 1 (masked)")),
            ),
            (
                vec![((email(), Action::Block), 1), ((project(), Action::Detect), 3)],
                Some((Verdict::Stop, "request: project 3 (let pass); email 1 (blocked)")),
            ),
        ];
        for (counts, expected) in table {
            let found = Found { counts: counts.into_iter().collect(), pseudonyms: false };
            let control = found.control(Direction::Request);
            let said = control.as_ref().map(|control| (control.verdict, control.why.as_str()));
            assert_eq!(said, expected);
            let deeds: Vec<Deed> = found.guarded(Direction::Request).map(|guarded| guarded.deed).collect();
            assert_eq!(deeds.len(), found.counts.len());
        }
    }
}
