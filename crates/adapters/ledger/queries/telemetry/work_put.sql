-- adds to a session's work of a day
insert into telemetry_work (day, source, session, family, measure, amount) values /*repeat*/ ($1, $2, $3, $4, $5, $6) /*end*/
on conflict (day, source, session, family, measure) do update set amount = telemetry_work.amount + excluded.amount
