//! Sessions that are over: their rows become rows of a day.
//!
//! A session of which nothing can come any more that is believed is settled once for all, by all of
//! its days, and its figures are added to those of each day. So what is kept follows days, sources
//! and families, and not how many sessions there were. What names no session stays as it is: of
//! that there is one row a day already.

use std::collections::BTreeMap;

use db::{Batch, Db, Fault, FromRow, Sql, Tx, args, row, sql};
use domain::telemetry::settle::{Session, Settled, settle_days};
use domain::telemetry::together::{Amounts, Days};
use domain::telemetry::{Family, MOST_SUM, Measure};
use domain::time::Timestamp;

use super::pages::values;
use super::{GATEWAY, KEPT_MS};
use crate::sources::{Clients, Usage, Work};

const USAGE: Table = Table {
    ended: sql!("telemetry/usage_ended"),
    rows: sql!("telemetry/usage_rows"),
    drop: sql!("telemetry/usage_drop"),
};
const WORK: Table = Table {
    ended: sql!("telemetry/work_ended"),
    rows: sql!("telemetry/work_rows"),
    drop: sql!("telemetry/work_drop"),
};
const OVER_PUT: Sql = sql!("telemetry/over_put");
const WORK_OVER_PUT: Sql = sql!("telemetry/work_over_put");

/// Sessions in one transaction …
const PART: i64 = 256;
/// … and how many of these an hour. Taking in waits for them.
const PARTS: usize = 64;

/// The statements of a table that has rows by session.
struct Table {
    ended: Sql,
    rows: Sql,
    drop: Sql,
}

row! {
    struct Ended {
        session: String,
    }
}

/// Settles what is over, as far as one turn goes.
pub(super) async fn settle_all(db: &Db, now: Timestamp) -> Result<(), Fault> {
    let before = now.plus_ms(-KEPT_MS).day();
    for _ in 0..PARTS {
        let mut tx = db.begin("settle telemetry that is over").await?;
        let usage: Vec<Usage> = take(&mut tx, &USAGE, before).await?;
        let work: Vec<Work> = take(&mut tx, &WORK, before).await?;
        if usage.is_empty() && work.is_empty() {
            return tx.rollback().await;
        }
        put_usage(&mut tx, usage).await?;
        put_work(&mut tx, work).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Takes all rows of some sessions of which nothing has come since a day. Where another server takes
/// them at the same time, one of the two is refused and finds them gone the next time.
async fn take<T: FromRow>(tx: &mut Tx, table: &Table, before: i64) -> Result<Vec<T>, Fault> {
    let ended: Vec<Ended> = tx.all(table.ended, args![before, PART]).await?;
    let (mut rows, mut gone) = (Batch::new(table.rows), Batch::new(table.drop));
    for Ended { session } in ended {
        rows.push(args![session.as_str()]);
        gone.push(args![session]);
    }
    let rows: Vec<T> = tx.all_batch(rows).await?;
    let dropped = tx.execute_batch(gone).await?;
    if usize::try_from(dropped).ok() != Some(rows.len()) {
        return Err(Fault::passing("settle telemetry that is over", "its rows changed meanwhile"));
    }
    Ok(rows)
}

async fn put_usage(tx: &mut Tx, rows: Vec<Usage>) -> Result<(), Fault> {
    let mut clients: Clients<(), Days<Session>> = Clients::default();
    for row in rows {
        let client = (row.workflow.clone(), row.client.clone(), row.service.clone(), ());
        let member = clients.member(client, row.source.clone(), &row.person);
        let days = member.sessions.entry(row.session.clone()).or_default();
        row.add_to(days.0.entry(row.day).or_default());
    }
    let mut over: BTreeMap<(i64, String, &'static str), (u64, Settled)> = BTreeMap::new();
    for (_, source, sessions) in clients.settled() {
        for session in sessions.values() {
            let settled = settle_days(&session.0);
            let last = settled.iter().filter(|(_, day)| !day.is_empty()).map(|(day, _)| *day).max();
            for (day, part) in settled {
                let side = part.family.map_or(GATEWAY, Family::as_str);
                let (ended, sum) = over.entry((day, source.clone(), side)).or_default();
                *ended += u64::from(Some(day) == last);
                sum.direct = sum.direct.plus(part.direct);
                sum.passed = sum.passed.plus(part.passed);
                sum.gateway = sum.gateway.plus(part.gateway);
            }
        }
    }
    let mut batch = Batch::new(OVER_PUT);
    for ((day, source, side), (ended, sum)) in &over {
        let row = args![*day, source, *side, *ended].into_iter();
        batch.push(row.chain(values(&sum.direct)).chain(values(&sum.passed)).chain(values(&sum.gateway)));
    }
    tx.execute_batch(batch).await.map(drop)
}

async fn put_work(tx: &mut Tx, rows: Vec<Work>) -> Result<(), Fault> {
    let mut clients: Clients<Measure, Days<Amounts>> = Clients::default();
    for row in rows {
        let (Some(family), Some(measure)) = (Family::parse(&row.family), Measure::parse(&row.measure)) else {
            continue;
        };
        let client = (row.workflow, row.client, row.service, measure);
        let member = clients.member(client, row.source, &row.person);
        let day = member.sessions.entry(row.session).or_default().0.entry(row.day).or_default();
        day.add(family, row.amount);
    }
    let mut over: BTreeMap<(i64, String, Family, Measure), u64> = BTreeMap::new();
    for ((.., measure), source, sessions) in clients.settled() {
        for days in sessions.into_values() {
            for (family, day, amount) in days.best() {
                let sum = over.entry((day, source.clone(), family, measure)).or_default();
                *sum = sum.saturating_add(amount).min(MOST_SUM);
            }
        }
    }
    let mut batch = Batch::new(WORK_OVER_PUT);
    for ((day, source, family, measure), amount) in &over {
        batch.push(args![*day, source, family.as_str(), measure.as_str(), *amount]);
    }
    tx.execute_batch(batch).await.map(drop)
}
