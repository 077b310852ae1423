-- a person has at most one link that works
update link set used = $2 where person = $1 and used is null
