//! The vertical scale: from zero, in steps that people count in.
//!
//! Steps are 1, 2 or 5 times a power of ten (Heckbert, "Nice numbers for graph labels", Graphics
//! Gems, 1990), three or four of them. Amounts always start at zero, or a bar would lie.

use super::Unit;

/// A scale from zero to [`Scale::top`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Scale {
    top: i64,
    step: i64,
}

impl Scale {
    /// The smallest scale that holds `highest`.
    pub(super) fn to_hold(highest: i64, unit: Unit) -> Self {
        let least = match unit {
            Unit::Count => 1,
            Unit::Money => 1_000,
            Unit::Millis => 10,
        };
        let rough = (highest.max(0).saturating_add(3) / 4).max(least);
        let step = nice(rough);
        let steps = highest.max(1).saturating_add(step - 1) / step;
        Self { top: step.saturating_mul(steps.max(1)), step }
    }

    /// How far up `value` lies, in percent.
    #[expect(clippy::cast_precision_loss, reason = "a place on the screen, not an amount")]
    pub(super) fn share(&self, value: i64) -> f64 {
        value.clamp(0, self.top) as f64 / self.top as f64 * 100.0
    }

    /// The values that get a line, with their places.
    pub(super) fn ticks(&self) -> impl Iterator<Item = (i64, f64)> + '_ {
        (0..=self.top / self.step).map(|index| {
            let value = index * self.step;
            (value, self.share(value))
        })
    }
}

/// The next of 1, 2, 5, 10, 20, … that is not below `rough`.
fn nice(rough: i64) -> i64 {
    let mut base = 1_i64;
    loop {
        for factor in [1, 2, 5] {
            let step = base.saturating_mul(factor);
            if step >= rough {
                return step;
            }
        }
        base = base.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_hold_their_values_in_few_round_steps() {
        for (highest, top, step) in
            [(0, 1, 1), (1, 1, 1), (3, 3, 1), (7, 8, 2), (100, 100, 50), (101, 150, 50), (1_204, 1_500, 500)]
        {
            assert_eq!(Scale::to_hold(highest, Unit::Count), Scale { top, step }, "{highest}");
        }
        assert_eq!(Scale::to_hold(412, Unit::Millis), Scale { top: 600, step: 200 });
        let huge = Scale::to_hold(i64::MAX, Unit::Money);
        assert!(huge.ticks().count() <= 5 && huge.share(i64::MAX) <= 100.0);
    }

    #[test]
    fn shares_start_at_zero_and_end_at_the_top() {
        let scale = Scale::to_hold(8, Unit::Count);
        assert_eq!(scale.ticks().map(|(value, _)| value).collect::<Vec<_>>(), [0, 2, 4, 6, 8]);
        assert!((scale.share(4) - 50.0).abs() < 1e-9);
        assert!(scale.share(-3).abs() < 1e-9);
    }
}
