-- what of this was counted before
select id, value from telemetry_seen where id in (/*repeat*/ $1 /*end*/)
