-- everything up to here is in the tables: the same transaction wrote it. Touches nothing if someone
-- else moved the position meanwhile, and then nothing of this transaction may stay
update journal set segment = $2, position = $3 where id = $1 and segment = $4 and position = $5
