//! The ledger's promises, held against SQLite and a real PostgreSQL alike, and against crashes.

#![expect(
    clippy::unwrap_used,
    clippy::cognitive_complexity,
    reason = "a test fails where it can't go on, and tells its story in one piece"
)]

mod conformance;
mod content;
mod crash;
mod faults;
mod make;
mod telemetry;
mod telemetry_scale;

use std::path::Path;

use make::Place;

/// Every statement means something to both engines.
#[tokio::test]
async fn every_statement_prepares_on_both() {
    for place in [Place::sqlite(), Place::postgres()] {
        let (ledger, _) = place.open("a").await;
        ledger.shutdown().await;
        let migrations = |part| db::Migrations { part, sqlite: &[], postgres: &[] };
        let queries = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
        let main = db::Db::open(&place.target, &db::Options::default(), &migrations("none")).await.unwrap();
        let beside = place.target.beside("content");
        let content = db::Db::open(&beside, &db::Options::default(), &migrations("none")).await.unwrap();
        for folder in ["journal", "ingest", "read", "runs", "spend", "telemetry", "verify"] {
            assert_eq!(db::unprepared(&main, &queries.join(folder)).await.unwrap(), Vec::<String>::new());
        }
        assert_eq!(db::unprepared(&content, &queries.join("content")).await.unwrap(), Vec::<String>::new());
    }
}
