//! `[content]`: what is kept of requests and answers, and how long.

use serde::Serialize;

use crate::read::{Section, Spec, optional};
use crate::words::words;

words! {
    /// What is kept of requests and answers.
    ContentMode: "a content mode" {
        /// All of it.
        Full = "full",
        /// A copy in which everything that is found is masked.
        Redacted = "redacted",
        /// A keyed hash only.
        Hash = "hash",
    }
}

/// What is kept of requests and answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Content {
    /// How much.
    pub mode: ContentMode,
    /// How many days.
    pub retention_days: u32,
}

impl Default for Content {
    fn default() -> Self {
        Self { mode: ContentMode::Hash, retention_days: 90 }
    }
}

pub(crate) static CONTENT: Spec = Spec {
    title: "[content]",
    place: "in [content]",
    doc: "What is kept of requests and answers. Accounting records are kept in any case; they hold no content.",
    keys: &[
        optional(
            "mode",
            "\"full\"",
            "`\"hash\"`",
            "`full` keeps everything, `redacted` a copy in which everything that is found is masked, `hash` a keyed hash only.",
        ),
        optional("retention_days", "30", "`90`", "How many days content is kept; at least 1."),
    ],
};

pub(crate) fn read(section: Option<Section<'_>>) -> Content {
    let without = Content::default();
    let Some(section) = section else { return without };
    Content {
        mode: section.get("mode").and_then(|entry| entry.word()).unwrap_or(without.mode),
        retention_days: section
            .get("retention_days")
            .and_then(|entry| entry.small_count(1))
            .unwrap_or(without.retention_days),
    }
}
