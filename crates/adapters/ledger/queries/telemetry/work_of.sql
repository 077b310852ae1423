-- work of some days of one workflow: found by its sources, whatever others have said
select s.workflow, s.client, s.service, s.person, w.day, w.source, w.session, w.family, w.measure, w.amount
from telemetry_sources s join telemetry_work w on w.source = s.id
where s.workflow = $3 and w.day >= $1 and w.day <= $2
