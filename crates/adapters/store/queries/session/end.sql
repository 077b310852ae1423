-- the session is over
delete from session where id = $1
