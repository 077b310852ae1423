-- all work of some sessions, with whom it belongs to
select s.workflow, s.client, s.service, s.person, w.day, w.source, w.session, w.family, w.measure, w.amount
from telemetry_work w join telemetry_sources s on s.id = w.source
where w.session in (/*repeat*/ $1 /*end*/)
