-- the totals of all runs, by workflow
select cast(0 as bigint) as day, workflow, cast(sum(calls) as bigint) as calls, cast(sum(errors) as bigint) as errors,
    cast(sum(refused) as bigint) as refused, cast(sum(cost) as bigint) as cost
from runs group by workflow order by workflow
