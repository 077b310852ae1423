//! Charts as SVG, drawn by the server: one idea each.
//!
//! Horizontal places are percentages and heights are pixels, in an `svg` without a `viewBox`, so
//! that a chart is as wide as its column while its text keeps its size from 320 px to 2,560 px.
//! Colours come from classes; there is no style attribute, which the content security policy
//! would refuse. Each chart has a sentence for screen readers and its figures as a table.

mod columns;
mod lines;
mod scale;
mod spark;
mod waterfall;

pub(crate) use columns::{Column, Columns, Limit, columns};
pub(crate) use lines::{Lines, lines};
pub(crate) use spark::sparkline;
pub(crate) use waterfall::waterfall;

use domain::NanoUsd;
use maud::{Markup, html};

use crate::format;

/// What the figures of a chart are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unit {
    /// A number of things.
    Count,
    /// Nano-dollars.
    Money,
    /// Milliseconds.
    Millis,
}

impl Unit {
    /// In full, as in a readout or a table.
    pub(crate) fn show(self, value: i64) -> String {
        match self {
            Self::Count => format::count(value.max(0).unsigned_abs()),
            Self::Money => format::money(NanoUsd::from_nano(value)),
            Self::Millis => format::duration(value),
        }
    }

    /// Short, as on an axis.
    fn tick(self, value: i64) -> String {
        match self {
            Self::Count => format::compact(value.max(0).unsigned_abs()),
            Self::Money => format::compact_money(value),
            Self::Millis => format::duration(value),
        }
    }
}

/// One of the things a chart tells apart.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    /// What it is.
    pub(crate) name: String,
    /// The class that gives it its colour.
    pub(crate) class: &'static str,
}

impl Series {
    /// A series of this name and colour.
    pub(crate) fn new(name: impl Into<String>, class: &'static str) -> Self {
        Self { name: name.into(), class }
    }
}

/// Height of the plot, in pixels.
const HEIGHT: &str = "168";

/// Percent with two decimals, as an attribute.
fn percent(share: f64) -> String {
    format!("{share:.2}%")
}

/// The frame around a plot: caption, legend, vertical axis, table twin.
fn figure(id: &str, title: &str, legend: &Markup, plot: &Markup, data: &Markup) -> Markup {
    html! {
        figure.chart id=(id) data-live {
            figcaption { span.chart-title { (title) } (legend) }
            div.canvas data-chart { (plot) }
            details.data id={ (id) "-data" } {
                summary { "Show data" }
                div.scroll role="region" tabindex="0" aria-label={ (title) ", data" } { (data) }
            }
        }
    }
}

/// Labels left of the plot and lines across it.
fn y_axis(scale: &scale::Scale, unit: Unit) -> Markup {
    html! {
        svg.yaxis width="56" height=(HEIGHT) aria-hidden="true" {
            @for (value, share) in scale.ticks() {
                text x="48" y=(percent(100.0 - share)) dy="4" text-anchor="end" { (unit.tick(value)) }
            }
        }
    }
}

fn grid(scale: &scale::Scale) -> Markup {
    html! {
        @for (value, share) in scale.ticks() {
            line class=(if value == 0 { "base" } else { "grid" })
                x1="0" x2="100%" y1=(percent(100.0 - share)) y2=(percent(100.0 - share)) {}
        }
    }
}

/// Names of the series with their totals, in the order in which they are stacked.
fn legend(series: &[Series], totals: &[String]) -> Markup {
    html! {
        ul.legend {
            @for (one, total) in series.iter().zip(totals) {
                li {
                    svg.swatch.(one.class) width="10" height="10" aria-hidden="true" {
                        rect width="10" height="10" rx="2" {}
                    }
                    (one.name) " " b { (total) }
                }
            }
        }
    }
}

/// A label below a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Label {
    /// Of the present one.
    Now,
    /// Of one that always has room.
    Plain,
    /// Of one that is left out on a narrow screen.
    Roomy,
}

impl Label {
    const fn class(self) -> Option<&'static str> {
        match self {
            Self::Now => Some("now"),
            Self::Plain => None,
            Self::Roomy => Some("roomy"),
        }
    }
}

/// Which of `count` columns get a label below: at most eight, the last, and the present one,
/// which its neighbours make room for. A narrow screen has room for every second one.
fn label(index: usize, count: usize, now: Option<usize>) -> Option<Label> {
    let step = count.div_ceil(8).max(1);
    let from_end = count - 1 - index;
    match now.map(|now| index.abs_diff(now)) {
        Some(0) => Some(Label::Now),
        Some(1) if step > 1 => None,
        _ if !from_end.is_multiple_of(step) => None,
        Some(near) if near < step => Some(Label::Roomy),
        _ if count > 4 && !from_end.is_multiple_of(step * 2) => Some(Label::Roomy),
        _ => Some(Label::Plain),
    }
}

#[cfg(test)]
mod tests {
    use super::{Label, label};

    #[test]
    fn labels_are_few_and_the_present_one_stands_out() {
        let shown = |count: usize, now| {
            (0..count).filter(|index| label(*index, count, now).is_some()).collect::<Vec<_>>()
        };
        assert_eq!(shown(3, None), [0, 1, 2]);
        assert_eq!(shown(24, None), [2, 5, 8, 11, 14, 17, 20, 23]);
        assert_eq!(shown(24, Some(13)), [2, 5, 8, 11, 13, 17, 20, 23]);
        assert!(shown(0, None).is_empty());
        let narrow = |count: usize, now| {
            let left = |index: &usize| label(*index, count, now).is_some_and(|it| it != Label::Roomy);
            (0..count).filter(left).collect::<Vec<_>>()
        };
        assert_eq!(narrow(3, None), [0, 1, 2]);
        assert_eq!(narrow(24, Some(13)), [5, 13, 17, 23]);
        assert_eq!(narrow(30, Some(29)), [5, 13, 21, 29]);
    }
}
