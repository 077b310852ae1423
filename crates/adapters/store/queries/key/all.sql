-- every key there ever was, newest first; few enough to hold in memory
select id, hash, label, workflows, agent, created_by, created, expires, revoked, limits, budget
from gateway_key order by id desc
