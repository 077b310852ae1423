//! A line over time with the band above it: the median, and up to where 95 % lie.

use std::fmt::Write;

use maud::{Markup, html};

use super::scale::Scale;
use super::{HEIGHT, Series, Unit, figure, grid, label as label_of, legend, percent, y_axis};

/// A line with its band.
pub(crate) struct Lines<'a> {
    /// Unique on the page.
    pub(crate) id: &'a str,
    /// What it shows.
    pub(crate) title: &'a str,
    /// What the first column of the table holds.
    pub(crate) step: &'a str,
    /// What the values are.
    pub(crate) unit: Unit,
    /// The line, and the upper edge of the band.
    pub(crate) names: [&'a str; 2],
    /// Label, short label, and both values, where there are any.
    pub(crate) points: Vec<(String, String, Option<[i64; 2]>)>,
}

/// Draws the chart. Gaps stay gaps.
pub(crate) fn lines(chart: &Lines<'_>) -> Markup {
    let known: Vec<[i64; 2]> = chart.points.iter().filter_map(|(_, _, values)| *values).collect();
    let Some(highest) = known.iter().map(|values| values[0].max(values[1])).max() else {
        return html! {};
    };
    let scale = Scale::to_hold(highest, chart.unit);
    let last = known.last().copied().unwrap_or_default().map(|value| chart.unit.show(value));
    let series = [Series::new(chart.names[0], "s-line"), Series::new(chart.names[1], "s-band")];
    let label = format!(
        "{}: {} {} and {} {} at the end, at most {}. The figures are in the table below.",
        chart.title,
        chart.names[0],
        last[0],
        chart.names[1],
        last[1],
        chart.unit.show(highest)
    );
    let plot = html! {
        (y_axis(&scale, chart.unit))
        svg.plot role="img" width="100%" height=(HEIGHT) aria-label=(label) {
            (grid(&scale))
            svg.stretch width="100%" height="100%" viewBox="0 0 1000 1000" preserveAspectRatio="none" {
                @for piece in pieces(chart, &scale) {
                    path.s-band d=(band(&piece)) {}
                    path.s-line d=(trace(piece.iter().map(|(x, low, _)| (*x, *low)))) {}
                }
            }
            @for (index, point) in chart.points.iter().enumerate() { (column(chart, index, point)) }
        }
    };
    figure(chart.id, chart.title, &legend(&series, &last), &plot, &table(chart))
}

/// Runs of points without a gap: place from the left, line, edge of the band.
#[expect(clippy::cast_precision_loss, reason = "places on the screen")]
fn pieces(chart: &Lines<'_>, scale: &Scale) -> Vec<Vec<(f64, f64, f64)>> {
    let slot = 1000.0 / chart.points.len().max(1) as f64;
    let y = |value| 1000.0 - scale.share(value) * 10.0;
    let mut all = vec![Vec::new()];
    for (index, (_, _, values)) in chart.points.iter().enumerate() {
        match (values, all.last_mut()) {
            (Some([low, high]), Some(piece)) => {
                let x = slot * (index as f64 + 0.5);
                piece.push((x - slot * 0.2, y(*low), y(*high)));
                piece.push((x + slot * 0.2, y(*low), y(*high)));
            }
            (None, Some(piece)) if !piece.is_empty() => all.push(Vec::new()),
            _ => {}
        }
    }
    all.retain(|piece| !piece.is_empty());
    all
}

fn trace(points: impl Iterator<Item = (f64, f64)>) -> String {
    let mut path = String::new();
    for (index, (x, y)) in points.enumerate() {
        // Writing to a String can't fail.
        let _ = write!(path, "{}{x:.0} {y:.0}", if index == 0 { 'M' } else { 'L' });
    }
    path
}

fn band(piece: &[(f64, f64, f64)]) -> String {
    let there = piece.iter().map(|(x, low, _)| (*x, *low));
    let back = piece.iter().rev().map(|(x, _, high)| (*x, *high));
    trace(there.chain(back)) + "Z"
}

#[expect(clippy::cast_precision_loss, reason = "places on the screen")]
fn column(chart: &Lines<'_>, index: usize, point: &(String, String, Option<[i64; 2]>)) -> Markup {
    let slot = 100.0 / chart.points.len().max(1) as f64;
    let left = slot * index as f64;
    let (label, tick, values) = point;
    let words = values.map_or_else(
        || format!("{label}: no calls"),
        |[low, high]| {
            let (low, high) = (chart.unit.show(low), chart.unit.show(high));
            format!("{label}: {} {low} · {} {high}", chart.names[0], chart.names[1])
        },
    );
    html! {
        g.col {
            title { (words) }
            rect.hit x=(percent(left)) y="0" width=(percent(slot)) height="100%" {}
            @if let Some(label) = label_of(index, chart.points.len(), None) {
                text class=[label.class()] x=(percent(left + slot / 2.0)) y="100%" dy="17" text-anchor="middle" { (tick) }
            }
        }
    }
}

fn table(chart: &Lines<'_>) -> Markup {
    html! {
        table.data-table {
            caption.sr { (chart.title) }
            thead { tr {
                th scope="col" { (chart.step) }
                @for name in chart.names { th.num scope="col" { (name) } }
            } }
            tbody {
                @for (label, _, values) in &chart.points {
                    tr {
                        th scope="row" { (label) }
                        @match values {
                            Some(pair) => { @for value in pair { td.num { (chart.unit.show(*value)) } } }
                            None => { td.num { "–" } td.num { "–" } }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(points: &[Option<[i64; 2]>]) -> Lines<'static> {
        let point =
            |(index, values): (usize, &Option<[i64; 2]>)| (format!("{index} h"), format!("{index}"), *values);
        Lines {
            id: "latency",
            title: "Duration",
            step: "Hour",
            unit: Unit::Millis,
            names: ["median", "95th percentile"],
            points: points.iter().enumerate().map(point).collect(),
        }
    }

    #[test]
    fn a_gap_breaks_the_line() {
        let text = lines(&chart(&[Some([100, 200]), None, Some([300, 600])])).into_string();
        assert_eq!(text.matches(r#"<path class="s-line""#).count(), 2, "{text}");
        assert!(text.contains("1 h: no calls"));
        assert!(text.contains(r#"<path class="s-band" d="M100 833L233 833L233 667L100 667Z">"#), "{text}");
    }

    #[test]
    fn nothing_known_draws_nothing() {
        assert_eq!(lines(&chart(&[None, None])).into_string(), "");
        assert_eq!(lines(&chart(&[])).into_string(), "");
    }
}
