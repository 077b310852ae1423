//! The kernel's promises, held against SQLite and a real PostgreSQL alike.

#![expect(
    clippy::unwrap_used,
    clippy::cognitive_complexity,
    reason = "a test fails where it can't go on, and tells its story in one piece"
)]

use std::path::Path;

use db::{Batch, Db, Fault, Migrations, Options, Retry, Sql, Target, args, row};
use domain::NanoUsd;
use domain::ids::{InferenceId, WorkflowId};
use domain::time::Timestamp;
use testkit::postgres;

const THINGS: Migrations = Migrations {
    part: "things",
    sqlite: &[(
        "0001_thing",
        "create table thing (id blob primary key, name text not null, at bigint not null, cost bigint, note text, body blob);
         create index thing_by_name on thing (name)",
    )],
    postgres: &[(
        "0001_thing",
        "create table thing (id bytea primary key, name text not null, at bigint not null, cost bigint, note text, body bytea);
         create index thing_by_name on thing (name)",
    )],
};
const PUT: Sql = Sql::inline(
    "put",
    "insert into thing (id, name, at, cost, note, body) values /*repeat*/ ($1, $2, $3, $4, $5, $6) /*end*/",
);
const ALL: Sql = Sql::inline("all", "select id, name, at, cost, note, body from thing order by id");
const COUNT: Sql =
    Sql::inline("count", "select count(*) as n, cast(coalesce(sum(at), 0) as bigint) as total from thing");
const DROP: Sql = Sql::inline("drop", "delete from thing where id in (/*repeat*/ $1 /*end*/)");
const FIND: Sql = Sql::inline(
    "find",
    "select id, name, at, cost, note, body from thing where id in (/*repeat*/ $1 /*end*/)",
);

row! {
    #[derive(PartialEq)]
    struct Thing {
        id: InferenceId,
        name: WorkflowId,
        at: Timestamp,
        cost: Option<NanoUsd>,
        note: Option<String>,
        body: Option<Vec<u8>>,
    }
}
row! {
    struct Count {
        n: u64,
        total: i64,
    }
}

fn id(number: u8) -> InferenceId {
    InferenceId::new(Timestamp::from_ms(i64::from(number)), [number; 10])
}

fn thing(number: u8) -> Vec<db::Value> {
    let name = WorkflowId::new("support").unwrap();
    args![
        id(number),
        &name,
        i64::from(number),
        Some(NanoUsd::from_nano(5)),
        Option::<&str>::None,
        vec![number; 3]
    ]
}

async fn open(target: &Target, migrations: &Migrations) -> Result<Db, Fault> {
    Db::open(target, &Options::default(), migrations).await
}

/// Everything one engine must do.
async fn conforms(target: &Target) {
    let db = open(target, &THINGS).await.unwrap();
    values_come_back_as_they_went(&db).await;
    a_transaction_is_all_or_nothing(&db).await;
    batches_carry_any_number_of_rows(&db).await;
    a_conflict_is_told_from_a_failure(&db).await;
    db.close().await;
    schemas_only_move_forward(target).await;
}

async fn values_come_back_as_they_went(db: &Db) {
    let name = WorkflowId::new("support").unwrap();
    let values = args![
        id(1),
        &name,
        Timestamp::from_ms(-7),
        Option::<NanoUsd>::None,
        "é\u{1f600}",
        Option::<Vec<u8>>::None
    ];
    db.execute(PUT, values).await.unwrap();
    let things: Vec<Thing> = db.all(ALL, args![]).await.unwrap();
    let expected = Thing {
        id: id(1),
        name,
        at: Timestamp::from_ms(-7),
        cost: None,
        note: Some("é\u{1f600}".into()),
        body: None,
    };
    assert_eq!(things, [expected]);
    let mut tx = db.begin("empty").await.unwrap();
    assert_eq!(tx.execute(DROP, args![id(1)]).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

async fn a_transaction_is_all_or_nothing(db: &Db) {
    let mut tx = db.begin("put").await.unwrap();
    tx.execute(PUT, thing(1)).await.unwrap();
    let seen: Option<Thing> = tx.optional(FIND, args![id(1)]).await.unwrap();
    assert!(seen.is_some(), "a transaction sees its own work");
    drop(tx);
    assert_eq!(db.one::<Count>(COUNT, args![]).await.unwrap().n, 0);
    let mut tx = db.begin("put").await.unwrap();
    tx.execute(PUT, thing(1)).await.unwrap();
    let mut before = db.snapshot("read").await.unwrap();
    assert_eq!(before.all::<Count>(COUNT, args![]).await.unwrap()[0].n, 0);
    tx.commit().await.unwrap();
    assert_eq!(before.all::<Count>(COUNT, args![]).await.unwrap()[0].n, 0, "a snapshot stands still");
    before.rollback().await.unwrap();
    assert_eq!(db.one::<Count>(COUNT, args![]).await.unwrap().n, 1);
}

async fn batches_carry_any_number_of_rows(db: &Db) {
    let (mut batch, mut ids) = (Batch::new(PUT), Batch::new(DROP));
    for number in 2..=200 {
        batch.push(thing(number));
        ids.push(args![id(number)]);
    }
    let mut tx = db.begin("put many").await.unwrap();
    assert_eq!(tx.execute_batch(batch).await.unwrap(), 199);
    assert_eq!(tx.execute_batch(Batch::new(PUT)).await.unwrap(), 0);
    assert_eq!(tx.all::<Count>(COUNT, args![]).await.unwrap()[0].total, (1..=200).sum::<i64>());
    let mut find = Batch::new(FIND);
    (2..=40).for_each(|number| find.push(args![id(number)]));
    assert_eq!(tx.all_batch::<Thing>(find).await.unwrap().len(), 39);
    assert_eq!(tx.execute_batch(ids).await.unwrap(), 199);
    tx.commit().await.unwrap();
}

async fn a_conflict_is_told_from_a_failure(db: &Db) {
    let conflict = db.execute(PUT, thing(1)).await.unwrap_err();
    assert!(conflict.is_conflict() && conflict.retry == Retry::Never, "{}", conflict.chain());
    let wrong =
        db.execute(Sql::inline("wrong", "insert into nowhere (a) values ($1)"), args![1]).await.unwrap_err();
    assert!(!wrong.is_conflict() && wrong.retry == Retry::Never, "{}", wrong.chain());
    assert_eq!(wrong.to_string(), "wrong failed");
}

async fn schemas_only_move_forward(target: &Target) {
    let second = ("0002_other", "create table other (id bigint primary key)");
    let sqlite: &'static [_] = Box::leak(vec![THINGS.sqlite[0], second].into_boxed_slice());
    let postgres: &'static [_] = Box::leak(vec![THINGS.postgres[0], second].into_boxed_slice());
    let newer = Migrations { part: "things", sqlite, postgres };
    for _ in 0..2 {
        open(target, &newer).await.unwrap().close().await;
    }
    let fault = open(target, &THINGS).await.unwrap_err();
    assert!(fault.chain().contains("0002_other"), "{}", fault.chain());
    const ELSE: &[(&str, &str)] = &[("0001_else", ""), ("0002_other", "")];
    let foreign = Migrations { part: "things", sqlite: ELSE, postgres: ELSE };
    let fault = open(target, &foreign).await.unwrap_err();
    assert!(fault.chain().contains("where 0001_else was expected"), "{}", fault.chain());
}

#[tokio::test]
async fn sqlite_conforms() {
    let folder = tempfile::tempdir().unwrap();
    conforms(&Target::Sqlite(folder.path().join("things.db"))).await;
}

#[tokio::test]
async fn postgres_conforms() {
    let mut server = postgres();
    conforms(&Target::Postgres(server.fresh())).await;
}

#[tokio::test]
async fn postgres_away_is_a_fault_that_passes() {
    let mut server = postgres();
    let options = Options { acquire: std::time::Duration::from_millis(300), ..Options::default() };
    let db = Db::open(&Target::Postgres(server.fresh_and_lasting()), &options, &THINGS).await.unwrap();
    server.stop();
    let fault = db.execute(PUT, thing(1)).await.unwrap_err();
    assert_eq!(fault.retry, Retry::Later, "{}", fault.chain());
    server.start();
    for _ in 0..20 {
        if db.execute(PUT, thing(1)).await.is_ok() {
            return;
        }
    }
    panic!("the pool does not come back");
}

/// Enough pages for the schema, and not for a body of [`LARGE`] bytes.
const FULL: Sql = Sql::inline("full", "pragma max_page_count = 12");
const LARGE: usize = 100_000;

fn large(number: u8) -> Vec<db::Value> {
    let name = WorkflowId::new("support").unwrap();
    args![id(number), &name, 0_i64, Option::<NanoUsd>::None, Option::<&str>::None, vec![number; LARGE]]
}

#[tokio::test]
async fn a_full_disk_is_a_fault_that_passes_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&Target::Sqlite(folder.path().join("things.db")), &THINGS).await.unwrap();
    for (round, end) in [(1, "committed"), (2, "dropped")] {
        // The limit belongs to the connection: one that is opened anew has the whole disk again.
        db.execute(FULL, args![]).await.unwrap();
        let mut tx = db.begin("fill").await.unwrap();
        tx.execute(PUT, thing(100)).await.unwrap();
        let full = tx.execute(PUT, large(101)).await.unwrap_err();
        assert_eq!(full.retry, Retry::Later, "{end}: {}", full.chain());
        match end {
            "committed" => assert_eq!(tx.commit().await.unwrap_err().to_string(), "fill failed"),
            _ => drop(tx),
        }
        assert_eq!(db.execute(PUT, large(round)).await.map_err(|fault| fault.chain()), Ok(1), "{end}");
        let kept = db.one::<Count>(COUNT, args![]).await.unwrap().n;
        assert_eq!(kept, u64::from(round), "{end}: half of it stayed");
    }
}

#[tokio::test]
async fn own_statements_prepare_on_both() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = postgres();
    let queries = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
    for target in [Target::Sqlite(folder.path().join("x.db")), Target::Postgres(server.fresh())] {
        let db = open(&target, &THINGS).await.unwrap();
        assert_eq!(db::unprepared(&db, &queries).await.unwrap(), Vec::<String>::new());
        assert_eq!(
            db::unprepared(&db, folder.path()).await.unwrap().len(),
            1,
            "an empty folder is a problem"
        );
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_named_with_the_reason_and_without_the_password() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let target = Target::parse(&format!("postgres://maya:hunter2@{address}/x")).unwrap();
    let db = Db::connect(&target, &Options::default()).await.unwrap();
    let fault = db.knock().await.unwrap_err();
    let said = fault.chain();
    assert!(said.contains(&format!("PostgreSQL at {address} can't be reached")), "{said}");
    assert!(said.contains("refused") && !said.contains("hunter2"), "{said}");
    assert_eq!(fault.retry, Retry::Later);
}
