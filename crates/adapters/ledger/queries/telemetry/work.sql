-- work of some days by source, session, family and measure
select source, session, family, measure, cast(sum(amount) as bigint) as amount
from telemetry_work where day >= $1 and day <= $2
group by source, session, family, measure order by source, session, measure, family
