//! What guards found and stopped, added up. From roll-ups by day; facts are never scanned.

use db::{Db, Fault, Sql, args, row, sql};
use domain::guarded::{Deed, Direction, Guard};
use domain::ids::{RunId, WorkflowId};
use domain::time::{DAY_MS, Timestamp};

const BY_WHAT: Sql = sql!("guards/by_what");
const BY_DAY: Sql = sql!("guards/by_day");

/// Most rows of one answer.
const MOST: i64 = 2_000;

/// Which days, and whose. Whole UTC days: those that `from` and the moment before `to` are in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GuardQuery {
    /// From the day of this time on.
    pub from: Timestamp,
    /// Before this time.
    pub to: Timestamp,
    /// Of this workflow only.
    pub workflow: Option<WorkflowId>,
}

/// One line: what one guard did with one kind of thing. The most frequent first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GuardRow {
    /// Whose calls.
    pub workflow: String,
    /// The guard.
    pub guard: Guard,
    /// The kind of value, the rule, or the tool; `(other)` beyond so many a day and workflow.
    pub what: String,
    /// Which way it went.
    pub direction: Direction,
    /// What was done.
    pub deed: Deed,
    /// In how many calls.
    pub calls: u64,
    /// How often.
    pub hits: u64,
    /// When the latest of these calls began.
    pub last_at: Timestamp,
    /// Its run.
    pub last_run: Option<RunId>,
}

/// What one guard did on one day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GuardDay {
    /// The day's first moment.
    pub day: Timestamp,
    /// The guard.
    pub guard: Guard,
    /// How often.
    pub hits: u64,
}

row! {
    struct WhatLine {
        workflow: String,
        guard: String,
        what: String,
        direction: String,
        deed: String,
        calls: u64,
        hits: u64,
        last_at: Timestamp,
        last_run: String,
    }
}
row! {
    struct DayLine {
        day: i64,
        guard: String,
        hits: u64,
    }
}

pub(crate) async fn guards(db: &Db, query: &GuardQuery) -> Result<Vec<GuardRow>, Fault> {
    let (first, last, workflow) = bounds(query);
    let lines: Vec<WhatLine> = db.all(BY_WHAT, args![first, last, workflow, MOST]).await?;
    lines.into_iter().map(row_of).collect()
}

pub(crate) async fn guard_days(db: &Db, query: &GuardQuery) -> Result<Vec<GuardDay>, Fault> {
    let (first, last, workflow) = bounds(query);
    let lines: Vec<DayLine> = db.all(BY_DAY, args![first, last, workflow]).await?;
    let day = |line: DayLine| {
        let guard = Guard::parse(&line.guard).ok_or_else(odd)?;
        Ok(GuardDay { day: Timestamp::from_ms(line.day.saturating_mul(DAY_MS)), guard, hits: line.hits })
    };
    lines.into_iter().map(day).collect()
}

fn bounds(query: &GuardQuery) -> (i64, i64, &str) {
    let workflow = query.workflow.as_ref().map_or("", WorkflowId::as_str);
    (query.from.day(), query.to.plus_ms(-1).day(), workflow)
}

fn row_of(line: WhatLine) -> Result<GuardRow, Fault> {
    Ok(GuardRow {
        guard: Guard::parse(&line.guard).ok_or_else(odd)?,
        direction: Direction::parse(&line.direction).ok_or_else(odd)?,
        deed: Deed::parse(&line.deed).ok_or_else(odd)?,
        workflow: line.workflow,
        what: line.what,
        calls: line.calls,
        hits: line.hits,
        last_at: line.last_at,
        last_run: RunId::from_caller(&line.last_run).ok(),
    })
}

fn odd() -> Fault {
    Fault::new("read what guards did", std::io::Error::other("a row holds a word that is none"))
}
