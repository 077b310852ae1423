-- a page of runs, newest first, by owner: scans a bounded stretch of one index and filters it.
-- The row with kept = 0 says where the scan ended; seen says how many rows it looked at.
with scanned as materialized (
    select seq, run, workflow, began, ended, calls, errors, refused, cost, estimated_cost, simulated, owner, model, status from runs
    where owner = $6 and (began, seq) < ($1, $2) and began >= $3 and began < $4
    order by began desc, seq desc limit $11
),
hits as (
    select seq, run, workflow, began, ended, calls, errors, refused, cost, estimated_cost, simulated, owner, model, status from scanned
    where (workflow = $5 or $5 = '') and (owner = $6 or $6 = '') and (model = $7 or $7 = '')
        and (status = $8 or $8 = '') and cost >= $9
    order by began desc, seq desc limit $10
),
edge as (select seq, run, workflow, began, ended, calls, errors, refused, cost, estimated_cost, simulated, owner, model, status from scanned order by began, seq limit 1)
select seq, run, workflow, began, ended, calls, errors, refused, cost, estimated_cost, simulated, owner, model, status, cast(1 as bigint) as kept, (select count(*) from scanned) as seen from hits
union all
select seq, run, workflow, began, ended, calls, errors, refused, cost, estimated_cost, simulated, owner, model, status, cast(0 as bigint) as kept, (select count(*) from scanned) as seen from edge
order by kept desc, began desc, seq desc
