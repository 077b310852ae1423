-- every switch that was ever turned
select scope, state, reason, turned_by, since from switch order by scope
