//! Aligned columns. Widths are counted in characters, the last column is never padded, and
//! control characters in a cell are shown, not sent: a run id is whatever its caller chose.

use super::Style;

/// On which side a column's cells line up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Align {
    /// Words.
    Left,
    /// Figures.
    Right,
}

/// Rows under a head.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    columns: Vec<(&'static str, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table of these columns.
    pub(crate) fn new(columns: impl IntoIterator<Item = (&'static str, Align)>) -> Self {
        Self { columns: columns.into_iter().collect(), rows: Vec::new() }
    }

    /// Adds a row; one cell a column.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let cells: Vec<String> = cells.into_iter().map(|cell| visible(&cell)).collect();
        debug_assert_eq!(cells.len(), self.columns.len());
        self.rows.push(cells);
    }

    /// Whether it has no rows.
    pub(crate) const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table as text, each line ended.
    pub(crate) fn render(&self, style: Style) -> String {
        let widths = self.widths();
        let heads: Vec<String> = self.columns.iter().map(|(head, _)| head.to_uppercase()).collect();
        let mut text = style.head(&self.line(&heads, &widths));
        text.push('\n');
        for row in &self.rows {
            text.push_str(&self.line(row, &widths));
            text.push('\n');
        }
        text
    }

    fn widths(&self) -> Vec<usize> {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(move |row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0).min(WIDEST)
        };
        self.columns.iter().enumerate().map(|(i, (head, _))| width(i).max(head.chars().count())).collect()
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let padded =
            cells.iter().zip(widths).zip(&self.columns).map(|((cell, width), (_, align))| match align {
                Align::Left => format!("{cell:<width$}"),
                Align::Right => format!("{cell:>width$}"),
            });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    }
}

/// The widest column that is still lined up. (Formatting can't pad to more than 65,535.)
const WIDEST: usize = 200;

/// A text whose control characters are written out, so that none reaches the terminal.
pub(crate) fn visible(cell: &str) -> String {
    if cell.chars().any(char::is_control) {
        cell.chars()
            .map(|c| if c.is_control() { c.escape_default().to_string() } else { c.to_string() })
            .collect()
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn sample() -> Table {
        let mut table =
            Table::new([("workflow", Align::Left), ("calls", Align::Right), ("owner", Align::Left)]);
        table.row(["support-replies".into(), "12".into(), "Maya Chen".into()]);
        table.row(["é".into(), "1 204".into(), "Tom\u{1b}[2J".into()]);
        table
    }

    #[test]
    fn columns_line_up_and_control_characters_are_shown() {
        expect![[r"
            WORKFLOW         CALLS  OWNER
            support-replies     12  Maya Chen
            é                1 204  Tom\u{1b}[2J
        "]]
        .assert_eq(&sample().render(Style::new(false)));
    }

    #[test]
    fn only_the_head_is_emphasised() {
        let text = sample().render(Style::new(true));
        assert!(text.starts_with("\u{1b}[1mWORKFLOW"));
        assert_eq!(text.matches('\u{1b}').count(), 2);
    }
}
