-- adds to what guards did on a day; the latest run is the one of the latest call
insert into guards_day (day, workflow, guard, what, direction, deed, calls, hits, last_at, last_run)
values /*repeat*/ ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) /*end*/
on conflict (day, workflow, guard, what, direction, deed) do update set
    calls = guards_day.calls + excluded.calls,
    hits = guards_day.hits + excluded.hits,
    last_run = case when excluded.last_at >= guards_day.last_at then excluded.last_run else guards_day.last_run end,
    last_at = case when excluded.last_at >= guards_day.last_at then excluded.last_at else guards_day.last_at end
