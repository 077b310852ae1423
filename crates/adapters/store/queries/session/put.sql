-- a session, by the hash of its cookie
insert into session (id, secret, person, created, seen) values ($1, $2, $3, $4, $4)
