-- adds to runs that are new, or of which an indexed column may change
insert into runs (run, workflow, began, ended, calls, errors, refused, cost, estimated_cost, simulated, owner, model, status)
values /*repeat*/ ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) /*end*/
on conflict (run, workflow) do update set
    began = case when excluded.began < runs.began then excluded.began else runs.began end,
    ended = case when excluded.ended > runs.ended then excluded.ended else runs.ended end,
    calls = runs.calls + excluded.calls,
    errors = runs.errors + excluded.errors,
    refused = runs.refused + excluded.refused,
    cost = runs.cost + excluded.cost,
    estimated_cost = runs.estimated_cost + excluded.estimated_cost,
    simulated = runs.simulated + excluded.simulated,
    owner = excluded.owner,
    model = case when excluded.model = '' then runs.model else excluded.model end,
    status = excluded.status
