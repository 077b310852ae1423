-- a new key, without its secret
insert into gateway_key (id, hash, label, workflows, agent, created_by, created, expires, limits, budget)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
