//! Pages of runs, newest first.
//!
//! Each page scans a bounded stretch of the one index that serves its narrowest filter and applies
//! the rest to what it finds. A page for a rare combination may therefore come back short, with a
//! cursor to go on from; it never takes long.

use db::{Db, Fault, Sql, Value, args, row, sql};
use domain::ids::{PersonId, RunId, WorkflowId};
use domain::inference::Status;
use domain::money::NanoUsd;
use domain::time::Timestamp;

use super::{Cursor, Page};

const BY_TIME: Sql = sql!("runs/by_time");
const BY_WORKFLOW: Sql = sql!("runs/by_workflow");
const BY_OWNER: Sql = sql!("runs/by_owner");
const BY_MODEL: Sql = sql!("runs/by_model");
const BY_STATUS: Sql = sql!("runs/by_status");
const BY_TEXT: Sql = sql!("runs/by_text");

/// Rows that one scan looks at, where filters are left to apply.
const STRETCH: i64 = 5_000;
/// Scans for one page.
const SCANS: u32 = 4;
/// Ids with the wanted beginning that a search by text looks at.
const TEXT_STRETCH: i64 = 20_000;
/// Most rows on a page.
const MOST: u32 = 500;

/// Which runs. Absent means any.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RunFilter {
    /// Of this workflow.
    pub workflow: Option<WorkflowId>,
    /// Whose last owner is this person.
    pub owner: Option<PersonId>,
    /// Whose last target is this `provider/model`.
    pub model: Option<String>,
    /// Whose last inference ended so.
    pub status: Option<Status>,
    /// That cost at least this.
    pub min_cost: Option<NanoUsd>,
    /// That began at this time or later.
    pub from: Option<Timestamp>,
    /// That began before this time.
    pub to: Option<Timestamp>,
    /// Whose id begins with this.
    pub text: Option<String>,
}

row! {
    /// A run, added up.
    #[derive(PartialEq, Eq)]
    pub struct RunRow {
        seq: i64,
        /// Its id.
        pub run: RunId,
        /// The workflow. Another workflow may use the same run id; that is another run.
        pub workflow: WorkflowId,
        /// When its first inference began.
        pub began: Timestamp,
        /// When its last inference ended.
        pub ended: Timestamp,
        /// Inferences, refused ones included.
        pub calls: u64,
        /// Of these, errors.
        pub errors: u64,
        /// Of these, refused.
        pub refused: u64,
        /// What it cost.
        pub cost: NanoUsd,
        /// How much of that is an estimate.
        pub estimated_cost: NanoUsd,
        /// Of the inferences, simulated ones.
        pub simulated: u64,
        /// Owner at its last inference.
        pub owner: PersonId,
        /// `provider/model` of the last inference that was sent; empty where none was.
        pub model: String,
        /// How the last inference ended.
        pub status: Status,
    }
}

row! {
    struct Scanned {
        kept: i64,
        seen: i64,
    }
}

struct Found(Scanned, RunRow);

impl db::FromRow for Found {
    fn from_row(row: &db::Row) -> Result<Self, Fault> {
        Ok(Self(Scanned::from_row(row)?, RunRow::from_row(row)?))
    }
}

impl RunRow {
    const fn cursor(&self) -> Cursor {
        Cursor { began: self.began.ms(), seq: self.seq }
    }
}

impl RunFilter {
    /// The statement that scans the index of the narrowest filter, and whether it leaves others to apply.
    fn plan(&self) -> (Sql, bool) {
        let others =
            [self.workflow.is_some(), self.owner.is_some(), self.model.is_some(), self.status.is_some()];
        let several = others.into_iter().filter(|set| *set).count() > 1 || self.min_cost.is_some();
        let rare = self.status.is_some_and(|status| status != Status::Ok);
        let sql = match self {
            _ if rare => BY_STATUS,
            Self { workflow: Some(_), .. } => BY_WORKFLOW,
            Self { owner: Some(_), .. } => BY_OWNER,
            Self { model: Some(_), .. } => BY_MODEL,
            Self { status: Some(_), .. } => BY_STATUS,
            _ => BY_TIME,
        };
        (sql, several)
    }

    fn values(&self, from: Cursor, limit: i64, stretch: i64) -> Vec<Value> {
        let word = |text: Option<&str>| Value::from(text.unwrap_or_default());
        let mut values = args![from.began, from.seq];
        values.push(self.from.map_or(i64::MIN, Timestamp::ms).into());
        values.push(self.to.map_or(i64::MAX, Timestamp::ms).into());
        values.push(word(self.workflow.as_ref().map(WorkflowId::as_str)));
        values.push(word(self.owner.as_ref().map(PersonId::as_str)));
        values.push(word(self.model.as_deref()));
        values.push(word(self.status.map(Status::as_str)));
        values.push(self.min_cost.map_or(i64::MIN, NanoUsd::nano).into());
        values.extend(args![limit, stretch]);
        values
    }
}

const NEWEST: Cursor = Cursor { began: i64::MAX, seq: i64::MAX };

pub(crate) async fn runs(
    db: &Db,
    filter: &RunFilter,
    cursor: Option<Cursor>,
    limit: u32,
) -> Result<Page<RunRow>, Fault> {
    let (limit, mut from) = (limit.clamp(1, MOST), cursor.unwrap_or(NEWEST));
    if let Some(text) = filter.text.as_deref().filter(|text| !text.is_empty()) {
        return by_text(db, filter, from, limit, text).await;
    }
    let (sql, filtered) = filter.plan();
    let mut items = Vec::new();
    for _ in 0..SCANS {
        let wanted = limit_of(limit) - items_of(&items);
        let stretch = if filtered { STRETCH.max(wanted) } else { wanted };
        let found: Vec<Found> = db.all(sql, filter.values(from, wanted, stretch)).await?;
        let Some(edge) =
            found.last().filter(|found| found.0.kept == 0).map(|found| (found.0.seen, found.1.cursor()))
        else {
            return Ok(Page { items, next: None });
        };
        items.extend(found.into_iter().filter(|found| found.0.kept == 1).map(|found| found.1));
        if items_of(&items) >= limit_of(limit) {
            let next = items.last().map(RunRow::cursor);
            return Ok(Page { items, next });
        }
        if edge.0 < stretch {
            return Ok(Page { items, next: None });
        }
        from = edge.1;
    }
    Ok(Page { items, next: Some(from) })
}

async fn by_text(
    db: &Db,
    filter: &RunFilter,
    from: Cursor,
    limit: u32,
    text: &str,
) -> Result<Page<RunRow>, Fault> {
    let mut values = filter.values(from, limit_of(limit), TEXT_STRETCH);
    values.extend(args![text, format!("{text}\u{10ffff}")]);
    let found: Vec<Found> = db.all(BY_TEXT, values).await?;
    let items: Vec<_> = found.into_iter().map(|found| found.1).collect();
    let full = items_of(&items) >= limit_of(limit);
    let next = items.last().filter(|_| full).map(RunRow::cursor);
    Ok(Page { items, next })
}

fn limit_of(limit: u32) -> i64 {
    i64::from(limit)
}

fn items_of(items: &[RunRow]) -> i64 {
    i64::try_from(items.len()).unwrap_or(i64::MAX)
}
