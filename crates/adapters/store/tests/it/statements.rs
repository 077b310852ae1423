//! Every statement is compiled by both engines.

use std::path::Path;

use db::{Db, Migrations, Options, Target};

const MIGRATIONS: Migrations = db::migrations!("store", "0001_control");

#[tokio::test]
async fn every_statement_is_understood_by_both_engines() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = testkit::postgres();
    let queries = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
    for target in [Target::Sqlite(folder.path().join("store.db")), Target::Postgres(server.fresh())] {
        let db = Db::open(&target, &Options::default(), &MIGRATIONS).await.unwrap();
        assert_eq!(db::unprepared(&db, &queries).await.unwrap(), Vec::<String>::new());
        db.close().await;
    }
}

#[tokio::test]
async fn a_database_that_is_away_at_the_start_is_found_later() {
    let mut server = testkit::postgres();
    let store = store::Store::new(Target::Postgres(server.fresh()));
    server.stop();
    assert_eq!(store.keys().await.unwrap_err().retry, store::Retry::Later);
    server.start();
    assert!(store.keys().await.unwrap().is_empty());
    store.close().await;
}

#[tokio::test]
async fn a_newer_schema_is_refused_for_good() {
    const NEWER: Migrations = Migrations {
        part: "store",
        sqlite: &[MIGRATIONS.sqlite[0], ("0002_later", "create table later (id bigint primary key)")],
        postgres: &[],
    };
    let folder = tempfile::tempdir().unwrap();
    let target = Target::Sqlite(folder.path().join("store.db"));
    Db::open(&target, &Options::default(), &NEWER).await.unwrap().close().await;
    let fault = store::Store::open(target).await.unwrap_err();
    assert_eq!(fault.retry, store::Retry::Never);
    assert!(fault.chain().contains("written by a newer one"), "{}", fault.chain());
}
