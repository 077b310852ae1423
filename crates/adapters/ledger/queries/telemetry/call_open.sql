-- calls of either side that have these marks and are not yet known to be on both
select m.mark, c.id, c.side, c.at, c.source, c.session, c.input_tokens, c.output_tokens, c.price, c.claimed, c.unpriced
from telemetry_marks m join telemetry_calls c on c.id = m.id
where c.passed = 0 and m.mark in (/*repeat*/ $1 /*end*/)
