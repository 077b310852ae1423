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
