-- the inferences of a run, oldest first
select body from facts where run = $1 order by id limit $2
