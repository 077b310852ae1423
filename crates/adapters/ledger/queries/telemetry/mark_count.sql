-- of these marks, how many calls of each side have them, and how many of those are known to be on both
select m.mark, c.side, count(*) as calls, cast(sum(c.passed) as bigint) as passed
from telemetry_marks m join telemetry_calls c on c.id = m.id
where m.mark in (/*repeat*/ $1 /*end*/) group by m.mark, c.side
