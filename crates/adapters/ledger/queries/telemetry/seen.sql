-- what of this was counted before, and when that was last written
select id, at, value from telemetry_seen where id in (/*repeat*/ $1 /*end*/)
