-- adds to a session's work of a day; sums stop where those of usage do
insert into telemetry_work (day, source, session, family, measure, amount) values /*repeat*/ ($1, $2, $3, $4, $5, $6) /*end*/
on conflict (day, source, session, family, measure) do update set
    amount = case when telemetry_work.amount > 1000000000000000000 - excluded.amount then 1000000000000000000 else telemetry_work.amount + excluded.amount end
