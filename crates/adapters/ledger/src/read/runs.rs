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

const PAGE: Sql = sql!("runs/page");

/// Rows of an index that the scans for one page look at, one after the other. Most pages are found
/// by the first; only a rare combination pays for the others.
const STRETCHES: [i64; 4] = [1_000, 3_000, 6_000, 10_000];
/// Ids with the wanted beginning that a search by text looks at.
const TEXT_STRETCH: i64 = 20_000;
/// Most rows on a page.
const MOST: u32 = 500;

/// How a run ended, as a filter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// Its last inference so.
    As(Status),
    /// With an inference that failed ([`Status::is_error`]), whatever came after it.
    InError,
}

impl Ended {
    /// The stable word: that of the status, or `error`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::As(status) => status.as_str(),
            Self::InError => "error",
        }
    }

    /// Every word there is, the widest first.
    pub fn all() -> impl Iterator<Item = Self> {
        std::iter::once(Self::InError).chain(Status::ALL.map(Self::As))
    }

    /// Reads the stable word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::all().find(|ended| ended.as_str() == word)
    }
}

/// Which runs. Absent means any.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RunFilter {
    /// Of this workflow.
    pub workflow: Option<WorkflowId>,
    /// Whose last owner is this person.
    pub owner: Option<PersonId>,
    /// Whose last target is this `provider/model`.
    pub model: Option<String>,
    /// That ended so.
    pub ended: Option<Ended>,
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

/// The index that a page is read from; the word is the guard of its branch in the statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Index {
    Time,
    Workflow,
    Owner,
    Model,
    Status,
    Error,
    Text,
}

impl Index {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Workflow => "workflow",
            Self::Owner => "owner",
            Self::Model => "model",
            Self::Status => "status",
            Self::Error => "error",
            Self::Text => "text",
        }
    }
}

/// A stretch of an index: from here, for so many hits, among so many rows.
struct Scan {
    index: Index,
    from: Cursor,
    limit: i64,
    stretch: i64,
}

impl RunFilter {
    /// The index of the narrowest filter.
    fn index(&self) -> Index {
        match self {
            Self { ended: Some(Ended::InError), .. } => Index::Error,
            Self { ended: Some(Ended::As(status)), .. } if *status != Status::Ok => Index::Status,
            Self { workflow: Some(_), .. } => Index::Workflow,
            Self { owner: Some(_), .. } => Index::Owner,
            Self { model: Some(_), .. } => Index::Model,
            Self { ended: Some(_), .. } => Index::Status,
            Self { .. } => Index::Time,
        }
    }

    /// Whether the index leaves filters to apply.
    fn leaves_others(&self) -> bool {
        let set = [self.workflow.is_some(), self.owner.is_some(), self.model.is_some(), self.ended.is_some()];
        set.into_iter().filter(|set| *set).count() > 1 || self.min_cost.is_some()
    }

    fn values(&self, scan: &Scan) -> Vec<Value> {
        let word = |text: Option<&str>| Value::from(text.unwrap_or_default());
        let text = self.text.as_deref().unwrap_or_default();
        let mut values = args![scan.from.began, scan.from.seq];
        values.push(self.from.map_or(i64::MIN, Timestamp::ms).into());
        values.push(self.to.map_or(i64::MAX, Timestamp::ms).into());
        values.push(word(self.workflow.as_ref().map(WorkflowId::as_str)));
        values.push(word(self.owner.as_ref().map(PersonId::as_str)));
        values.push(word(self.model.as_deref()));
        values.push(word(self.ended.map(Ended::as_str)));
        values.push(self.min_cost.map_or(i64::MIN, NanoUsd::nano).into());
        values.extend(args![
            scan.limit,
            scan.stretch,
            scan.index.as_str(),
            text,
            format!("{text}\u{10ffff}")
        ]);
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
    if filter.text.as_ref().is_some_and(|text| !text.is_empty()) {
        return by_text(db, filter, from, limit).await;
    }
    let (index, filtered) = (filter.index(), filter.leaves_others());
    let mut items = Vec::new();
    for rows in STRETCHES {
        let wanted = limit_of(limit) - items_of(&items);
        let stretch = if filtered { rows.max(wanted) } else { wanted };
        let found: Vec<Found> =
            db.all(PAGE, filter.values(&Scan { index, from, limit: wanted, stretch })).await?;
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

async fn by_text(db: &Db, filter: &RunFilter, from: Cursor, limit: u32) -> Result<Page<RunRow>, Fault> {
    let scan = Scan { index: Index::Text, from, limit: limit_of(limit), stretch: TEXT_STRETCH };
    let found: Vec<Found> = db.all(PAGE, filter.values(&scan)).await?;
    let items: Vec<_> = found.into_iter().filter(|found| found.0.kept == 1).map(|found| found.1).collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for ended in Ended::all() {
            assert_eq!(Ended::parse(ended.as_str()), Some(ended));
        }
        assert_eq!(Ended::parse("fine"), None);
    }
}
