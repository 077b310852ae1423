//! Reports of usage of one stream, joined. Counters only rise, and a later report may leave out
//! what an earlier one said, so the larger value of each counts, as the provider names it: where
//! its input includes what was cached, two reports of the same input are one input, however much
//! of it turns out to be cached.

use domain::Usage;

use crate::wire::Wire;

/// What two reports of `wire` say together.
pub(super) fn joined(wire: Wire, before: Usage, now: Usage) -> Usage {
    let larger = before.merge_max(now);
    match wire {
        Wire::Messages | Wire::Bedrock => larger,
        Wire::Chat | Wire::Responses | Wire::Gemini => {
            let input = before.input_total().max(now.input_total());
            let cached = Usage { input: 0, ..larger };
            Usage { input: input.saturating_sub(cached.input_total()), ..larger }
        }
    }
}
