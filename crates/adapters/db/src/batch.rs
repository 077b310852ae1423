//! Many rows through one statement.

use crate::sql::Sql;
use crate::value::Value;

/// How many rows one statement carries at most, and the steps below that. Few sizes, so that every
/// text stays in the connection's cache of prepared statements.
pub(crate) const STEPS: [usize; 8] = [128, 64, 32, 16, 8, 4, 2, 1];

/// Rows for a statement whose text marks the repeated part with `/*repeat*/ … /*end*/`.
#[derive(Clone, Debug)]
pub struct Batch {
    pub(crate) sql: Sql,
    pub(crate) width: usize,
    pub(crate) values: Vec<Value>,
}

impl Batch {
    /// No rows yet. All rows must have as many values as the first.
    #[must_use]
    pub const fn new(sql: Sql) -> Self {
        Self { sql, width: 0, values: Vec::new() }
    }

    /// Adds a row.
    pub fn push(&mut self, row: impl IntoIterator<Item = Value>) {
        let before = self.values.len();
        self.values.extend(row);
        let width = self.values.len() - before;
        debug_assert!(self.width == 0 || self.width == width, "rows of {} differ in width", self.sql.name());
        self.width = width;
    }

    /// How many rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len().checked_div(self.width).unwrap_or(0)
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Cuts the rows into pieces of the known sizes, in order.
    pub(crate) fn pieces(self) -> impl Iterator<Item = (usize, Vec<Value>)> {
        let mut left = self.len();
        let width = self.width;
        let mut values = self.values.into_iter();
        std::iter::from_fn(move || {
            let size = STEPS.into_iter().find(|size| *size <= left)?;
            left -= size;
            Some((size, values.by_ref().take(size * width).collect()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args;

    #[test]
    fn rows_are_cut_into_known_sizes_without_loss() {
        let mut batch = Batch::new(Sql::inline("t", "insert into t values /*repeat*/ ($1, $2) /*end*/"));
        for number in 0..300_i64 {
            batch.push(args![number, "x"]);
        }
        let pieces: Vec<_> = batch.pieces().collect();
        assert_eq!(pieces.iter().map(|(size, _)| *size).collect::<Vec<_>>(), [128, 128, 32, 8, 4]);
        assert_eq!(pieces.iter().map(|(_, values)| values.len()).sum::<usize>(), 600);
        assert_eq!(pieces.last().map(|(_, values)| values[6].clone()), Some(Value::from(299_i64)));
    }
}
