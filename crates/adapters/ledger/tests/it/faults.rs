//! What a ledger does while things fail.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use ledger::{Ledger, Retry, Target};

use crate::make::{Place, call, calls, fact, holds, opened, settings, settle};

/// Asks until it is so.
async fn until(what: &str, ledger: &Ledger, so: impl Fn(&ledger::Health) -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !so(&ledger.health()) {
        assert!(Instant::now() < end, "waited for {what}: {:?}", ledger.health());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_goes_away_in_mid_load_costs_nothing() {
    let mut place = Place::postgres();
    let (ledger, _) = place.open("first").await;
    let mut load = tokio::task::JoinSet::new();
    let loaded = ledger.clone();
    load.spawn(async move { calls(&loaded, "first", 0..4_000).await });
    until("some load", &ledger, |_| ledger.subscribe().borrow().gt(&0)).await;
    place.server.as_mut().unwrap().stop();
    load.join_all().await;
    calls(&ledger, "first", 4_000..4_200).await;
    until("the failure to show", &ledger, |health| health.database_error.is_some()).await;
    let health = ledger.health();
    assert!(
        health.accepting && health.spooled_records > 0 && health.spooled_bytes > 0 && health.oldest.is_some(),
        "{health:?}"
    );
    assert!(!ledger.caught_up(Duration::from_millis(50)).await);
    assert!(ledger.inference(fact(1).id).await.is_err(), "reads say that the database is away");
    place.server.as_mut().unwrap().start();
    holds(&ledger, 4_200).await;
    assert_eq!(ledger.health().database_error, None);
    ledger.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_spool_stops_new_calls_but_not_records_of_old_ones() {
    let mut place = Place::postgres();
    place.max_spool_bytes = 64 << 10;
    let (ledger, _) = place.open("first").await;
    call(&ledger, "first", 0).await;
    settle(&ledger).await;
    place.server.as_mut().unwrap().stop();
    let mut begun = 0;
    let fault = loop {
        begun += 1;
        match ledger.opened(opened(begun, "first")).await {
            Ok(()) => assert!(begun < 10_000),
            Err(fault) => break fault,
        }
    };
    assert_eq!(fault.retry, Retry::Later);
    assert!(!ledger.health().accepting);
    for number in 1..begun {
        ledger.record(fact(number)).await.unwrap();
    }
    place.server.as_mut().unwrap().start();
    holds(&ledger, begun).await;
    assert!(ledger.health().accepting);
    call(&ledger, "first", begun).await;
    holds(&ledger, begun + 1).await;
    ledger.shutdown().await;
    let left = fs::read_dir(place.folder.path().join("journal")).unwrap().count();
    assert!(left <= 6, "segments that were taken in are deleted, {left} files are left");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ledger_that_has_worked_with_its_database_starts_without_it() {
    let mut place = Place::postgres();
    let (ledger, _) = place.open("first").await;
    calls(&ledger, "first", 0..40).await;
    ledger.opened(opened(900, "first")).await.unwrap();
    settle(&ledger).await;
    place.server.as_mut().unwrap().stop();
    calls(&ledger, "first", 40..60).await;
    ledger.shutdown().await;

    let (ledger, recovery) = place.open("second").await;
    assert!(recovery.away, "{recovery:?}");
    calls(&ledger, "second", 60..100).await;
    until("the failure to show", &ledger, |health| health.database_error.is_some()).await;
    assert!(ledger.health().accepting && ledger.health().spooled_records >= 100, "{:?}", ledger.health());
    assert!(ledger.verify().await.is_err(), "nothing is known of a database that has not answered");
    ledger.shutdown().await;

    let (ledger, recovery) = place.open("third").await;
    assert!(recovery.away, "{recovery:?}");
    place.server.as_mut().unwrap().start();
    assert!(ledger.attached().await);
    holds(&ledger, 101).await;
    let lost = ledger.inference(fact(900).id).await.unwrap().unwrap();
    assert_eq!(lost.status, domain::inference::Status::Lost, "what the first left open is charged");
    let health = ledger.health();
    assert_eq!((health.database_error, health.spooled_records, health.spooled_bytes), (None, 0, 0));
    ledger.shutdown().await;
    let (ledger, recovery) = place.open("fourth").await;
    assert_eq!((recovery.away, recovery.replayed), (false, 0));
    holds(&ledger, 101).await;
    ledger.shutdown().await;
}

#[tokio::test]
async fn the_first_start_needs_the_database() {
    let mut place = Place::postgres();
    place.server.as_mut().unwrap().stop();
    for _ in 0..2 {
        let Err(fault) = Ledger::open(place.settings("first")).await else { panic!("it was opened") };
        assert_eq!(fault.retry, Retry::Later);
        assert!(fault.chain().contains("can't be reached"), "{}", fault.chain());
    }
    place.server.as_mut().unwrap().start();
    let (ledger, recovery) = place.open("first").await;
    assert!(!recovery.away);
    ledger.shutdown().await;
}

#[tokio::test]
async fn one_data_folder_serves_one_process() {
    let place = Place::sqlite();
    let (ledger, _) = place.open("first").await;
    let Err(fault) = Ledger::open(place.settings("second")).await else {
        panic!("the folder was opened twice")
    };
    assert!(fault.chain().contains("in use by another process"), "{}", fault.chain());
    ledger.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_share_a_database() {
    let place = Place::postgres();
    let other = tempfile::tempdir().unwrap();
    let (one, _) = place.open("one").await;
    let (two, _) = Ledger::open(settings(other.path(), place.target.clone(), "two", &place.clock, 1 << 30))
        .await
        .unwrap();
    two.opened(opened(9_999, "two")).await.unwrap();
    tokio::join!(calls(&one, "one", 0..500), calls(&two, "two", 500..1_000));
    settle(&two).await;
    holds(&one, 1_000).await;
    one.shutdown().await;
    let (one, recovery) = place.open("one again").await;
    assert_eq!(recovery.lost, 0, "another server's call is none of its business");
    two.record(fact(9_999)).await.unwrap();
    settle(&two).await;
    holds(&one, 1_001).await;
    one.shutdown().await;
    two.shutdown().await;
}

/// The journal's newest segment.
fn newest(place: &Place) -> PathBuf {
    let entries = fs::read_dir(place.folder.path().join("journal")).unwrap();
    let mut segments: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    segments.retain(|path| path.extension().is_some_and(|extension| extension == "log"));
    segments.sort();
    segments.pop().unwrap()
}

#[tokio::test]
async fn a_damaged_record_is_skipped_counted_and_costs_no_other() {
    let place = Place::sqlite();
    let (ledger, _) = place.open("first").await;
    for number in 0..10 {
        ledger.record(fact(number)).await.unwrap();
    }
    ledger.shutdown().await;
    let bytes = fs::read(newest(&place)).unwrap();
    let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    lines[3][100] ^= 1;
    lines[7] = b"not a record\n".to_vec();
    let fresh = Place::sqlite();
    fs::create_dir_all(fresh.folder.path().join("journal")).unwrap();
    fs::write(fresh.folder.path().join("journal/0000000005.log"), lines.concat()).unwrap();
    let (again, recovery) = fresh.open("second").await;
    assert_eq!((recovery.replayed, recovery.corrupt), (10, 2));
    holds(&again, 8).await;
    assert_eq!(again.health().corrupt_records, 2);
    again.shutdown().await;
}

#[tokio::test]
async fn a_journal_that_can_not_be_written_is_a_fault_and_shows() {
    let place = Place::sqlite();
    let (ledger, _) = place.open("first").await;
    fs::rename(place.folder.path().join("journal"), place.folder.path().join("gone")).unwrap();
    let fault = ledger.opened(opened(1, "first")).await.unwrap_err();
    assert_eq!(fault.retry, Retry::Later);
    let health = ledger.health();
    assert!(!health.accepting && health.journal_error.is_some(), "{health:?}");
    fs::rename(place.folder.path().join("gone"), place.folder.path().join("journal")).unwrap();
    call(&ledger, "first", 1).await;
    holds(&ledger, 1).await;
    assert!(ledger.health().accepting);
    ledger.shutdown().await;
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    let place = Place::sqlite();
    let (ledger, _) = place.open("first").await;
    ledger.shutdown().await;
    const STEPS: &[(&str, &str)] = &[
        ("0001_ledger", ""),
        ("0002_cache_and_prompts", ""),
        ("0003_telemetry", ""),
        ("0004_guards", ""),
        ("0005_telemetry_over", ""),
        ("0006_runs_in_error", ""),
        ("9999_future", "create table future (id bigint primary key)"),
    ];
    let newer = db::Migrations { part: "ledger", sqlite: STEPS, postgres: STEPS };
    db::Db::open(&place.target, &db::Options::default(), &newer).await.unwrap().close().await;
    let Err(fault) = Ledger::open(place.settings("second")).await else { panic!("it was opened") };
    assert!(fault.chain().contains("9999_future"), "{}", fault.chain());
    assert!(matches!(place.target, Target::Sqlite(_)));
}

#[tokio::test]
async fn a_record_that_the_database_refuses_for_good_is_set_aside_alone() {
    const TRIGGER: db::Sql = db::Sql::inline(
        "trigger",
        "create trigger poison before insert on facts when new.run = 'run-000002' begin select raise(abort, 'no'); end",
    );
    let place = Place::sqlite();
    let (ledger, _) = place.open("first").await;
    let none = db::Migrations { part: "none", sqlite: &[], postgres: &[] };
    let db = db::Db::open(&place.target, &db::Options::default(), &none).await.unwrap();
    db.execute(TRIGGER, db::args![]).await.unwrap();
    for number in [1, 2, 25, 3, 4] {
        call(&ledger, "first", number).await;
    }
    settle(&ledger).await;
    for number in [5, 6] {
        call(&ledger, "first", number).await;
    }
    settle(&ledger).await;
    assert_eq!((ledger.health().rejected_records, ledger.health().corrupt_records), (1, 0));
    assert_eq!(crate::make::total_calls(&ledger).await, 6);
    let aside = fs::read_to_string(place.folder.path().join("journal/rejected.log")).unwrap();
    assert!(aside.lines().count() == 1 && aside.contains("run-000002"), "{aside}");
    let open = ledger.open_calls().await.unwrap();
    assert_eq!(
        open.iter().map(|opened| opened.id).collect::<Vec<_>>(),
        [fact(25).id],
        "it shows as a call without an end"
    );
    ledger.shutdown().await;
}
