-- of these calls of either side, those that are not yet known to be on both
select '' as mark, c.id, c.side, c.at, c.source, c.session, c.input_tokens, c.output_tokens, c.price, c.claimed, c.unpriced
from telemetry_calls c where c.passed = 0 and c.id in (/*repeat*/ $1 /*end*/)
