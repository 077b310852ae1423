-- a page of runs, newest first: scans a bounded stretch of the one index that $12 names, then filters.
-- A branch whose guard is false is not entered, so a page costs its own branch and no other. Runs in
-- error are those in which any call failed, by an index of their own. A search by the beginning of an
-- id ($13 up to $14) looks at the first such ids, which may be of any time.
-- The row with kept = 0 says where the scan ended; seen says how many rows it looked at.
with candidates as (
    select * from (
        select * from runs where $12 = 'time'
            and (began, seq) < ($1, $2) and began >= $3 and began < $4
        order by began desc, seq desc limit $11
    ) as of_any
    union all
    select * from (
        select * from runs where $12 = 'workflow' and workflow = $5
            and (began, seq) < ($1, $2) and began >= $3 and began < $4
        order by began desc, seq desc limit $11
    ) as of_workflow
    union all
    select * from (
        select * from runs where $12 = 'owner' and owner = $6
            and (began, seq) < ($1, $2) and began >= $3 and began < $4
        order by began desc, seq desc limit $11
    ) as of_owner
    union all
    select * from (
        select * from runs where $12 = 'model' and model = $7
            and (began, seq) < ($1, $2) and began >= $3 and began < $4
        order by began desc, seq desc limit $11
    ) as of_model
    union all
    select * from (
        select * from runs where $12 = 'status' and status = $8
            and (began, seq) < ($1, $2) and began >= $3 and began < $4
        order by began desc, seq desc limit $11
    ) as of_status
    union all
    select * from (
        select * from runs where $12 = 'error' and errors > 0
            and (began, seq) < ($1, $2) and began >= $3 and began < $4
        order by began desc, seq desc limit $11
    ) as in_error
    union all
    select * from (
        select * from runs where $12 = 'text' and run >= $13 and run < $14 order by run limit $11
    ) as with_text
),
scanned as materialized (
    select * from candidates order by began desc, seq desc limit $11
),
hits as (
    select * from scanned
    where (began, seq) < ($1, $2) and began >= $3 and began < $4
        and (workflow = $5 or $5 = '') and (owner = $6 or $6 = '') and (model = $7 or $7 = '')
        and (status = $8 or $8 = '' or ($8 = 'error' and errors > 0))
        and cost >= $9
    order by began desc, seq desc limit $10
),
edge as (
    select * from scanned order by began, seq limit 1
)
select hits.*, cast(1 as bigint) as kept, (select count(*) from scanned) as seen from hits
union all
select edge.*, cast(0 as bigint) as kept, (select count(*) from scanned) as seen from edge
order by kept desc, began desc, seq desc
