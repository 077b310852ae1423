-- the session of a cookie
select id, person, created, seen from session where secret = $1
