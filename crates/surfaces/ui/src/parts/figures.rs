//! Figures with what makes them questionable: sample size, interval, estimate, simulation.

use control::views::{Figures, Money, Rate, WorkflowRow};
use domain::NanoUsd;
use maud::{Markup, html};

use super::simulated;
use crate::format::Estimated;
use crate::format::{self, approximately};

/// An amount; `≈` where a part of it is an estimate, `sim` where a part is simulated.
pub(crate) fn cost(amount: &Money, estimated: &Money, simulation: &Money) -> Markup {
    let text = approximately(Estimated::of(estimated.amount()), &format::money(amount.amount()));
    let words = (estimated.amount() != NanoUsd::ZERO)
        .then(|| format!("{} of it estimated", format::money(estimated.amount())));
    html! { span title=[words] { (text) } (simulated(simulation.nano != 0)) }
}

/// A share with its sample: `3 %` and, on hover, the interval. Nothing to divide by: `–`.
pub(crate) fn rate(rate: &Rate) -> Markup {
    let (count, n) = (as_i64(rate.count), as_i64(rate.n));
    let words = match (rate.low, rate.high) {
        (Some(low), Some(high)) => format!(
            "{} of {}; 95 % interval {low:.1} to {high:.1} %",
            format::count(rate.count),
            format::count(rate.n)
        ),
        _ => "no calls yet".to_owned(),
    };
    html! { span title=(words) { (format::fine_percent(count, n)) } }
}

fn as_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Tokens in and out.
pub(crate) fn tokens(input: u64, output: u64) -> Markup {
    html! {
        span.nowrap title={ (format::count(input)) " input and " (format::count(output)) " output tokens" } {
            (format::count(input)) span.muted { " → " } (format::count(output))
        }
    }
}

/// A duration, or a dash.
pub(crate) fn optional_duration(ms: Option<i64>) -> String {
    ms.map_or_else(|| "–".to_owned(), format::duration)
}

/// The durations that half and 95 % of calls stay within.
pub(crate) fn durations(row: &WorkflowRow) -> Markup {
    let words = match row.timed_calls {
        0 => "no calls yet".to_owned(),
        n => format!(
            "half of {} took at most the first, 95 % at most the second; each is off by a sixteenth at most",
            format::plural(n, "call", "calls")
        ),
    };
    html! {
        span.nowrap title=(words) {
            (optional_duration(row.p50_ms)) span.muted { " · " } (optional_duration(row.p95_ms))
        }
    }
}

/// A figure with its name and what it rests on.
pub(crate) fn tile(name: &str, figure: &Markup, under: &Markup) -> Markup {
    html! {
        div.tile {
            dt { (name) }
            dd { span.figure { (figure) } span.under { (under) } }
        }
    }
}

/// Calls, errors, refusals and cost, side by side.
pub(crate) fn figures_line(figures: &Figures, all: &str, errors: &str, refused: &str) -> Markup {
    html! {
        dl.tiles {
            (tile("Cost", &cost(&figures.cost, &figures.estimated_cost, &figures.simulated_cost), &html! {
                (format::count(figures.input_tokens)) " tokens in, " (format::count(figures.output_tokens)) " out"
            }))
            (tile("Calls", &html! { a href=(all) { (format::count(figures.calls)) } }, &html! {
                "refused ones included"
            }))
            (tile("Errors", &rate(&figures.errors), &html! {
                a href=(errors) { (format::count(figures.errors.count)) } " of " (format::count(figures.errors.n))
            }))
            (tile("Refused by a control", &rate(&figures.refused), &html! {
                a href=(refused) { (format::count(figures.refused.count)) } " of " (format::count(figures.refused.n))
            }))
        }
    }
}

/// How many calls a cache answered, and what that saved; nothing where none was asked.
pub(crate) fn cache_tile(figures: &Figures) -> Markup {
    html! {
        @if figures.cache.n > 0 {
            (tile("Answered from memory", &rate(&figures.cache), &html! {
                "saved " (format::money(figures.saved.amount()))
            }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_wears_its_mark() {
        let usd = |nano| Money { usd: String::new(), nano };
        let text =
            cost(&usd(2_000_000_000), &usd(1_000_000_000), &usd(0)).into_string().replace('\u{a0}', " ");
        assert_eq!(text, r#"<span title="$1.00 of it estimated">≈ $2.00</span>"#);
        let text = cost(&usd(2_000_000_000), &usd(0), &usd(5)).into_string();
        assert!(text.starts_with("<span>$2.00</span> <span class=\"sim\""), "{text}");
    }

    #[test]
    fn a_share_carries_its_sample() {
        let some = Rate { count: 3, n: 100, percent: Some(3.0), low: Some(1.0), high: Some(8.4) };
        let text = rate(&some).into_string().replace('\u{a0}', " ");
        assert_eq!(text, r#"<span title="3 of 100; 95 % interval 1.0 to 8.4 %">3.0 %</span>"#);
        assert!(rate(&Rate::default()).into_string().contains("no calls yet"));
    }
}
