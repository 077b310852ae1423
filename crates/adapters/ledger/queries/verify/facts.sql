-- the truth: what the facts say, by day and workflow
select cast(started / 86400000 as bigint) as day, workflow, count(*) as calls,
    cast(sum(case when status in ('upstream_error', 'failed', 'lost') then 1 else 0 end) as bigint) as errors,
    cast(sum(case when status = 'refused' then 1 else 0 end) as bigint) as refused,
    cast(sum(cost) as bigint) as cost
from facts group by 1, 2 order by 1, 2
