-- some sessions of which something was said before a day, and nothing since
select distinct u.session from telemetry_work u
where u.day < $1 and u.session <> ''
    and not exists (select 1 from telemetry_work later where later.session = u.session and later.day >= $1)
limit $2
