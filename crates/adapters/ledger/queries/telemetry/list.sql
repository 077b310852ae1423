-- sources that were seen since, the latest first
select id, workflow, client, service, person, version, owner, pod, first_seen, last_seen, records, refused
from telemetry_sources where last_seen >= $1 and (workflow = $2 or $2 = '') order by last_seen desc, id limit $3
