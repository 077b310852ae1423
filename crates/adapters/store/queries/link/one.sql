-- a link that was not used and is not over
select person, made_by, expires from link where hash = $1 and used is null and expires > $2
