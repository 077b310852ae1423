//! One bar of a waterfall: when a call began within its run, how long it waited, how long it answered.

use control::views::Offset;
use maud::{Markup, html};

use super::percent;

/// Draws one bar; `class` gives its colour. All figures in percent of the run; a bar is never
/// narrower than can be seen.
pub(crate) fn waterfall(offset: &Offset, class: &str) -> Markup {
    let start = offset.start_percent.clamp(0.0, 99.0);
    let width = offset.width_percent.clamp(1.0, 100.0 - start);
    let wait = offset.wait_percent.clamp(0.0, width);
    html! {
        svg.fall width="100%" height="12" aria-hidden="true" {
            rect.track x="0" y="5" width="100%" height="2" rx="1" {}
            rect.wait.(class) x=(percent(start)) y="3" width=(percent(width)) height="6" rx="2" {}
            @if width - wait > 0.05 {
                rect.answer.(class) x=(percent(start + wait)) y="1" width=(percent(width - wait)) height="10" rx="2" {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_stays_inside_and_visible() {
        for (start, wait, width) in
            [(0.0, 0.0, 0.0), (100.0, 50.0, 50.0), (40.0, 10.0, 60.0), (f64::MAX, 0.0, f64::MAX)]
        {
            let offset =
                Offset { start_ms: 0, start_percent: start, wait_percent: wait, width_percent: width };
            let text = waterfall(&offset, "good").into_string();
            let (_, after) = text.split_once("rect class=\"wait").unwrap();
            let number = |name: &str| {
                let (_, rest) = after.split_once(name).unwrap();
                rest.split_once('%').unwrap().0.parse::<f64>().unwrap()
            };
            let (x, w) = (number(" x=\""), number(" width=\""));
            assert!(w >= 1.0 && x + w <= 100.01, "{text}");
        }
    }
}
