-- of these marks, those that both sides have, with a place on the client's side; looks at one row of
-- each side, however many calls share a mark
with asked (mark) as (values /*repeat*/ ($1) /*end*/)
select asked.mark,
    (select c.place from telemetry_marks c where c.mark = asked.mark and c.side = 'client' order by c.id limit 1) as place
from asked
where exists (select 1 from telemetry_marks c where c.mark = asked.mark and c.side = 'client')
    and exists (select 1 from telemetry_marks g where g.mark = asked.mark and g.side = 'gateway')
