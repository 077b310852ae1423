//! A word-sized line: how a row went over the period. Decoration beside a figure, never alone.

use std::fmt::Write;

use maud::{Markup, html};

/// Draws the values, oldest first, from zero. Fewer than two values, or nothing but zeros, draw nothing.
#[expect(clippy::cast_precision_loss, reason = "places on the screen")]
pub(crate) fn sparkline(values: &[i64]) -> Markup {
    let highest = values.iter().copied().max().unwrap_or(0);
    if values.len() < 2 || highest <= 0 {
        return html! {};
    }
    let step = 100.0 / (values.len() - 1) as f64;
    let mut path = String::new();
    for (index, value) in values.iter().enumerate() {
        let y = 19.0 - (*value).max(0) as f64 / highest as f64 * 18.0;
        // Writing to a String can't fail.
        let _ = write!(path, "{}{:.1} {y:.1}", if index == 0 { 'M' } else { 'L' }, step * index as f64);
    }
    html! {
        svg.spark width="72" height="20" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true" {
            path d=(path) {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_run_from_the_baseline_to_the_top() {
        let text = sparkline(&[0, 5, 10]).into_string();
        assert!(text.contains(r#"d="M0.0 19.0L50.0 10.0L100.0 1.0""#), "{text}");
        for nothing in [&[][..], &[3], &[0, 0]] {
            assert_eq!(sparkline(nothing).into_string(), "");
        }
    }
}
