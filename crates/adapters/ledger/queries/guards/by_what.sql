-- what guards did over a period, the most frequent first, each with its latest run
select workflow, guard, what, direction, deed,
    cast(sum(calls) as bigint) as calls, cast(sum(hits) as bigint) as hits,
    max(last_at) as last_at, max(case when place = 1 then last_run end) as last_run
from (
    select workflow, guard, what, direction, deed, calls, hits, last_at, last_run,
        row_number() over (partition by workflow, guard, what, direction, deed order by last_at desc, day desc) as place
    from guards_day where day >= $1 and day <= $2 and (workflow = $3 or $3 = '')
) as placed
group by workflow, guard, what, direction, deed
order by hits desc, workflow, guard, what, direction, deed limit $4
