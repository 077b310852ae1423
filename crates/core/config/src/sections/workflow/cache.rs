//! `[cache]`: whether answers are given again, to whom, and for how long.

use std::time::Duration;

use serde::Serialize;

use super::behaviour::{Redaction, RedactionMode};
use crate::read::{Entry, Section, Spec, optional};
use crate::words::words;

words! {
    /// When an answer may be given again.
    CacheMode: "a cache mode" {
        /// When exactly the same is asked.
        Exact = "exact",
        /// Never.
        Off = "off",
    }
}

/// How answers are given again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Cache {
    /// How long an answer may be given again.
    pub ttl: Duration,
    /// Bytes of all answers that are kept at once, by each instance.
    pub size: u64,
    /// Bytes of the largest answer that is kept.
    pub max_answer: u64,
    /// Headers whose value must be the same too, in lower case.
    pub vary: Vec<String>,
}

impl Default for Cache {
    fn default() -> Self {
        Self { ttl: Duration::from_secs(3_600), size: 16_000_000, max_answer: 256_000, vary: Vec::new() }
    }
}

pub(crate) static CACHE: Spec = Spec {
    title: "[cache]",
    place: "in [cache]",
    doc: "Whether answers are given again. They are kept in memory, by workflow, and never cross from one workflow to \
          another.",
    keys: &[
        optional(
            "mode",
            "\"exact\"",
            "`\"exact\"`",
            "`exact` gives an answer again when exactly the same is asked; `off` never.",
        ),
        optional("ttl", "\"10m\"", "`\"1h\"`", "How long an answer may be given again."),
        optional(
            "size",
            "\"64 MB\"",
            "`\"16 MB\"`",
            "How much is kept at once, by each instance; what was not used for longest goes first.",
        ),
        optional("max_answer", "\"1 MB\"", "`\"256 KB\"`", "The largest answer that is kept."),
        optional(
            "vary",
            "[\"x-countersign-user\"]",
            "none",
            "Request headers whose value must be the same too, to keep users or tenants apart.",
        ),
    ],
};

pub(crate) fn read(section: Option<Section<'_>>) -> Option<Cache> {
    let section = section?;
    let without = Cache::default();
    let size = |name, without| section.get(name).and_then(|entry: Entry<'_>| entry.size()).unwrap_or(without);
    let all = size("size", without.size);
    let cache = Cache {
        ttl: section.get("ttl").and_then(|entry| entry.duration()).unwrap_or(without.ttl),
        size: all,
        max_answer: size("max_answer", without.max_answer.min(all)),
        vary: section.get("vary").map(|entry| headers(&entry)).unwrap_or_default(),
    };
    if let Some(entry) = section.get("max_answer").filter(|_| cache.max_answer > cache.size) {
        let help = "raise `size`, or lower `max_answer`".to_owned();
        entry.wrong("an answer of `max_answer` does not fit into `size`", help);
    }
    let mode = section.get("mode").map_or(Some(CacheMode::Exact), |entry| entry.word());
    (mode == Some(CacheMode::Exact)).then_some(cache)
}

/// What holds pseudonyms belongs to its run, so nothing of it is kept.
pub(crate) fn warn_of_pseudonyms(workflow: &Section<'_>, redaction: &Redaction) {
    let both = [redaction.request, redaction.response];
    let Some(entry) = workflow.get("cache").filter(|_| both.contains(&RedactionMode::Pseudonym)) else {
        return;
    };
    let help = "use `mask`, or expect few hits".to_owned();
    let message = "calls that hold pseudonyms are never answered from a cache";
    workflow.notes.warn(entry.key_place, message, help);
}

/// Names of headers (RFC 9110 §5.6.2: a token).
fn headers(entry: &Entry<'_>) -> Vec<String> {
    let mut names = Vec::new();
    for item in entry.items() {
        let Some(name) = item.text() else { continue };
        let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if !name.chars().all(token) {
            let help = "write the name of a header, such as \"x-countersign-user\"".to_owned();
            item.wrong(format!("{name:?} can't be the name of a header"), help);
            continue;
        }
        names.push(name.to_ascii_lowercase());
    }
    names.sort_unstable();
    names.dedup();
    names
}
