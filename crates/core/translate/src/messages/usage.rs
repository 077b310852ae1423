//! Usage of messages: the input leaves out what was read from and written to a cache.

use domain::Usage;

use crate::json::{Fields, Object};
use crate::report::{At, Notes};

/// Reads a usage object.
pub(crate) fn read(object: Object, at: At<'_>, notes: &mut Notes) -> Usage {
    let mut fields = Fields::new(object, at);
    let written = fields.whole("cache_creation_input_tokens", notes).unwrap_or(0);
    let mut lives = Fields::new(fields.object("cache_creation", notes).unwrap_or_default(), at);
    let hour = lives.whole("ephemeral_1h_input_tokens", notes).unwrap_or(0);
    let short = lives.whole("ephemeral_5m_input_tokens", notes).unwrap_or(0);
    let mut details = Fields::new(fields.object("output_tokens_details", notes).unwrap_or_default(), at);
    let output = fields.whole("output_tokens", notes).unwrap_or(0);
    let thought =
        details.whole("thinking_tokens", notes).or_else(|| details.whole("reasoning_tokens", notes));
    Usage {
        input: fields.whole("input_tokens", notes).unwrap_or(0),
        cache_read: fields.whole("cache_read_input_tokens", notes).unwrap_or(0),
        cache_write_5m: short.max(written.saturating_sub(hour)),
        cache_write_1h: hour,
        output,
        reasoning: thought.unwrap_or(0).min(output),
    }
}

/// Writes a usage object.
pub(crate) fn write(usage: &Usage) -> Object {
    let written = usage.cache_write_5m.saturating_add(usage.cache_write_1h);
    let object = Object::new()
        .with("input_tokens", usage.input)
        .with("cache_creation_input_tokens", written)
        .with("cache_read_input_tokens", usage.cache_read)
        .with("output_tokens", usage.output);
    let lives = (usage.cache_write_1h > 0).then(|| {
        Object::new()
            .with("ephemeral_5m_input_tokens", usage.cache_write_5m)
            .with("ephemeral_1h_input_tokens", usage.cache_write_1h)
    });
    let thought = (usage.reasoning > 0).then(|| Object::new().with("thinking_tokens", usage.reasoning));
    object.maybe("cache_creation", lives).maybe("output_tokens_details", thought)
}
