//! Money, added up.

use db::{Db, Fault, Sql, args, row, sql};
use domain::ids::{KeyId, WorkflowId};
use domain::money::NanoUsd;
use domain::time::{DAY_MS, Timestamp};

const BY_WORKFLOW: Sql = sql!("spend/by_workflow");
const BY_MODEL: Sql = sql!("spend/by_model");
const BY_PROVIDER: Sql = sql!("spend/by_provider");
const BY_POD: Sql = sql!("spend/by_pod");
const BY_DAY: Sql = sql!("spend/by_day");
const BY_UNIT: Sql = sql!("spend/by_unit");
const BY_OWNER: Sql = sql!("spend/by_owner");
const BY_PROMPT: Sql = sql!("spend/by_prompt");
const BY_KEY: Sql = sql!("spend/by_key");

/// Most rows of one answer; days are bounded by the time asked for.
pub const MOST_ROWS: u32 = 5_000;

/// What to add up by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SpendBy {
    /// Workflow.
    Workflow,
    /// `provider/model`; `/` where nothing was sent.
    Model,
    /// Provider; empty where nothing was sent.
    Provider,
    /// Pod.
    Pod,
    /// UTC day, as a date.
    Day,
    /// Unit of work, where callers named one. Beyond a thousand a day and workflow they are together in `(other)`.
    Unit,
    /// Owner at the time.
    Owner,
    /// Key.
    Key,
}

impl SpendBy {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Workflow,
        Self::Model,
        Self::Provider,
        Self::Pod,
        Self::Day,
        Self::Unit,
        Self::Owner,
        Self::Key,
    ];

    /// The word in commands.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Workflow => "workflow",
            Self::Model => "model",
            Self::Provider => "provider",
            Self::Pod => "pod",
            Self::Day => "day",
            Self::Unit => "unit",
            Self::Owner => "owner",
            Self::Key => "key",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.as_str() == word)
    }

    const fn sql(self) -> Sql {
        match self {
            Self::Workflow => BY_WORKFLOW,
            Self::Model => BY_MODEL,
            Self::Provider => BY_PROVIDER,
            Self::Pod => BY_POD,
            Self::Day => BY_DAY,
            Self::Unit => BY_UNIT,
            Self::Owner => BY_OWNER,
            Self::Key => BY_KEY,
        }
    }
}

/// What was spent, by what, when. Whole UTC days: those that `from` and the moment before `to` are in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SpendQuery {
    /// What to add up by.
    pub by: SpendBy,
    /// From the day of this time on.
    pub from: Timestamp,
    /// Before this time.
    pub to: Timestamp,
    /// Of this workflow only.
    pub workflow: Option<WorkflowId>,
}

/// One line of the answer. Dearest first; by day: oldest first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SpendRow {
    /// The workflow, the model, the day …
    pub key: String,
    /// Inferences, refused ones included.
    pub calls: u64,
    /// Of these, errors.
    pub errors: u64,
    /// Of these, refused.
    pub refused: u64,
    /// Input tokens, cached ones included.
    pub input_tokens: u64,
    /// Output tokens.
    pub output_tokens: u64,
    /// What was charged in all.
    pub cost: NanoUsd,
    /// How much of `cost` is an estimate.
    pub estimated_cost: NanoUsd,
    /// How much of `cost` was simulated.
    pub simulated_cost: NanoUsd,
    /// Calls for which a cache was asked.
    pub cache_lookups: u64,
    /// Of these, those that it answered.
    pub cache_hits: u64,
    /// What those would have cost.
    pub saved_cost: NanoUsd,
}

/// What one version of a prompt was used for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PromptRow {
    /// The prompt.
    pub prompt: String,
    /// Its version.
    pub version: String,
    /// The label that its author gave the version; empty without one.
    pub label: String,
    /// The first moment of the first day on which it was used.
    pub first: Timestamp,
    /// The first moment of the last day on which it was used.
    pub last: Timestamp,
    /// What was used; the key is `prompt@version`.
    pub spend: SpendRow,
}

row! {
    struct Sums {
        calls: u64,
        errors: u64,
        refused: u64,
        input_tokens: u64,
        output_tokens: u64,
        cost: NanoUsd,
        estimated_cost: NanoUsd,
        simulated_cost: NanoUsd,
        cache_lookups: u64,
        cache_hits: u64,
        saved_cost: NanoUsd,
    }
}
row! {
    struct Version {
        prompt: String,
        version: String,
        label: String,
        first_day: i64,
        last_day: i64,
    }
}

struct PromptLine(Version, Sums);

impl db::FromRow for PromptLine {
    fn from_row(row: &db::Row) -> Result<Self, Fault> {
        Ok(Self(Version::from_row(row)?, Sums::from_row(row)?))
    }
}

enum Line {
    Named(String, Sums),
    Day(i64, Sums),
    Key(KeyId, Sums),
}

macro_rules! line {
    ($name:ident, $variant:ident, $column:literal) => {
        struct $name(Line);
        impl db::FromRow for $name {
            fn from_row(row: &db::Row) -> Result<Self, Fault> {
                Ok(Self(Line::$variant(row.get($column)?, Sums::from_row(row)?)))
            }
        }
    };
}
line!(NamedLine, Named, "name");
line!(DayLine, Day, "day");
line!(KeyLine, Key, "key_id");

pub(crate) async fn spend(db: &Db, query: &SpendQuery) -> Result<Vec<SpendRow>, Fault> {
    let workflow = query.workflow.as_ref().map_or("", WorkflowId::as_str);
    let (first, last) = (query.from.day(), query.to.plus_ms(-1).day());
    let values = args![first, last, workflow, i64::from(MOST_ROWS)];
    let sql = query.by.sql();
    let lines: Vec<Line> = match query.by {
        SpendBy::Day => db.all::<DayLine>(sql, values).await?.into_iter().map(|line| line.0).collect(),
        SpendBy::Key => db.all::<KeyLine>(sql, values).await?.into_iter().map(|line| line.0).collect(),
        _ => db.all::<NamedLine>(sql, values).await?.into_iter().map(|line| line.0).collect(),
    };
    Ok(lines.into_iter().map(row_of).collect())
}

/// What versions of prompts were used for over whole UTC days, as [`SpendQuery`] counts them; of one
/// prompt, or of all where it is empty. The last used first.
pub(crate) async fn prompts(
    db: &Db,
    (from, to): (Timestamp, Timestamp),
    prompt: &str,
) -> Result<Vec<PromptRow>, Fault> {
    let values = args![from.day(), to.plus_ms(-1).day(), prompt, i64::from(MOST_ROWS)];
    let lines: Vec<PromptLine> = db.all(BY_PROMPT, values).await?;
    Ok(lines.into_iter().map(prompt_row).collect())
}

fn prompt_row(PromptLine(of, sums): PromptLine) -> PromptRow {
    let spend = filled(format!("{}@{}", of.prompt, of.version), &sums);
    let Version { prompt, version, label, first_day, last_day } = of;
    PromptRow { prompt, version, label, first: day(first_day), last: day(last_day), spend }
}

fn day(number: i64) -> Timestamp {
    Timestamp::from_ms(number.saturating_mul(DAY_MS))
}

fn row_of(line: Line) -> SpendRow {
    let (key, sums) = match line {
        Line::Named(name, sums) => (name, sums),
        Line::Day(number, sums) => (day(number).date().to_string(), sums),
        Line::Key(key, sums) => (key.to_string(), sums),
    };
    filled(key, &sums)
}

fn filled(key: String, sums: &Sums) -> SpendRow {
    SpendRow {
        key,
        calls: sums.calls,
        errors: sums.errors,
        refused: sums.refused,
        input_tokens: sums.input_tokens,
        output_tokens: sums.output_tokens,
        cost: sums.cost,
        estimated_cost: sums.estimated_cost,
        simulated_cost: sums.simulated_cost,
        cache_lookups: sums.cache_lookups,
        cache_hits: sums.cache_hits,
        saved_cost: sums.saved_cost,
    }
}
