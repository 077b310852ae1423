-- calls over time; each journal has a row of its own
select at, calls, errors, refused, cost, latency from traffic
where grain = $1 and workflow = $2 and at >= $3 and at < $4 order by at
