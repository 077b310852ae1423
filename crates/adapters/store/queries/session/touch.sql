-- the session was used
update session set seen = $2 where id = $1 and seen < $2
