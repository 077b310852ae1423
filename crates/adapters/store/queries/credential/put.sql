-- a person's password, as an argon2 hash
insert into credential (person, hash, changed) values ($1, $2, $3)
on conflict (person) do update set hash = excluded.hash, changed = excluded.changed
