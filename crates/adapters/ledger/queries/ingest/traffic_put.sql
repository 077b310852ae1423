-- cells as they are now; only this journal writes them
insert into traffic (grain, workflow, at, journal, calls, errors, refused, cost, latency)
values /*repeat*/ ($1, $2, $3, $4, $5, $6, $7, $8, $9) /*end*/
on conflict (grain, workflow, at, journal) do update set
    calls = excluded.calls,
    errors = excluded.errors,
    refused = excluded.refused,
    cost = excluded.cost,
    latency = excluded.latency
