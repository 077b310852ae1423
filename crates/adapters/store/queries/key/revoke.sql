-- ends a key; a key that was ended before keeps its first date
update gateway_key set revoked = $2, revoked_by = $3 where id = $1 and revoked is null
