-- sources of one workflow that were seen in a time, the latest first
select id, workflow, client, service, person, version, owner, pod, first_seen, last_seen, records, refused
from telemetry_sources where workflow = $3 and last_seen >= $1 and first_seen < $2
order by last_seen desc, id
