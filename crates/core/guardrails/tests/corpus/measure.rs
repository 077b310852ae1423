//! Precision and recall of a scanner over texts whose values are known.

use std::collections::BTreeMap;

use guardrails::{Kind, Session, Step, What, redact};

use super::corpus::Text;

/// Counts for one kind.
#[derive(Default, Clone, Copy)]
pub(crate) struct Count {
    /// Values planted, and those of them that were found whole and as what they are.
    pub(crate) planted: u32,
    pub(crate) found: u32,
    /// Hits, and those of them that lie on a value of their kind.
    pub(crate) hits: u32,
    pub(crate) right: u32,
}

impl Count {
    pub(crate) fn recall(self) -> f64 {
        f64::from(self.found) / f64::from(self.planted.max(1))
    }

    pub(crate) fn precision(self) -> f64 {
        if self.hits == 0 { 1.0 } else { f64::from(self.right) / f64::from(self.hits) }
    }
}

/// What was measured.
#[derive(Default)]
pub(crate) struct Report {
    counts: BTreeMap<Kind, Count>,
    pub(crate) clean: u32,
    pub(crate) changed: u32,
    pub(crate) missed: Vec<(Kind, String)>,
    pub(crate) wrong: Vec<String>,
}

impl Report {
    pub(crate) fn of(&self, kind: Kind) -> Count {
        self.counts.get(&kind).copied().unwrap_or_default()
    }

    /// The share of clean texts in which anything was found.
    pub(crate) fn false_positive_rate(&self) -> f64 {
        f64::from(self.changed) / f64::from(self.clean.max(1))
    }
}

/// Measures, with a fresh session for each text.
pub(crate) fn measure(session: &mut dyn FnMut() -> Session, texts: &[Text]) -> Report {
    let mut report = Report::default();
    for text in texts {
        let mut session = session();
        let hits = spans(&redact(&mut session, &text.text));
        debug_assert!(session.found().keys().all(|(what, _)| matches!(what, What::Kind(_))));
        if text.planted.is_empty() {
            report.clean += 1;
            report.changed += u32::from(!hits.is_empty());
        }
        for planted in &text.planted {
            let same = hits.iter().filter(|(label, _, _)| *label == planted.kind.label() || label.is_empty());
            let covered: usize = same
                .map(|(_, start, end)| end.min(&planted.end).saturating_sub(*start.max(&planted.start)))
                .sum();
            let count = report.counts.entry(planted.kind).or_default();
            count.planted += 1;
            if covered == planted.end - planted.start {
                count.found += 1;
            } else {
                report.missed.push((planted.kind, text.text.clone()));
            }
        }
        for (label, start, end) in &hits {
            let Some(kind) = Kind::ALL.iter().find(|kind| kind.label() == label) else { continue };
            let on = text
                .planted
                .iter()
                .any(|planted| planted.kind == *kind && *start < planted.end && planted.start < *end);
            let count = report.counts.entry(*kind).or_default();
            count.hits += 1;
            count.right += u32::from(on);
            if !on {
                report.wrong.push(format!("{label} {:?} in {:?}", &text.text[*start..*end], text.text));
            }
        }
    }
    report
}

/// The masks of a text: label, start, end. The rest of a long value has an empty label.
fn spans(steps: &[Step]) -> Vec<(String, usize, usize)> {
    let (mut spans, mut at) = (Vec::new(), 0);
    for step in steps {
        match step {
            Step::Keep(length) => at += length,
            Step::Swap { length, with } => {
                spans.push((with.trim_matches(['[', ']']).to_owned(), at, at + length));
                at += length;
            }
        }
    }
    spans
}
