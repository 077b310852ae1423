-- how a switch stands now; an older turn that arrives late changes nothing
insert into switch (scope, state, reason, turned_by, since) values ($1, $2, $3, $4, $5)
on conflict (scope) do update set state = excluded.state, reason = excluded.reason, turned_by = excluded.turned_by, since = excluded.since
where excluded.since >= switch.since
