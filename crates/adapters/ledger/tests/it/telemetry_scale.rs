//! What telemetry costs does not grow with what has been sent: sessions that are over become days, a
//! workflow is read by its own sources, and a new call looks at no old one.

use db::{Db, Options, Sql, args, row};
use domain::ids::WorkflowId;
use domain::telemetry::settle::Sums;
use domain::telemetry::{Growth, Intake, Measure, Observation, Reading};
use domain::time::{DAY_MS, Timestamp};
use ledger::{Ledger, TelemetryQuery, TelemetryRow};
use testkit::days;

use crate::make::{NOW, Place, at, fact, settle, workflow};
use crate::telemetry::{call, intake, query, reading, recorded, rows, tally, tokens};

const SESSIONS: Sql = Sql::inline(
    "sessions",
    "select (select count(*) from telemetry_usage where session <> '') as of_usage,
        (select count(*) from telemetry_work where session <> '') as of_work",
);

row! {
    struct Sessions {
        of_usage: i64,
        of_work: i64,
    }
}

/// The database beside the ledger's own connections.
async fn beside(place: &Place) -> Db {
    let none = db::Migrations { part: "none", sqlite: &[], postgres: &[] };
    Db::open(&place.target, &Options::default(), &none).await.unwrap()
}

async fn sessions(db: &Db) -> (i64, i64) {
    let rows: Sessions = db.one(SESSIONS, args![]).await.unwrap();
    (rows.of_usage, rows.of_work)
}

fn in_session(observation: Observation, session: &str, days_later: i64) -> Observation {
    let at = at(NOW).plus_ms(days_later * DAY_MS);
    match observation {
        Observation::Call(call) => {
            Observation::Call(domain::telemetry::Call { session: session.into(), at, ..call })
        }
        Observation::Reading(reading) => {
            Observation::Reading(Reading { session: session.into(), at, ..reading })
        }
    }
}

/// A month passes, and two calls of another workflow are taken in: between them old things are settled.
async fn a_month_passes(place: &Place, ledger: &Ledger, number: u32) {
    place.clock.advance(days(40));
    for number in [number, number + 2] {
        ledger.record(fact(number)).await.unwrap();
        settle(ledger).await;
    }
}

/// What there is of three days, and of each of them alone.
async fn everything(ledger: &Ledger) -> Vec<Vec<TelemetryRow>> {
    let start = at(NOW).start_of_day();
    let day = |from: Timestamp, days: i64| TelemetryQuery {
        from,
        to: from.plus_ms(days * DAY_MS),
        workflow: Some(workflow("support")),
    };
    let mut all = Vec::new();
    for asked in [day(start, 3), day(start, 1), day(start.plus_ms(DAY_MS), 1)] {
        all.push(ledger.telemetry_sources(&asked).await.unwrap());
    }
    all
}

/// A session of events over two days, one of counters that passed the gateway, and counters of none.
fn reports() -> Vec<Observation> {
    let passed = reading(3, Measure::Output, 20, Growth::Once);
    let unnamed = reading(4, Measure::Output, 500, Growth::Once);
    vec![
        in_session(call(1, &["req_1"]), "s-1", 0),
        in_session(call(2, &[]), "s-1", 1),
        in_session(reading(5, Measure::Output, 999, Growth::Once), "s-1", 0),
        in_session(passed, "s-2", 0),
        in_session(unnamed, "", 0),
        in_session(reading(6, Measure::LinesAdded, 7, Growth::Once), "s-1", 1),
        in_session(reading(7, Measure::LinesAdded, 8, Growth::Once), "", 0),
    ]
}

#[tokio::test]
async fn a_session_that_is_over_becomes_rows_of_its_days_and_no_figure_changes() {
    for place in [Place::sqlite(), Place::postgres()] {
        let (ledger, _) = place.open("a").await;
        for (number, name) in [(1, "req_1"), (2, "other")] {
            let mut known = recorded(number);
            known.upstream_id = Some(name.into());
            known.attribution.session = (number == 2).then(|| "s-2".into());
            ledger.record(known).await.unwrap();
        }
        let owners = Intake {
            source: domain::telemetry::Source { person: String::new(), ..intake(2, vec![]).source },
            ..intake(2, vec![in_session(call(9, &[]), "s-3", 0)])
        };
        ledger.telemetry(vec![intake(1, reports()), owners]).await.unwrap();
        settle(&ledger).await;
        let before = everything(&ledger).await;
        let all = &before[0];
        assert_eq!(all.iter().map(|row| row.direct.calls + row.passed.calls).sum::<u64>(), 3);
        let tom = all.iter().find(|row| row.person == "tom").unwrap();
        assert_eq!((tom.sessions, tom.direct.output, tom.passed.output, tom.gateway.calls), (3, 520, 40, 2));
        assert_eq!(tom.work.get(&Measure::LinesAdded), Some(&15));
        let db = beside(&place).await;
        assert_eq!(sessions(&db).await, (7, 1));
        a_month_passes(&place, &ledger, 1).await;
        assert_eq!(sessions(&db).await, (0, 0), "nothing is left by session");
        let after = everything(&ledger).await;
        assert_eq!(after[0], before[0]);
        for (after, before) in after.iter().zip(&before) {
            let figures = |rows: &[TelemetryRow]| -> Vec<(Sums, Sums, Sums)> {
                rows.iter().map(|row| (row.direct, row.passed, row.gateway)).collect()
            };
            assert_eq!(figures(after), figures(before));
        }
        assert_eq!(ledger.verify().await.unwrap(), Vec::<String>::new());
        db.close().await;
        ledger.shutdown().await;
    }
}

#[tokio::test]
async fn a_session_that_goes_on_stays_whole() {
    for place in [Place::sqlite(), Place::postgres()] {
        let (ledger, _) = place.open("a").await;
        ledger.telemetry(vec![intake(1, vec![in_session(call(1, &[]), "s-1", 0)])]).await.unwrap();
        settle(&ledger).await;
        place.clock.advance(days(20));
        let later =
            Intake { at: place.clock.shared().now(), ..intake(2, vec![in_session(call(2, &[]), "s-1", 20)]) };
        ledger.telemetry(vec![later]).await.unwrap();
        settle(&ledger).await;
        place.clock.advance(days(20));
        for number in [1, 3] {
            ledger.record(fact(number)).await.unwrap();
            settle(&ledger).await;
        }
        let db = beside(&place).await;
        assert_eq!(sessions(&db).await, (2, 0), "its first day is old, its last is not");
        db.close().await;
        ledger.shutdown().await;
    }
}

#[tokio::test]
async fn a_call_of_a_session_that_both_sides_know_looks_at_no_earlier_call_of_it() {
    const FORGET: Sql = Sql::inline("forget", "update telemetry_calls set passed = 0");
    for place in [Place::sqlite(), Place::postgres()] {
        let (ledger, _) = place.open("a").await;
        let mut known = recorded(1);
        known.attribution.session = Some("s-1".into());
        ledger.record(known).await.unwrap();
        let many = (1..=50).map(|number| call(number, &["s-1"])).collect();
        ledger.telemetry(vec![intake(1, many)]).await.unwrap();
        assert_eq!(tally(&ledger).await, (0, 50, 1));
        // Whatever is looked at again would now be counted as passed again.
        let db = beside(&place).await;
        db.execute(FORGET, args![]).await.unwrap();
        db.close().await;
        ledger.telemetry(vec![intake(2, vec![call(51, &["s-1"])])]).await.unwrap();
        let row = &rows(&ledger).await[0];
        assert_eq!((tokens(&row.passed), row.gateway.calls), ((51, 51 * 11, 51 * 20), 1));
        ledger.shutdown().await;
    }
}

#[tokio::test]
async fn one_workflows_telemetry_is_found_by_its_own_sources() {
    row! {
        struct Plan {
            detail: String,
        }
    }
    macro_rules! plan {
        ($name:literal) => {
            (
                Sql::inline(
                    $name,
                    concat!(
                        "explain query plan ",
                        include_str!(concat!("../../queries/telemetry/", $name, ".sql"))
                    ),
                ),
                $name,
            )
        };
    }
    let place = Place::sqlite();
    let (ledger, _) = place.open("a").await;
    ledger.shutdown().await;
    let db = beside(&place).await;
    for (sql, name) in
        [plan!("usage_of"), plan!("work_of"), plan!("over_of"), plan!("work_over_of"), plan!("list_of")]
    {
        let steps: Vec<Plan> = db.all(sql, args![1_i64, 2_i64, "support"]).await.unwrap();
        let steps: Vec<String> = steps.into_iter().map(|step| step.detail).collect();
        assert!(steps.iter().any(|step| step.contains("telemetry_sources_by_workflow")), "{name}: {steps:?}");
        assert!(steps.iter().all(|step| !step.starts_with("SCAN")), "{name}: {steps:?}");
        let by_source =
            steps.iter().filter(|step| step.contains("_by_source (source=? AND day>? AND day<?)"));
        assert_eq!(by_source.count(), usize::from(name != "list_of"), "{name}: {steps:?}");
    }
    db.close().await;
}

#[tokio::test]
async fn a_question_about_one_workflow_is_answered_with_its_own_figures() {
    for place in [Place::sqlite(), Place::postgres()] {
        let (ledger, _) = place.open("a").await;
        let elsewhere = Intake { workflow: workflow("sql"), ..intake(2, vec![call(2, &[]), call(3, &[])]) };
        ledger.telemetry(vec![intake(1, vec![call(1, &[])]), elsewhere]).await.unwrap();
        settle(&ledger).await;
        for (name, calls) in [("support", vec![1]), ("sql", vec![2]), ("nobody", vec![])] {
            let asked = TelemetryQuery { workflow: Some(WorkflowId::new(name).unwrap()), ..query() };
            let rows = ledger.telemetry_sources(&asked).await.unwrap();
            assert_eq!(rows.iter().map(|row| row.direct.calls).collect::<Vec<_>>(), calls, "{name}");
        }
        ledger.shutdown().await;
    }
}
