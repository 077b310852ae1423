//! Runs a check on each engine.

use std::future::Future;

use db::Target;
use store::Store;

/// Runs the same check on a fresh SQLite file and a fresh PostgreSQL database.
pub(crate) async fn on_both<F: Future<Output = ()>>(check: impl Fn(Store) -> F) {
    let folder = tempfile::tempdir().unwrap();
    check(Store::open(Target::Sqlite(folder.path().join("store.db"))).await.unwrap()).await;
    let mut server = testkit::postgres();
    let store = Store::open(Target::Postgres(server.fresh())).await.unwrap();
    check(store.clone()).await;
    store.close().await;
}
