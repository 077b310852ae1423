-- a key that the database had lost, or whose end it had lost
insert into gateway_key (id, hash, label, workflows, agent, created_by, created, expires, revoked, revoked_by, limits, budget)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'system', $10, $11)
on conflict (id) do update set revoked = excluded.revoked, revoked_by = 'system'
where gateway_key.revoked is null and excluded.revoked is not null
