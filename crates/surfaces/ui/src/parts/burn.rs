//! Budgets as bars: what is charged, what calls under way hold, the marks, and the forecast.

use control::views::BudgetLine;
use domain::Timestamp;
use maud::{Markup, html};

use super::{tone, tone_icon};
use crate::format;

fn place(percent: f64) -> String {
    format!("{:.2}%", percent.clamp(0.0, 100.0))
}

#[expect(clippy::cast_precision_loss, reason = "a place on the screen, not an amount")]
fn share(part: i64, whole: i64) -> f64 {
    if whole <= 0 { 0.0 } else { part.max(0) as f64 / whole as f64 * 100.0 }
}

fn bar(line: &BudgetLine, label: &str) -> Markup {
    let charged = share(line.settled.nano, line.limit.nano).min(100.0);
    let held = share(line.reserved.nano, line.limit.nano).min(100.0 - charged);
    html! {
        svg.bar.(tone(line.tone)) role="img" width="100%" height="10" aria-label=(label) {
            rect.track width="100%" height="10" rx="3" {}
            @if charged > 0.0 { rect.settled width=(place(charged)) height="10" rx="3" {} }
            @if held > 0.0 { rect.held x=(place(charged)) width=(place(held)) height="10" {} }
            @for mark in &line.warn_at {
                line.mark x1=(place(f64::from(*mark))) x2=(place(f64::from(*mark))) y1="0" y2="10" {}
            }
            @if let Some(forecast) = line.forecast_percent.filter(|percent| *percent > charged && *percent <= 100.0) {
                line.forecast x1=(place(forecast)) x2=(place(forecast)) y1="0" y2="10" {}
            }
        }
    }
}

fn label(line: &BudgetLine) -> String {
    format!("{} of {} used", format::percent(used(line), line.limit.nano), format::money(line.limit.amount()))
}

fn used(line: &BudgetLine) -> i64 {
    line.settled.nano.saturating_add(line.reserved.nano)
}

/// A budget in full.
fn burn(now: Timestamp, line: &BudgetLine) -> Markup {
    html! {
        div.burn {
            p.burn-head {
                span { (crate::errors::capital(&line.account)) }
                span.nowrap {
                    b { (format::money(line.settled.amount())) }
                    span.muted { " of " (format::money(line.limit.amount())) }
                }
            }
            (bar(line, &label(line)))
            p.burn-foot {
                span class=(tone(line.tone)) {
                    (tone_icon(line.tone)) (format::percent(used(line), line.limit.nano)) " used"
                }
                @if line.reserved.nano > 0 {
                    span { (format::money(line.reserved.amount())) " held by calls under way" }
                }
                @if let Some(forecast) = &line.forecast {
                    span title="If spending goes on at its average so far in this window" {
                        "forecast ≈\u{a0}" (format::money(forecast.amount()))
                    }
                }
                @if let Some(resets) = line.resets { span { "resets " (format::time(now, resets.timestamp())) } }
                span { (at_limit(&line.at_limit)) }
            }
        }
    }
}

fn at_limit(word: &str) -> &'static str {
    match word {
        "economy" => "at the limit: route economy",
        "ask" => "at the limit: someone is asked",
        _ => "at the limit: calls stop",
    }
}

/// All budgets, or how to set one.
pub(crate) fn budgets(now: Timestamp, lines: &[BudgetLine]) -> Markup {
    html! {
        @if lines.is_empty() {
            p.muted {
                "No budget is set: spending is counted, and nothing stops it. Add " code { "[budget]" } " with "
                code { "month = \"400 USD\"" } "."
            }
        } @else {
            div.burns { @for line in lines { (burn(now, line)) } }
        }
    }
}

/// A budget in a cell of a table.
pub(crate) fn burn_cell(line: Option<&BudgetLine>) -> Markup {
    html! {
        @match line {
            None => span.muted { "no budget" },
            Some(line) => {
                span.burn-cell title={ (line.account) ": " (label(line)) } {
                    (bar(line, &label(line)))
                    span { (format::percent(used(line), line.limit.nano)) }
                }
            }
        }
    }
}
