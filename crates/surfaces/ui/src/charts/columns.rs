//! Columns over time, plain or stacked, with a limit as a line and today marked.

use maud::{Markup, html};

use super::scale::Scale;
use super::{HEIGHT, Series, Unit, figure, grid, label, legend, percent, y_axis};

/// One column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// In full, for readout and table: `Mon 23 Nov`.
    pub(crate) label: String,
    /// Short, below the column.
    pub(crate) tick: String,
    /// One value for each series.
    pub(crate) parts: Vec<i64>,
}

/// A line across the columns: a budget, a target.
#[derive(Clone, Debug)]
pub(crate) struct Limit {
    /// Where it lies.
    pub(crate) value: i64,
    /// What it is.
    pub(crate) label: String,
}

/// A chart of columns.
pub(crate) struct Columns<'a> {
    /// Unique on the page.
    pub(crate) id: &'a str,
    /// What it shows.
    pub(crate) title: &'a str,
    /// What the first column of the table holds: `Day`.
    pub(crate) step: &'a str,
    /// What the values are.
    pub(crate) unit: Unit,
    /// What is stacked, from the bottom.
    pub(crate) series: Vec<Series>,
    /// The columns, oldest first.
    pub(crate) columns: Vec<Column>,
    /// Which column the present moment lies in.
    pub(crate) now: Option<usize>,
    /// A line, shown only where it does not flatten everything else.
    pub(crate) limit: Option<Limit>,
}

/// Draws the chart. Without columns it draws nothing: the page says what is missing.
pub(crate) fn columns(chart: &Columns<'_>) -> Markup {
    if chart.columns.is_empty() {
        return html! {};
    }
    let highest = chart.columns.iter().map(sum).max().unwrap_or(0);
    let limit = chart.limit.as_ref().filter(|limit| limit.value <= highest.saturating_mul(3));
    let scale = Scale::to_hold(limit.map_or(highest, |limit| limit.value.max(highest)), chart.unit);
    let totals: Vec<i64> = (0..chart.series.len())
        .map(|index| chart.columns.iter().map(|column| part(column, index)).sum())
        .collect();
    let shown: Vec<String> = totals.iter().map(|total| chart.unit.show(*total)).collect();
    let plot = html! {
        (y_axis(&scale, chart.unit))
        svg.plot role="img" width="100%" height=(HEIGHT) aria-label=(summary(chart, highest, &shown)) {
            (grid(&scale))
            @for (index, column) in chart.columns.iter().enumerate() {
                (draw(chart, &scale, index, column))
            }
            @if let Some(limit) = limit { (limit_line(&scale, limit)) }
        }
    };
    figure(chart.id, chart.title, &legend(&chart.series, &shown), &plot, &table(chart))
}

fn part(column: &Column, index: usize) -> i64 {
    column.parts.get(index).copied().unwrap_or(0).max(0)
}

fn sum(column: &Column) -> i64 {
    column.parts.iter().fold(0_i64, |all, part| all.saturating_add((*part).max(0)))
}

/// The sentence a screen reader says.
fn summary(chart: &Columns<'_>, highest: i64, totals: &[String]) -> String {
    let names = chart.series.iter().zip(totals).map(|(one, total)| format!("{} {total}", one.name));
    let peak = chart.columns.iter().find(|column| sum(column) == highest);
    let at = peak.map_or(String::new(), |column| format!(" ({})", column.label));
    format!(
        "{}: {}. Highest {}{at}. The figures are in the table below.",
        chart.title,
        names.collect::<Vec<_>>().join(", "),
        chart.unit.show(highest)
    )
}

#[expect(clippy::cast_precision_loss, reason = "places on the screen")]
fn draw(chart: &Columns<'_>, scale: &Scale, index: usize, column: &Column) -> Markup {
    let slot = 100.0 / chart.columns.len() as f64;
    let left = slot * index as f64;
    let mut below = 0_i64;
    let mut bars = Vec::new();
    for (position, one) in chart.series.iter().enumerate() {
        let value = part(column, position);
        if value > 0 {
            let (from, to) = (scale.share(below), scale.share(below.saturating_add(value)));
            bars.push((one.class, 100.0 - to, to - from));
            below = below.saturating_add(value);
        }
    }
    html! {
        g.col {
            title { (readout(chart, column)) }
            rect.hit x=(percent(left)) y="0" width=(percent(slot)) height="100%" {}
            @for (class, y, height) in bars {
                rect class=(class) x=(percent(left + slot * 0.14)) y=(percent(y))
                    width=(percent(slot * 0.72)) height=(percent(height)) {}
            }
            @if let Some(label) = label(index, chart.columns.len(), chart.now) {
                text class=[label.class()] x=(percent(left + slot / 2.0)) y="100%" dy="17" text-anchor="middle" {
                    (column.tick)
                }
            }
        }
    }
}

fn readout(chart: &Columns<'_>, column: &Column) -> String {
    let parts = chart.series.iter().enumerate().filter(|(index, _)| part(column, *index) > 0);
    let words: Vec<String> =
        parts.map(|(index, one)| format!("{} {}", chart.unit.show(part(column, index)), one.name)).collect();
    if words.is_empty() {
        format!("{}: none", column.label)
    } else {
        format!("{}: {}", column.label, words.join(" · "))
    }
}

fn limit_line(scale: &Scale, limit: &Limit) -> Markup {
    let y = 100.0 - scale.share(limit.value);
    html! {
        line.limit x1="0" x2="100%" y1=(percent(y)) y2=(percent(y)) {}
        text.limit-label x="100%" y=(percent(y)) dy="-4" text-anchor="end" { (limit.label) }
    }
}

fn table(chart: &Columns<'_>) -> Markup {
    html! {
        table.data-table {
            caption.sr { (chart.title) }
            thead { tr {
                th scope="col" { (chart.step) }
                @for one in &chart.series { th.num scope="col" { (one.name) } }
            } }
            tbody {
                @for column in &chart.columns {
                    tr {
                        th scope="row" { (column.label) }
                        @for index in 0..chart.series.len() { td.num { (chart.unit.show(part(column, index))) } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> Columns<'static> {
        let column = |label: &str, parts: [i64; 2]| Column {
            label: label.into(),
            tick: label.into(),
            parts: parts.into(),
        };
        Columns {
            id: "calls",
            title: "Calls by hour",
            step: "Hour",
            unit: Unit::Count,
            series: vec![Series::new("ok", "s-ok"), Series::new("errors", "s-bad")],
            columns: vec![column("13:00", [3, 1]), column("14:00", [0, 0])],
            now: Some(1),
            limit: Some(Limit { value: 6, label: "limit 6".into() }),
        }
    }

    #[test]
    fn bars_stand_on_each_other_and_empty_ones_are_left_out() {
        let text = columns(&chart()).into_string();
        assert!(
            text.contains(r#"<rect class="s-ok" x="7.00%" y="50.00%" width="36.00%" height="50.00%">"#),
            "{text}"
        );
        assert!(
            text.contains(r#"<rect class="s-bad" x="7.00%" y="33.33%" width="36.00%" height="16.67%">"#),
            "{text}"
        );
        assert_eq!(text.matches(r#"class="s-"#).count(), 2, "{text}");
        assert!(text.contains("14:00: none") && text.contains("13:00: 3 ok · 1 errors"));
        assert!(text.contains("limit 6"));
    }

    #[test]
    fn a_limit_far_above_everything_is_not_drawn() {
        let far = Columns { limit: Some(Limit { value: 1_000, label: "budget".into() }), ..chart() };
        assert!(!columns(&far).into_string().contains("budget"));
    }

    #[test]
    fn every_chart_says_itself_and_has_a_table() {
        let text = columns(&chart()).into_string();
        assert!(text.contains("Calls by hour: ok 3, errors 1. Highest 4 (13:00)."), "{text}");
        assert_eq!(text.matches("<tr>").count(), 3);
        assert_eq!(columns(&Columns { columns: vec![], ..chart() }).into_string(), "");
    }
}
