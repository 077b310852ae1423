//! `[review]` and `[slo.SIGNAL]`: which outcomes people look at, and how good they must be.

use serde::Serialize;

use crate::read::{Entry, Section, Spec, optional, required};
use crate::words::words;

words! {
    /// Which outcomes people look at.
    ReviewMode: "a review mode" {
        /// None.
        None = "none",
        /// A sample, afterwards.
        Sample = "sample",
        /// All; nothing leaves before the verdict.
        Gate = "gate",
    }
}

/// How outcomes are reviewed.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Review {
    /// Which.
    pub mode: ReviewMode,
    /// How many a day, when sampled.
    pub per_day: Option<u32>,
    /// Share of reviews that a second person reads too, from 0 to 1.
    pub second_reader: f64,
    /// What is judged.
    pub rubric: Vec<String>,
}

/// A target on a quality signal.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Slo {
    /// The signal: `acceptance`, …
    pub signal: String,
    /// The share that must be good, from 0 to 1.
    pub target: f64,
    /// Over how many days.
    pub window_days: u32,
}

pub(crate) static REVIEW: Spec = Spec {
    title: "[review]",
    place: "in [review]",
    doc: "Which outcomes people look at.",
    keys: &[
        required(
            "mode",
            "\"sample\"",
            "`none`, `sample` (afterwards) or `gate` (nothing leaves before the verdict).",
        ),
        optional("per_day", "20", "by capacity", "How many a day, when sampled."),
        optional(
            "second_reader",
            "0.1",
            "`0`",
            "Share of reviews that a second person reads too, from 0 to 1.",
        ),
        optional("rubric", "[\"correct\", \"policy\", \"tone\"]", "one verdict", "What is judged."),
    ],
};

pub(crate) static SLO: Spec = Spec {
    title: "[slo.SIGNAL]",
    place: "in [slo.SIGNAL]",
    doc: "A target on a quality signal. The signals are `acceptance`, `policy`, `errors`, `latency` and `cost`; each \
          figure is the share of outcomes that are good by it.",
    keys: &[
        required("target", "0.90", "The share that must be good, from 0 to 1."),
        optional("window_days", "7", "`28`", "Over how many days."),
    ],
};

const SIGNALS: [&str; 5] = ["acceptance", "policy", "errors", "latency", "cost"];

pub(crate) fn review(section: Option<Section<'_>>) -> Option<Review> {
    let section = section?;
    let mode = section.get("mode").and_then(|entry| entry.word());
    let review = Review {
        mode: ReviewMode::None,
        per_day: section.get("per_day").and_then(|entry| entry.small_count(1)),
        second_reader: section.get("second_reader").and_then(|entry| entry.share()).unwrap_or(0.0),
        rubric: section.get("rubric").map(|entry| entry.texts()).unwrap_or_default(),
    };
    mode.map(|mode| Review { mode, ..review })
}

pub(crate) fn slo(entry: Option<Entry<'_>>, outer: &'static Spec) -> Vec<Slo> {
    let signals = entry.and_then(|entry| entry.map()).unwrap_or_default();
    signals.iter().filter_map(|signal| target(signal, outer)).collect()
}

fn target(entry: &Entry<'_>, outer: &'static Spec) -> Option<Slo> {
    let section = entry.section(&SLO, outer)?;
    let target = section.get("target").and_then(|entry| entry.share());
    let window_days = section.get("window_days").map_or(Some(28), |entry| entry.small_count(1));
    if !SIGNALS.contains(&entry.key) {
        let help = crate::suggest::help(entry.key, SIGNALS, "the signals are");
        entry.notes.error(entry.key_place, format!("`{}` is not a quality signal", entry.key), help);
        return None;
    }
    Some(Slo { signal: entry.key.to_owned(), target: target?, window_days: window_days? })
}
