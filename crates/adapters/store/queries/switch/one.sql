-- how one switch stands
select scope, state, reason, turned_by, since from switch where scope = $1
