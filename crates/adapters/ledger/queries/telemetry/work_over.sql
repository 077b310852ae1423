-- work of sessions that are over of some days as it stands, with whom it belongs to: it is added up where sums can't overflow
select s.workflow, s.client, s.service, s.person, w.source, w.family, w.measure, w.amount
from telemetry_work_over w join telemetry_sources s on s.id = w.source
where w.day >= $1 and w.day <= $2
