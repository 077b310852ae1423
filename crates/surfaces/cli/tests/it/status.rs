//! Exit statuses: 0 done, 1 the answer is no, 2 wrong use, 3 could not.

use std::io::Read as _;
use std::process::Stdio;

use crate::{countersign, run, text};

#[test]
fn every_way_to_end_has_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let dead = ["--url", "http://127.0.0.1:1", "--token", "t"];
    let with = |more: &[&'static str]| dead.iter().copied().chain(more.iter().copied()).collect::<Vec<_>>();
    let table: [(Vec<&str>, i32); 16] = [
        (vec!["--version"], 0),
        (vec!["key", "--help"], 0),
        (vec!["init", "acme"], 0),
        (vec!["check", "acme"], 0),
        (vec!["price", "openai/gpt-4o", "--input", "1", "--output", "1"], 0),
        (vec!["init", "acme"], 1),
        (vec!["check", "nowhere"], 1),
        (vec!["price", "openai/none", "--input", "1", "--output", "1"], 1),
        (vec![], 2),
        (vec!["frobnicate"], 2),
        (vec!["switch", "everything", "off", "--reason", "x"], 2),
        (vec!["switch", "all", "off"], 2),
        (vec!["price", "openai/gpt-4o", "--input", "-1", "--output", "1"], 2),
        (vec!["status"], 3),
        (with(&["status"]), 3),
        (vec!["--url", "nonsense", "doctor"], 3),
    ];
    for (arguments, expected) in table {
        let output = run(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(expected), "{arguments:?}: {}", text(&output.stderr));
        assert_eq!(output.stderr.is_empty(), expected == 0, "{arguments:?}: {}", text(&output.stderr));
    }
}

#[test]
fn a_server_that_is_away_is_told_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["status", "--url", "http://127.0.0.1:1"]);
    let told = text(&output.stderr);
    assert!(told.contains("no server answers at http://127.0.0.1:1"), "{told}");
    assert!(told.contains("start one with `countersign serve`"), "{told}");
    assert!(output.stdout.is_empty());
}

#[test]
fn a_reader_who_goes_away_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["price", "openai/gpt-4o", "--input", "1", "--output", "1"];
    let mut child =
        countersign(folder.path(), &arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!((child.wait().unwrap().code(), told.as_str()), (Some(0), ""));
}

#[test]
fn output_into_a_pipe_has_no_colours() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["check", "nowhere"]);
    assert!(!output.stderr.contains(&0x1b), "{}", text(&output.stderr));
}
