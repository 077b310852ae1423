//! Crashes: the process is killed at any moment, the journal ends at any byte.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use domain::inference::Status;
use ledger::{Ledger, Target};
use proptest::prelude::*;
use testkit::ManualClock;

use crate::make::{NOW, Place, call, fact, holds, id, opened, settings, total_calls};

/// Where the killed process keeps its data; set only by the test that starts it.
const DATA: &str = "LEDGER_CRASH_DATA";

/// Not a test: the process that [`nothing_acknowledged_is_lost_when_the_process_is_killed`] kills.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_process_that_is_killed() {
    let Some(data) = std::env::var_os(DATA) else { return };
    let data = std::path::PathBuf::from(data);
    let life = fs::read_to_string(data.join("life")).unwrap();
    let first: u32 = life.parse::<u32>().unwrap() * 100_000;
    let target = Target::Sqlite(data.join("ledger.db"));
    let clock = ManualClock::at(NOW);
    let (ledger, _) = Ledger::open(settings(&data, target, &life, &clock, 1 << 30)).await.unwrap();
    let mut lanes = tokio::task::JoinSet::new();
    for lane in 0..16 {
        let (ledger, life) = (ledger.clone(), life.clone());
        lanes.spawn(async move {
            for number in 0..5_000 {
                let number = first + number * 16 + lane;
                ledger.opened(opened(number, &life)).await.unwrap();
                println!("begun {number}");
                if !number.is_multiple_of(7) {
                    ledger.record(fact(number)).await.unwrap();
                    println!("ended {number}");
                }
            }
        });
    }
    lanes.join_all().await;
}

/// Starts the process, reads what it acknowledges, and kills it after `lines` of that.
fn life(data: &std::path::Path, number: u32, lines: usize) -> (Vec<u32>, Vec<u32>) {
    fs::write(data.join("life"), number.to_string()).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::the_process_that_is_killed", "--nocapture"])
        .env(DATA, data)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let (mut begun, mut ended, mut line) = (Vec::new(), Vec::new(), String::new());
    let mut read = 0;
    while output.read_line(&mut line).unwrap() > 0 {
        if read == lines {
            child.kill().unwrap();
        }
        // The last line may be cut by the kill: only whole ones were acknowledged for certain.
        if line.ends_with('\n') {
            match line.trim().split_once(' ') {
                Some(("begun", number)) => begun.push(number.parse().unwrap()),
                Some(("ended", number)) => ended.push(number.parse().unwrap()),
                _ => {}
            }
        }
        read += 1;
        line.clear();
    }
    child.wait().unwrap();
    assert!(read > lines, "the process ended by itself");
    (begun, ended)
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let place = Place::sqlite();
    let (mut begun, mut ended) = (Vec::new(), Vec::new());
    for number in 1..=5_u32 {
        let lines = usize::try_from(number * number * 150).unwrap();
        let acknowledged = life(place.folder.path(), number, lines);
        begun.extend(acknowledged.0);
        ended.extend(acknowledged.1);
    }
    let (ledger, recovery) = place.open("after").await;
    assert_eq!(ledger.verify().await.unwrap(), Vec::<String>::new());
    assert!(recovery.lost > 0, "{recovery:?}");
    for number in &ended {
        let found = ledger.inference(id(*number)).await.unwrap();
        assert_eq!(found.map(|fact| fact.status), Some(Status::Ok), "{number}");
    }
    for number in &begun {
        assert!(ledger.inference(id(*number)).await.unwrap().is_some(), "{number} was begun and is nowhere");
    }
    assert!(total_calls(&ledger).await >= u64::try_from(begun.len()).unwrap());
    assert_eq!(ledger.open_calls().await.unwrap(), []);
    ledger.shutdown().await;
}

/// A journal of a few calls, and how many facts end at or before each byte of it.
fn journal() -> (Vec<u8>, BTreeMap<usize, u32>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let place = Place::sqlite();
    runtime.block_on(async {
        let (ledger, _) = place.open("first").await;
        for number in 0..12 {
            call(&ledger, "first", number).await;
        }
        ledger.shutdown().await;
    });
    let bytes = fs::read(place.folder.path().join("journal/0000000001.log")).unwrap();
    let mut ends = BTreeMap::from([(0, 0)]);
    let (mut at, mut begun) = (0, 0);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        begun += u32::from(line[9] == b'o');
        ends.insert(at, begun);
    }
    (bytes, ends)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever the crash left of the file: whole records count, once each, also when the database
    /// had already taken in some of them.
    #[test]
    fn a_journal_cut_at_any_byte_is_read_as_far_as_it_goes(cut in any::<prop::sample::Index>(), stored in any::<prop::sample::Index>()) {
        let (bytes, ends) = JOURNAL.get_or_init(journal);
        let (cut, stored) = (cut.index(bytes.len() + 1), stored.index(bytes.len() + 1));
        let early = stored.min(cut);
        let whole = |cut: usize| *ends.range(..=cut).next_back().unwrap().1;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let place = Place::sqlite();
            let file = place.folder.path().join("journal/0000000001.log");
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            // What the database had taken in before: up to the last whole record.
            let early = *ends.range(..=early).next_back().unwrap().0;
            fs::write(&file, &bytes[..early]).unwrap();
            let (ledger, _) = place.open("first").await;
            ledger.shutdown().await;
            fs::write(&file, &bytes[..cut]).unwrap();
            let (ledger, recovery) = place.open("second").await;
            let line_end = *ends.range(..=cut).next_back().unwrap().0;
            assert_eq!(recovery.torn_bytes, u64::try_from(cut - line_end).unwrap());
            assert_eq!(recovery.corrupt, 0);
            holds(&ledger, whole(cut)).await;
            ledger.shutdown().await;
        });
    }
}

static JOURNAL: std::sync::OnceLock<(Vec<u8>, BTreeMap<usize, u32>)> = std::sync::OnceLock::new();
