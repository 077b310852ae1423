//! Takes in what clients report: counts it once, and finds what the gateway has of it.
//!
//! Runs in the transaction that takes in the journal, so a crash counts nothing twice and loses
//! nothing. The rules are `domain::telemetry`'s; here is only what they need to remember: which
//! reports were counted, which calls carry which marks, and the sums. Records of the gateway are
//! looked at only for workflows that send telemetry; all others cost nothing here.

mod meet;
mod over;
mod pages;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use db::{Fault, Sql, Tx, args, row, sql};
use domain::cache::CacheUse;
use domain::ids::InferenceId;
use domain::telemetry::settle::Sums;
use domain::telemetry::{Intake, OLDEST_MS};
use domain::time::{DAY_MS, Timestamp};

use self::pages::Pages;
use super::rows::Slim;
use super::sums::Figures;

const SOURCES: Sql = sql!("telemetry/sources");
const FACTS: Sql = sql!("telemetry/facts");
const SEEN_PRUNE: Sql = sql!("telemetry/seen_prune");
const CALLS_PRUNE: Sql = sql!("telemetry/calls_prune");
const MARKS_PRUNE: Sql = sql!("telemetry/marks_prune");

/// The side of the gateway's own records.
const GATEWAY: &str = "gateway";
/// Longer than any report is believed.
const KEPT_MS: i64 = OLDEST_MS + 2 * DAY_MS;
/// How far back a workflow's calls are looked through when it first sends telemetry …
const BACK_MS: i64 = DAY_MS;
/// … how many of them …
const BACK_MOST: i64 = 20_000;
/// … among how many of all workflows. Taking in waits for this.
const BACK_AMONG: i64 = 200_000;

/// What a stretch of journal holds for this module.
#[derive(Debug, Default)]
pub(in crate::ingest) struct Gain {
    /// What clients reported.
    pub(in crate::ingest) intakes: Vec<Intake>,
    /// What the gateway recorded for workflows that are watched.
    pub(in crate::ingest) recorded: Vec<Recorded>,
}

impl Gain {
    fn is_empty(&self) -> bool {
        self.intakes.is_empty() && self.recorded.is_empty()
    }
}

/// A record of the gateway, as far as it is compared.
#[derive(Clone, Debug)]
pub(in crate::ingest) struct Recorded {
    id: InferenceId,
    at: Timestamp,
    workflow: String,
    sums: Sums,
    marks: Vec<String>,
}

impl Recorded {
    /// Of a fact; `None` of one that used nothing. An answer out of the cache used nothing, but the
    /// client that got it counts its tokens again: those passed the gateway all the same.
    pub(in crate::ingest) fn of(id: InferenceId, fact: &Slim<'_>) -> Option<Self> {
        let Figures { usage, cache, .. } = fact.figures();
        if usage.total() == 0 && !matches!(cache, Some(CacheUse::Hit(_))) {
            return None;
        }
        let at = &fact.attribution;
        let named = [&fact.upstream_id, &fact.response_id, &at.trace, &at.session].into_iter().flatten();
        let own = [id.to_string(), at.run.to_string()].into_iter();
        let like = domain::telemetry::likeness(fact.started, &usage);
        Some(Self {
            id,
            at: fact.started,
            workflow: fact.attribution.workflow.to_owned(),
            sums: Sums {
                calls: 1,
                input: usage.input_total(),
                output: usage.output,
                price: fact.cost,
                ..Sums::default()
            },
            marks: own.chain(named.map(|name| name.to_string())).chain(like).collect(),
        })
    }
}

row! {
    struct Name {
        workflow: String,
    }
}
row! {
    struct Late {
        id: InferenceId,
        body: String,
    }
}
/// The workflows that have sent telemetry.
pub(in crate::ingest) type Watched = Arc<BTreeSet<String>>;

/// Reads which workflows are watched.
pub(in crate::ingest) async fn watched(db: &db::Db) -> Result<Watched, Fault> {
    let names: Vec<Name> = db.all(SOURCES, args![]).await?;
    Ok(Arc::new(names.into_iter().map(|name| name.workflow).collect()))
}

/// Forgets what is too old to be sent again, and then settles the sessions that nothing of it can
/// change any more.
pub(in crate::ingest) async fn prune(db: &db::Db, now: Timestamp) -> Result<(), Fault> {
    for sql in [SEEN_PRUNE, CALLS_PRUNE, MARKS_PRUNE] {
        db.execute(sql, args![now.plus_ms(-KEPT_MS)]).await?;
    }
    over::settle_all(db, now).await
}

/// Writes what a stretch adds; returns the workflows watched from now on, where these are more.
pub(in crate::ingest) async fn put(
    tx: &mut Tx,
    watched: &Watched,
    mut gain: Gain,
) -> Result<Option<Watched>, Fault> {
    if gain.is_empty() {
        return Ok(None);
    }
    let new = newly_watched(watched, &gain.intakes);
    for (workflow, at) in &new {
        gain.recorded.extend(look_back(tx, workflow, *at).await?);
    }
    let mut pages = Pages::default();
    pages.take(tx, gain.intakes).await?;
    pages.record(gain.recorded);
    pages.write(tx).await?;
    let more: BTreeSet<String> = watched.iter().cloned().chain(new.into_keys()).collect();
    Ok((more.len() > watched.len()).then(|| Arc::new(more)))
}

fn newly_watched(watched: &Watched, intakes: &[Intake]) -> BTreeMap<String, Timestamp> {
    let names = intakes.iter().map(|intake| (intake.workflow.to_string(), intake.at));
    names.filter(|(workflow, _)| !watched.contains(workflow)).collect()
}

/// What a workflow called before anyone watched it.
async fn look_back(tx: &mut Tx, workflow: &str, at: Timestamp) -> Result<Vec<Recorded>, Fault> {
    let first = InferenceId::new(at.plus_ms(-BACK_MS), [0; 10]);
    let late: Vec<Late> = tx.all(FACTS, args![first, workflow, BACK_AMONG, BACK_MOST]).await?;
    let read = |late: &Late| {
        let slim: Slim<'_> = serde_json::from_str(&late.body).ok()?;
        Recorded::of(late.id, &slim)
    };
    Ok(late.iter().filter_map(read).collect())
}
