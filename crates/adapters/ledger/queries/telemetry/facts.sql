-- what a workflow called of late, newest first: looked through when it first sends telemetry, and no
-- further back than a number of calls of anyone
select latest.id, latest.body
from (select id, workflow, body from facts where id >= $1 order by id desc limit $3) latest
where latest.workflow = $2 order by latest.id desc limit $4
