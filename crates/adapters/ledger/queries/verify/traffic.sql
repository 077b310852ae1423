-- the same from the roll-up over time
select cast(at / 86400000 as bigint) as day, workflow, cast(sum(calls) as bigint) as calls, cast(sum(errors) as bigint) as errors,
    cast(sum(refused) as bigint) as refused, cast(sum(cost) as bigint) as cost
from traffic where grain = $1 and workflow <> '' group by 1, 2 order by 1, 2
