//! Usage of responses: the input includes what was cached, the output includes reasoning.

use domain::Usage;

use crate::json::{Fields, Object};
use crate::report::{At, Notes};

/// Reads a usage object.
pub(crate) fn read(object: Object, at: At<'_>, notes: &mut Notes) -> Usage {
    let mut fields = Fields::new(object, at);
    let input = fields.whole("input_tokens", notes).unwrap_or(0);
    let said = fields.whole("output_tokens", notes).unwrap_or(0);
    let total = fields.whole("total_tokens", notes).unwrap_or(0);
    let mut details = Fields::new(fields.object("input_tokens_details", notes).unwrap_or_default(), at);
    let cache_read = details.whole("cached_tokens", notes).unwrap_or(0);
    let written = details.whole("cache_write_tokens", notes).unwrap_or(0);
    let mut details = Fields::new(fields.object("output_tokens_details", notes).unwrap_or_default(), at);
    let output = said.max(total.saturating_sub(input));
    Usage {
        input: input.saturating_sub(cache_read.saturating_add(written)),
        cache_read,
        cache_write_5m: written,
        cache_write_1h: 0,
        output,
        reasoning: details.whole("reasoning_tokens", notes).unwrap_or(0).min(output),
    }
}

/// Writes a usage object.
pub(crate) fn write(usage: &Usage) -> Object {
    let written = usage.cache_write_5m.saturating_add(usage.cache_write_1h);
    let cached = Object::new()
        .with("cached_tokens", usage.cache_read)
        .maybe("cache_write_tokens", (written > 0).then_some(written));
    Object::new()
        .with("input_tokens", usage.input_total())
        .with("input_tokens_details", cached)
        .with("output_tokens", usage.output)
        .with("output_tokens_details", Object::new().with("reasoning_tokens", usage.reasoning))
        .with("total_tokens", usage.total())
}
