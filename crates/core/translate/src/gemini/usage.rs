//! Usage: the prompt includes what was cached, the candidates leave thoughts out.

use domain::Usage;

use super::case::camel;
use crate::json::{Fields, Object};
use crate::report::{At, Notes};

/// Reads a usage object.
pub(crate) fn read(object: Object, at: At<'_>, notes: &mut Notes) -> Usage {
    let mut fields = Fields::new(camel(object), at);
    let mut count = |key: &str| fields.whole(key, notes).unwrap_or(0);
    let prompt = count("promptTokenCount").saturating_add(count("toolUsePromptTokenCount"));
    let cached = count("cachedContentTokenCount");
    let thoughts = count("thoughtsTokenCount");
    let output = count("candidatesTokenCount").saturating_add(thoughts);
    Usage {
        input: prompt.saturating_sub(cached),
        cache_read: cached,
        output,
        reasoning: thoughts,
        ..Usage::default()
    }
}

/// Writes a usage object.
pub(crate) fn write(usage: &Usage) -> Object {
    let some = |count: u64| (count > 0).then_some(count);
    Object::new()
        .with("promptTokenCount", usage.input_total())
        .maybe("cachedContentTokenCount", some(usage.cache_read))
        .with("candidatesTokenCount", usage.output.saturating_sub(usage.reasoning))
        .maybe("thoughtsTokenCount", some(usage.reasoning))
        .with("totalTokenCount", usage.total())
}
