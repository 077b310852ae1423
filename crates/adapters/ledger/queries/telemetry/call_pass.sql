-- calls that are known to be on both sides now
update telemetry_calls set passed = 1 where id in (/*repeat*/ $1 /*end*/)
