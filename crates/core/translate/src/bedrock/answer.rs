//! Whole answers.

use domain::Usage;

use super::{blocks, read_stop};
use crate::canon::Answer;
use crate::json::{Fields, Object};
use crate::report::{At, Notes, Why};

/// Reads an answer.
pub fn read(body: Object, notes: &mut Notes) -> Answer {
    let mut fields = Fields::new(body, At::ROOT);
    fields.skip(&["metrics", "additionalModelResponseFields"]);
    let mut parts = Vec::new();
    let mut output = Fields::new(fields.object("output", notes).unwrap_or_default(), At::ROOT);
    let mut message = Fields::new(output.object("message", notes).unwrap_or_default(), At::ROOT);
    for block in message.list("content", notes) {
        if let Some(block) = Fields::of(block, At::ROOT.at("content[]"), notes) {
            parts.extend(blocks::read(block, notes));
        }
    }
    let answer = Answer {
        id: None,
        model: None,
        parts,
        stop: read_stop(&fields.text("stopReason", notes).unwrap_or_default()),
        usage: fields.object("usage", notes).map(|object| usage(object, notes)),
    };
    fields.lose(&["trace", "performanceConfig", "serviceTier"], Why::NotInTarget, notes);
    fields.done(notes);
    answer
}

/// Reads a usage object: the input leaves out what was cached, as Anthropic's does.
pub(super) fn usage(object: Object, notes: &mut Notes) -> Usage {
    let mut fields = Fields::new(object, At::ROOT.at("usage"));
    let mut count = |key: &str| fields.whole(key, notes).unwrap_or(0);
    Usage {
        input: count("inputTokens"),
        cache_read: count("cacheReadInputTokens"),
        cache_write_5m: count("cacheWriteInputTokens"),
        output: count("outputTokens"),
        ..Usage::default()
    }
}
