-- what is too old to be sent again
delete from telemetry_marks where at < $1
