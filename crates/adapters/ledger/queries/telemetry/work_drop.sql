-- work of sessions that are over and stand elsewhere now
delete from telemetry_work where session in (/*repeat*/ $1 /*end*/)
