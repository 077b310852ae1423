//! Calls over time.

use std::collections::BTreeMap;

use db::{Db, Fault, Sql, args, row, sql};
use domain::ids::WorkflowId;
use domain::money::NanoUsd;
use domain::time::Timestamp;

use crate::histogram::Histogram;
use crate::ingest::{DAY, HOUR, MINUTE};

const SERIES: Sql = sql!("read/series");

/// Points of one answer at most: a chart has fewer pixels.
const MOST: i64 = 5_000;

/// The distance between points.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Step {
    /// A minute. Kept for two days.
    Minute,
    /// An hour. Kept for a hundred days.
    Hour,
    /// A day. Kept.
    Day,
}

impl Step {
    const fn ms(self) -> i64 {
        match self {
            Self::Minute => MINUTE,
            Self::Hour => HOUR,
            Self::Day => DAY,
        }
    }
}

/// Which calls, and how finely.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeriesQuery {
    /// From the step that this time is in …
    pub from: Timestamp,
    /// … to before this time.
    pub to: Timestamp,
    /// The distance between points.
    pub step: Step,
    /// Of this workflow only.
    pub workflow: Option<WorkflowId>,
}

/// One step.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SeriesPoint {
    /// When it begins.
    pub at: Timestamp,
    /// Inferences that began in it, refused ones included.
    pub calls: u64,
    /// Of these, errors.
    pub errors: u64,
    /// Of these, refused.
    pub refused: u64,
    /// What they cost.
    pub cost: NanoUsd,
    /// Half of those that were not refused ended within this many milliseconds; `None` if there were none.
    pub p50_ms: Option<i64>,
    /// Nineteen of twenty did.
    pub p95_ms: Option<i64>,
}

/// How long the calls of a stretch of whole days took. Refused calls are not among them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Durations {
    /// How many calls the figures rest on.
    pub calls: u64,
    /// Half of them ended within this many milliseconds, give or take a sixteenth; `None` if there
    /// were none.
    pub p50_ms: Option<i64>,
    /// Nineteen of twenty did.
    pub p95_ms: Option<i64>,
}

row! {
    struct Cell {
        at: Timestamp,
        calls: u64,
        errors: u64,
        refused: u64,
        cost: NanoUsd,
        latency: Vec<u8>,
    }
}

/// Every step of the time asked for, quiet ones included; at most five thousand, the latest.
pub(crate) async fn series(db: &Db, query: &SeriesQuery) -> Result<Vec<SeriesPoint>, Fault> {
    let step = query.step.ms();
    let to = query.to.ms();
    let from =
        (query.from.ms().div_euclid(step) * step).max(to.saturating_sub(MOST * step).div_euclid(step) * step);
    let workflow = query.workflow.as_ref().map_or("", WorkflowId::as_str);
    let cells: Vec<Cell> = db.all(SERIES, args![step, workflow, from, to]).await?;
    let mut points: BTreeMap<i64, (SeriesPoint, Histogram)> = BTreeMap::new();
    let mut at = from;
    while at < to {
        points.insert(
            at,
            (SeriesPoint { at: Timestamp::from_ms(at), ..SeriesPoint::default() }, Histogram::default()),
        );
        at += step;
    }
    for cell in cells {
        if let Some((point, latency)) = points.get_mut(&cell.at.ms()) {
            point.calls += cell.calls;
            point.errors += cell.errors;
            point.refused += cell.refused;
            point.cost += cell.cost;
            latency.merge(&Histogram::decode(&cell.latency));
        }
    }
    Ok(points.into_values().map(finished).collect())
}

/// The durations of every call of the UTC days from that of `from` to before `to`, from the cells by
/// day: as many rows as days, however many calls there were.
pub(crate) async fn durations(
    db: &Db,
    (from, to): (Timestamp, Timestamp),
    workflow: Option<&WorkflowId>,
) -> Result<Durations, Fault> {
    let workflow = workflow.map_or("", WorkflowId::as_str);
    let cells: Vec<Cell> = db.all(SERIES, args![DAY, workflow, from.start_of_day().ms(), to.ms()]).await?;
    let mut all = Histogram::default();
    for cell in cells {
        all.merge(&Histogram::decode(&cell.latency));
    }
    Ok(Durations { calls: all.count(), p50_ms: all.percentile(50), p95_ms: all.percentile(95) })
}

fn finished((mut point, latency): (SeriesPoint, Histogram)) -> SeriesPoint {
    point.p50_ms = latency.percentile(50);
    point.p95_ms = latency.percentile(95);
    point
}
