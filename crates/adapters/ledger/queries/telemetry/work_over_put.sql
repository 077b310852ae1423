-- adds to work of a day of sessions that are over; sums stop where those of usage do
insert into telemetry_work_over (day, source, family, measure, amount) values /*repeat*/ ($1, $2, $3, $4, $5) /*end*/
on conflict (day, source, family, measure) do update set
    amount = case when telemetry_work_over.amount > 1000000000000000000 - excluded.amount then 1000000000000000000 else telemetry_work_over.amount + excluded.amount end
