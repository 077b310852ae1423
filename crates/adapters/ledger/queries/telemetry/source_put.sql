-- a source, and what it sent
insert into telemetry_sources (id, workflow, client, service, person, version, owner, pod, first_seen, last_seen, records, refused)
values /*repeat*/ ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) /*end*/
on conflict (id) do update set
    version = case when excluded.version = '' then telemetry_sources.version else excluded.version end,
    owner = excluded.owner,
    pod = excluded.pod,
    last_seen = case when excluded.last_seen > telemetry_sources.last_seen then excluded.last_seen else telemetry_sources.last_seen end,
    records = telemetry_sources.records + excluded.records,
    refused = telemetry_sources.refused + excluded.refused
