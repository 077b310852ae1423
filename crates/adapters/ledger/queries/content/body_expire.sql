-- a few bodies that are too old
delete from bodies where at < $2 and inference in (select inference from bodies where workflow = $1 and at < $2 limit 500)
