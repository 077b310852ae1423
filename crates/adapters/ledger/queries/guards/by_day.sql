-- what guards did by day, oldest first
select day, guard, cast(sum(calls) as bigint) as calls, cast(sum(hits) as bigint) as hits
from guards_day where day >= $1 and day <= $2 and (workflow = $3 or $3 = '')
group by day, guard order by day, guard
