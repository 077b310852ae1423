-- a cell that this journal wrote earlier
select calls, errors, refused, cost, latency from traffic where grain = $1 and workflow = $2 and at = $3 and journal = $4
