//! How a workflow is doing, and why, in a few words.

use domain::switch::{State, Switch};

use crate::budgets;
use crate::views::{BudgetLine, Figures, Tone, Weakness};
use crate::words::{rate, share};

/// Fewest calls that say anything about errors.
const ENOUGH: u64 = 20;
/// A share of errors that someone should look at, and one where someone must act, in percent.
/// Held against the lower end of the interval, so that a few calls don't cry wolf.
const ERRORS: (f64, f64) = (2.0, 20.0);

/// The worst that can be said. Words are empty where all is well.
pub(super) fn judge(
    weaknesses: &[Weakness],
    switch: Option<&Switch>,
    burn: Option<&BudgetLine>,
    figures: &Figures,
) -> (Tone, String) {
    let owner = weaknesses.iter().find(|weakness| weakness.tone == Tone::Bad);
    let lacking =
        weaknesses.iter().filter(|weakness| weakness.kind == "no-deputy" || weakness.kind == "no-budget");
    let candidates = [
        owner.map(|weakness| (weakness.tone, weakness.text.clone())),
        switch.map(switched),
        burn.and_then(|line| budgets::concern(line).map(|text| (line.tone, text))),
        errors(figures),
    ];
    let worst = candidates.into_iter().flatten().rev().max_by_key(|(tone, _)| *tone);
    let weak = || {
        let texts: Vec<&str> = lacking.map(|weakness| weakness.text.as_str()).collect();
        (!texts.is_empty()).then(|| (Tone::Info, texts.join("; ")))
    };
    worst.or_else(weak).unwrap_or_default()
}

fn switched(switch: &Switch) -> (Tone, String) {
    let tone = match switch.state {
        State::Off | State::HumanOnly => Tone::Bad,
        State::Fallback | State::On => Tone::Warn,
    };
    (tone, format!("{} by {}: {}", switch.state, switch.by, switch.reason))
}

fn errors(figures: &Figures) -> Option<(Tone, String)> {
    let low = figures.errors.low.filter(|_| figures.errors.n >= ENOUGH)?;
    let tone = match low {
        low if low >= ERRORS.1 => Tone::Bad,
        low if low >= ERRORS.0 => Tone::Warn,
        _ => return None,
    };
    Some((tone, format!("{} of calls fail", share(rate(figures.errors.count, figures.errors.n)))))
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::*;

    fn figures(errors: u64, calls: u64) -> Figures {
        Figures { calls, errors: rate(errors, calls), ..Figures::default() }
    }

    #[test]
    fn a_few_calls_do_not_cry_wolf() {
        let judged = |errors, calls| judge(&[], None, None, &figures(errors, calls)).0;
        assert_eq!(judged(1, 1), Tone::Good);
        assert_eq!(judged(5, 19), Tone::Good);
        assert_eq!(judged(3, 30), Tone::Warn);
        assert_eq!(judged(12, 30), Tone::Bad);
        assert_eq!(judged(1, 1_000), Tone::Good);
    }

    #[test]
    fn the_worst_is_said_and_weaknesses_last() {
        let weak = Weakness {
            kind: "no-deputy".into(),
            text: "nobody stands in".into(),
            help: String::new(),
            tone: Tone::Info,
        };
        assert_eq!(
            judge(std::slice::from_ref(&weak), None, None, &figures(0, 0)),
            (Tone::Info, "nobody stands in".into())
        );
        let switch = Switch {
            scope: domain::switch::Scope::All,
            state: State::Off,
            reason: "drill".into(),
            by: "maya".into(),
            since: Timestamp::default(),
        };
        let (tone, words) = judge(&[weak], Some(&switch), None, &figures(3, 30));
        assert_eq!((tone, words.as_str()), (Tone::Bad, "off by maya: drill"));
    }
}
