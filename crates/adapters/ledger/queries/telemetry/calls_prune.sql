-- what is too old to be sent again
delete from telemetry_calls where at < $1
