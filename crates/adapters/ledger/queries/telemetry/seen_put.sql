-- what is counted now; of running totals, up to where
insert into telemetry_seen (id, at, value) values /*repeat*/ ($1, $2, $3) /*end*/
on conflict (id) do update set at = excluded.at, value = excluded.value
