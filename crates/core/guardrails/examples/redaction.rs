//! `cargo xtask bench redaction`: how well and how fast values are found.
//!
//! Precision and recall by kind over the seeded corpus of the tests, then the throughput of one
//! core on texts where nothing matches, where much does, and in fragments the size of a token.

#[path = "../tests/corpus/mod.rs"]
mod corpus;
#[path = "../tests/corpus/measure.rs"]
mod measure;

use std::sync::{Arc, LazyLock};
use std::time::Instant;

use guardrails::{Action, Flow, Kind, Kinds, Policy, Scanner, Session, Vault, redact};

const SEED: u64 = 7;
const TEXTS: usize = 2_000;
const BYTES: usize = 8 << 20;

#[expect(clippy::print_stdout, reason = "a program that prints its findings")]
fn main() {
    let scanner = Arc::new(Scanner::new(Kinds::all(), Vec::new()));
    let mut session = || {
        let policy = Policy { scanner: Some(Arc::clone(&scanner)), action: Action::Mask };
        Session::new(policy, Vault::new(b"bench", "run"))
    };
    let texts = corpus::texts(SEED, TEXTS);
    let report = measure::measure(&mut session, &texts);
    println!("{TEXTS} texts, seed {SEED}\n");
    println!("| kind | planted | recall | hits | precision |\n| --- | --- | --- | --- | --- |");
    for kind in Kind::ALL {
        let count = report.of(*kind);
        let (recall, precision) = (count.recall(), count.precision());
        println!("| {} | {} | {recall:.3} | {} | {precision:.3} |", kind.as_str(), count.planted, count.hits);
    }
    let rate = report.false_positive_rate() * 100.0;
    println!("\nclean texts changed: {} of {} ({rate:.2} %)\n", report.changed, report.clean);
    for (kind, text) in
        report.missed.iter().take(if std::env::args().any(|arg| arg == "--missed") { 200 } else { 0 })
    {
        println!("missed {}: {text}", kind.as_str());
    }
    let unseen = (corpus::UNSEEN_GIVEN.len(), corpus::UNSEEN_FAMILY.len());
    println!("names on no list of the recognisers: {} given, {} family\n", unseen.0, unseen.1);
    let prose = corpus::nothing(SEED, BYTES, corpus::Style::Prose);
    let technical = corpus::nothing(SEED, BYTES, corpus::Style::Technical);
    let dense: String = texts.iter().map(|text| text.text.as_str()).collect();
    println!("| throughput of one core | MB/s |\n| --- | --- |");
    println!("| nothing matches | {:.0} |", speed(&prose, || drop(redact(&mut session(), &prose))));
    println!(
        "| nothing matches, full of capitals and code | {:.0} |",
        speed(&technical, || drop(redact(&mut session(), &technical)))
    );
    println!("| the corpus itself | {:.0} |", speed(&dense, || drop(redact(&mut session(), &dense))));
    println!(
        "| nothing matches, in fragments of 5 bytes | {:.0} |",
        speed(&prose, || fragments(&mut session(), &prose))
    );
}

fn fragments(session: &mut Session, text: &str) {
    let (mut flow, mut steps, mut rest) = (Flow::new(), Vec::new(), text);
    while !rest.is_empty() {
        let cut = (5..=rest.len().min(9)).find(|cut| rest.is_char_boundary(*cut)).unwrap_or(rest.len());
        let (fragment, tail) = rest.split_at(cut);
        flow.push(session, fragment, &mut steps);
        steps.clear();
        rest = tail;
    }
    flow.finish(session, &mut steps);
}

/// Megabytes a second of CPU time, the best of five: holds on a busy machine too.
#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn speed(text: &str, mut work: impl FnMut()) -> f64 {
    let best = (0..5)
        .map(|_| {
            let begun = cpu();
            work();
            cpu().saturating_sub(begun)
        })
        .min();
    text.len() as f64 * 1e3 / best.unwrap_or(u64::MAX).max(1) as f64
}

/// CPU time of this thread so far, in nanoseconds, as Linux tells it; elsewhere the time of day.
fn cpu() -> u64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let told = told.and_then(|line| line.split(' ').next()?.parse().ok());
    told.unwrap_or_else(|| u64::try_from(START.elapsed().as_nanos()).unwrap_or(u64::MAX))
}

static START: LazyLock<Instant> = LazyLock::new(Instant::now);
