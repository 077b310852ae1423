//! Cells of calls over time, by minute, hour and day.

use std::collections::BTreeMap;

use domain::money::NanoUsd;
use domain::time::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp};

use super::sums::Sums;
use crate::histogram::Histogram;

/// The step of minute cells, in milliseconds. They are kept for two days.
pub(crate) const MINUTE: i64 = MINUTE_MS;
/// The step of hour cells, in milliseconds.
pub(crate) const HOUR: i64 = HOUR_MS;
/// The step of day cells, in milliseconds.
pub(crate) const DAY: i64 = DAY_MS;

/// How long minute cells are of use.
pub(crate) const MINUTES_KEPT_MS: i64 = 2 * DAY_MS;

/// Which cell: grain, workflow (`""`: all of them), start.
pub(crate) type CellKey = (i64, String, i64);

/// What happened in a cell.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Cell {
    pub(crate) calls: i64,
    pub(crate) errors: i64,
    pub(crate) refused: i64,
    pub(crate) cost: NanoUsd,
    pub(crate) latency: Histogram,
}

impl Cell {
    pub(crate) fn count(&mut self, sums: &Sums, duration_ms: i64) {
        self.calls += sums.calls;
        self.errors += sums.errors;
        self.refused += sums.refused;
        self.cost += sums.cost;
        if sums.refused == 0 {
            self.latency.add(duration_ms);
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.calls += other.calls;
        self.errors += other.errors;
        self.refused += other.refused;
        self.cost += other.cost;
        self.latency.merge(&other.latency);
    }
}

/// Turns counts by minute and workflow into every cell they belong to. Minutes before `oldest`
/// get no cell of their own: they would be deleted at once.
pub(crate) fn spread(minutes: BTreeMap<(i64, &str), Cell>, oldest: Timestamp) -> BTreeMap<CellKey, Cell> {
    let mut cells: BTreeMap<CellKey, Cell> = BTreeMap::new();
    for ((minute, workflow), cell) in minutes {
        let at = minute * MINUTE;
        let grains = [MINUTE, HOUR, DAY].into_iter().filter(|grain| *grain != MINUTE || at >= oldest.ms());
        for grain in grains {
            let start = at.div_euclid(grain) * grain;
            for name in [workflow, ""] {
                cells.entry((grain, name.to_owned(), start)).or_default().merge(&cell);
            }
        }
    }
    cells
}
