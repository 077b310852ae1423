//! The table at the end: what was measured, what it should be, and the ratio.

use std::time::Duration;

use crate::run::say;

/// One line.
pub(super) struct Figure {
    pub(super) name: String,
    pub(super) value: f64,
    pub(super) unit: &'static str,
    /// The target; lower is better unless `at_least`.
    pub(super) target: Option<f64>,
    pub(super) at_least: bool,
}

impl Figure {
    /// A figure that should stay under its target.
    pub(super) fn at_most(name: &str, value: f64, unit: &'static str, target: f64) -> Self {
        Self { name: name.into(), value, unit, target: Some(target), at_least: false }
    }

    /// A figure that should reach its target.
    pub(super) fn at_least(name: &str, value: f64, unit: &'static str, target: f64) -> Self {
        Self { at_least: true, ..Self::at_most(name, value, unit, target) }
    }

    /// A figure to know.
    pub(super) fn known(name: &str, value: f64, unit: &'static str) -> Self {
        Self { name: name.into(), value, unit, target: None, at_least: false }
    }

    fn line(&self) -> String {
        let head = format!("{:<46} {:>10.3} {:<6}", self.name, self.value, self.unit);
        let Some(target) = self.target else { return head };
        let met = if self.at_least { self.value >= target } else { self.value <= target };
        let sign = if self.at_least { "≥" } else { "≤" };
        let verdict = if met { "met" } else { "MISSED" };
        format!("{head} {sign} {target:<9} ratio {:>5.2}  {verdict}", self.value / target)
    }
}

/// Prints the table.
pub(super) fn print(figures: &[Figure]) {
    say(format!("\n{:<46} {:>10} {:<6} target", "figure", "measured", "unit"));
    for figure in figures {
        say(figure.line());
    }
}

/// The value below which so many percent lie, in milliseconds; sorts in place.
pub(super) fn percentile(values: &mut [Duration], percent: usize) -> f64 {
    values.sort_unstable();
    let index = (values.len() * percent / 100).min(values.len().saturating_sub(1));
    values.get(index).map_or(f64::NAN, |value| value.as_secs_f64() * 1000.0)
}

/// The middle of several measurements of the same thing.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
