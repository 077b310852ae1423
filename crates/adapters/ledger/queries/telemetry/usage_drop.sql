-- usage of sessions that are over and stand elsewhere now
delete from telemetry_usage where session in (/*repeat*/ $1 /*end*/)
