-- what is too old to be sent again
delete from telemetry_seen where at < $1
