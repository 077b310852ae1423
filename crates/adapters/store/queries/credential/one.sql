-- the hash of a person's password
select person, hash, changed from credential where person = $1
