-- the same from a roll-up
select day, workflow, cast(sum(calls) as bigint) as calls, cast(sum(errors) as bigint) as errors,
    cast(sum(refused) as bigint) as refused, cast(sum(cost) as bigint) as cost
from spend_key_day group by day, workflow order by day, workflow
