-- a page of runs whose id starts with a text ($12 up to $13), newest first. Looks at the first
-- stretch of such ids only, so that a short text stays cheap.
with scanned as materialized (
    select seq, run, workflow, began, ended, calls, errors, refused, cost, estimated_cost, simulated, owner, model, status from runs where run >= $12 and run < $13 order by run limit $11
),
hits as (
    select seq, run, workflow, began, ended, calls, errors, refused, cost, estimated_cost, simulated, owner, model, status from scanned
    where (began, seq) < ($1, $2) and began >= $3 and began < $4
        and (workflow = $5 or $5 = '') and (owner = $6 or $6 = '') and (model = $7 or $7 = '')
        and (status = $8 or $8 = '') and cost >= $9
    order by began desc, seq desc limit $10
)
select seq, run, workflow, began, ended, calls, errors, refused, cost, estimated_cost, simulated, owner, model, status, cast(1 as bigint) as kept, cast(0 as bigint) as seen from hits order by began desc, seq desc
