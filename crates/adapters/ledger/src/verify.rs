//! Holds what is stored against what must hold: `doctor` asks this.

use std::collections::BTreeMap;

use db::{Db, Fault, Sql, Tx, args, row, sql};
use domain::ids::InferenceId;
use domain::invariants;
use domain::money::NanoUsd;

use crate::ingest::DAY;
use crate::read::{open_calls, parse_fact};

const FACTS: Sql = sql!("verify/facts");
const SPEND_DAY: Sql = sql!("verify/spend_day");
const SPEND_KEY_DAY: Sql = sql!("verify/spend_key_day");
const TRAFFIC: Sql = sql!("verify/traffic");
const RUNS: Sql = sql!("verify/runs");
const ACCOUNTS: Sql = sql!("verify/accounts");
const SAMPLE: Sql = sql!("verify/sample");
const OPEN_AND_ENDED: Sql = sql!("verify/open_and_ended");
const TELEMETRY: Sql = sql!("verify/telemetry");

/// How many of the newest facts are looked at one by one.
const SAMPLE_SIZE: i64 = 2_000;
/// How many differences of one kind are spelled out.
const SPELLED_OUT: usize = 5;

row! {
    #[derive(PartialEq, Eq)]
    struct Line {
        day: i64,
        workflow: String,
        calls: i64,
        errors: i64,
        refused: i64,
        cost: NanoUsd,
    }
}
row! {
    struct Account {
        day: i64,
        settled: NanoUsd,
    }
}
row! {
    struct Sampled {
        id: InferenceId,
        body: String,
    }
}
row! {
    struct Count {
        n: i64,
    }
}

/// Figures by day and workflow: calls, errors, refused, cost.
type Totals = BTreeMap<(i64, String), (i64, i64, i64, NanoUsd)>;

/// What is wrong; empty if nothing is.
pub(crate) async fn verify(db: &Db, journal: i64, instance: &str) -> Result<Vec<String>, Fault> {
    let mut tx = db.snapshot("verify the ledger").await?;
    let facts = totals(tx.all(FACTS, args![]).await?);
    let mut problems = Vec::new();
    for (name, lines) in [
        ("spend by day", tx.all(SPEND_DAY, args![]).await?),
        ("spend by key", tx.all(SPEND_KEY_DAY, args![]).await?),
        ("calls over time", tx.all(TRAFFIC, args![DAY]).await?),
    ] {
        problems.extend(differences(name, &facts, &totals(lines)));
    }
    let runs = totals(tx.all(RUNS, args![]).await?);
    problems.extend(differences("runs", &without_days(&facts), &runs));
    problems.extend(accounts(&mut tx, &facts).await?);
    problems.extend(sample(&mut tx).await?);
    let both: Vec<Count> = tx.all(OPEN_AND_ENDED, args![]).await?;
    problems.extend(
        both.iter()
            .filter(|count| count.n > 0)
            .map(|count| format!("{} calls are both open and ended", count.n)),
    );
    let beyond: Vec<Count> = tx.all(TELEMETRY, args![]).await?;
    problems.extend(beyond.iter().filter(|count| count.n > 0).map(|count| {
        format!("of {} sessions of telemetry more passed the gateway than there is in all", count.n)
    }));
    tx.rollback().await?;
    problems.extend(left_open(db, journal, instance).await?);
    Ok(problems)
}

fn totals(lines: Vec<Line>) -> Totals {
    lines
        .into_iter()
        .map(|line| ((line.day, line.workflow), (line.calls, line.errors, line.refused, line.cost)))
        .collect()
}

fn without_days(totals: &Totals) -> Totals {
    let mut sums = Totals::new();
    for ((_, workflow), (calls, errors, refused, cost)) in totals {
        let sum = sums.entry((0, workflow.clone())).or_default();
        *sum = (sum.0 + calls, sum.1 + errors, sum.2 + refused, sum.3 + *cost);
    }
    sums
}

fn differences(name: &str, facts: &Totals, rolled: &Totals) -> Vec<String> {
    let keys: std::collections::BTreeSet<_> = facts.keys().chain(rolled.keys()).collect();
    let mut problems: Vec<_> = keys
        .into_iter()
        .filter(|key| facts.get(*key) != rolled.get(*key))
        .map(|key| {
            let (day, workflow) = key;
            let (fact, roll) = (facts.get(key).copied().unwrap_or_default(), rolled.get(key).copied().unwrap_or_default());
            format!(
                "{name}, {workflow}, day {day}: the facts say {} calls, {} errors, {} refused, {}; the roll-up says {}, {}, {}, {}",
                fact.0, fact.1, fact.2, fact.3.to_decimal(), roll.0, roll.1, roll.2, roll.3.to_decimal()
            )
        })
        .collect();
    if problems.len() > SPELLED_OUT {
        let more = problems.len() - SPELLED_OUT;
        problems.truncate(SPELLED_OUT);
        problems.push(format!("{name}: {more} more differences"));
    }
    problems
}

async fn accounts(tx: &mut Tx, facts: &Totals) -> Result<Vec<String>, Fault> {
    let mut expected: BTreeMap<i64, NanoUsd> = BTreeMap::new();
    for ((day, _), (_, _, _, cost)) in facts.iter().filter(|(_, line)| line.3 != NanoUsd::ZERO) {
        *expected.entry(*day).or_default() += *cost;
    }
    let rows: Vec<Account> = tx.all(ACCOUNTS, args![]).await?;
    let found: BTreeMap<_, _> = rows.into_iter().map(|row| (row.day, row.settled)).collect();
    let charged: NanoUsd = found.values().copied().sum();
    let due: NanoUsd = expected.values().copied().sum();
    let same = found == expected;
    let problem = || {
        format!(
            "the organisation's account holds {} where the facts say {}, or on other days",
            charged.to_decimal(),
            due.to_decimal()
        )
    };
    Ok((!same).then(problem).into_iter().collect())
}

async fn sample(tx: &mut Tx) -> Result<Vec<String>, Fault> {
    let mut problems = Vec::new();
    for row in tx.all::<Sampled>(SAMPLE, args![SAMPLE_SIZE]).await? {
        match parse_fact(&row.body) {
            Ok(fact) if fact.id != row.id => problems.push(format!("{} is stored as {}", fact.id, row.id)),
            Ok(fact) => {
                let broken = invariants::violations(&fact);
                problems.extend(broken.into_iter().map(|rule| format!("{}: {rule}", fact.id)));
            }
            Err(fault) => problems.push(format!("{}: {}", row.id, fault.chain())),
        }
    }
    Ok(problems)
}

async fn left_open(db: &Db, journal: i64, instance: &str) -> Result<Vec<String>, Fault> {
    let open = open_calls(db).await?;
    let left = open.into_iter().filter(|call| call.journal == journal && call.opened.instance != instance);
    Ok(left.map(|call| format!("{} was left open by {}", call.opened.id, call.opened.instance)).collect())
}
