-- a one-time link, by the hash of its secret
insert into link (hash, person, made_by, made, expires) values ($1, $2, $3, $4, $5)
