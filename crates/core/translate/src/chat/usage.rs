//! Usage of chat: the input includes what was cached, the output includes reasoning.

use domain::Usage;

use crate::json::{Fields, Object};
use crate::report::{At, Notes, Why};

/// Reads a usage object.
pub(crate) fn read(object: Object, at: At<'_>, notes: &mut Notes) -> Usage {
    let mut fields = Fields::new(object, at);
    let input = fields.whole("prompt_tokens", notes).unwrap_or(0);
    let said = fields.whole("completion_tokens", notes).unwrap_or(0);
    let total = fields.whole("total_tokens", notes).unwrap_or(0);
    let mut details = Fields::new(fields.object("prompt_tokens_details", notes).unwrap_or_default(), at);
    let beside = fields.whole("prompt_cache_hit_tokens", notes).or(fields.whole("num_cached_tokens", notes));
    let cache_read = details.whole("cached_tokens", notes).or(beside).unwrap_or(0);
    let written = details.whole("cache_write_tokens", notes);
    let written = written.or_else(|| details.whole("cache_creation_tokens", notes)).unwrap_or(0);
    let mut details = Fields::new(fields.object("completion_tokens_details", notes).unwrap_or_default(), at);
    let reasoning = details.whole("reasoning_tokens", notes).unwrap_or(0);
    fields.lose(&["cost"], Why::NotInTarget, notes);
    // Some leave thinking out of the output and count it in the total alone.
    let output = said.max(total.saturating_sub(input));
    Usage {
        input: input.saturating_sub(cache_read.saturating_add(written)),
        cache_read,
        cache_write_5m: written,
        cache_write_1h: 0,
        output,
        reasoning: reasoning.min(output),
    }
}

/// Writes a usage object.
pub(crate) fn write(usage: &Usage) -> Object {
    let input = usage.input_total();
    let mut cached = Object::new().with("cached_tokens", usage.cache_read);
    let written = usage.cache_write_5m.saturating_add(usage.cache_write_1h);
    if written > 0 {
        cached.put("cache_write_tokens", written);
    }
    Object::new()
        .with("prompt_tokens", input)
        .with("completion_tokens", usage.output)
        .with("total_tokens", usage.total())
        .with("prompt_tokens_details", cached)
        .with("completion_tokens_details", Object::new().with("reasoning_tokens", usage.reasoning))
}
