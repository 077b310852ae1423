-- what a workflow called of late, newest first: looked through when it first sends telemetry
select body from facts where id >= $1 and workflow = $2 order by id desc limit $3
