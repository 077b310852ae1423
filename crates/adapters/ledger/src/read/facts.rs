//! Single inferences, and those of one run.

use db::{Db, Fault, Sql, args, row, sql};
use domain::ids::{InferenceId, RunId, WorkflowId};
use domain::inference::{Fact, Opened};
use domain::money::NanoUsd;

const FACT: Sql = sql!("read/fact");
const RUN_FACTS: Sql = sql!("read/run_facts");
const OPEN_CALLS: Sql = sql!("read/open_calls");
const RUN_TALLY: Sql = sql!("read/run_tally");

/// Inferences of one run that are read at most: far beyond any iteration cap in use.
pub const MOST_OF_A_RUN: usize = 5_000;

row! {
    struct Body {
        body: String,
    }
}
row! {
    struct OpenRow {
        journal: i64,
        body: String,
    }
}
row! {
    struct Tally {
        iterations: u64,
        cost: NanoUsd,
    }
}

/// A call under way, and whose journal has it.
pub(crate) struct OpenCall {
    pub(crate) journal: i64,
    pub(crate) opened: Opened,
}

pub(crate) fn parse_fact(json: &str) -> Result<Fact, Fault> {
    serde_json::from_str(json).map_err(|error| Fault::new("read a fact", error))
}

pub(crate) async fn inference(db: &Db, id: InferenceId) -> Result<Option<Fact>, Fault> {
    let row: Option<Body> = db.optional(FACT, args![id]).await?;
    row.map(|row| parse_fact(&row.body)).transpose()
}

pub(crate) async fn run(db: &Db, run: &RunId) -> Result<Vec<Fact>, Fault> {
    let most = i64::try_from(MOST_OF_A_RUN).unwrap_or(i64::MAX);
    let rows: Vec<Body> = db.all(RUN_FACTS, args![run, most]).await?;
    rows.iter().map(|row| parse_fact(&row.body)).collect()
}

pub(crate) async fn open_calls(db: &Db) -> Result<Vec<OpenCall>, Fault> {
    let rows: Vec<OpenRow> = db.all(OPEN_CALLS, args![]).await?;
    rows.into_iter()
        .map(|row| {
            let opened =
                serde_json::from_str(&row.body).map_err(|error| Fault::new("read an open call", error))?;
            Ok(OpenCall { journal: row.journal, opened })
        })
        .collect()
}

pub(crate) async fn run_tally(
    db: &Db,
    workflow: &WorkflowId,
    run: &RunId,
) -> Result<Option<(u64, NanoUsd)>, Fault> {
    let row: Option<Tally> = db.optional(RUN_TALLY, args![run, workflow]).await?;
    Ok(row.map(|row| (row.iterations, row.cost)))
}
