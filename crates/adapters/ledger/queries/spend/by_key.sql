-- spend by key, dearest first
select key_id,
    cast(sum(calls) as bigint) as calls, cast(sum(errors) as bigint) as errors, cast(sum(refused) as bigint) as refused,
    cast(sum(input_tokens) as bigint) as input_tokens, cast(sum(output_tokens) as bigint) as output_tokens,
    cast(sum(cost) as bigint) as cost, cast(sum(estimated_cost) as bigint) as estimated_cost,
    cast(sum(simulated_cost) as bigint) as simulated_cost, cast(sum(cache_lookups) as bigint) as cache_lookups,
    cast(sum(cache_hits) as bigint) as cache_hits, cast(sum(saved_cost) as bigint) as saved_cost
from spend_key_day where day >= $1 and day <= $2 and (workflow = $3 or $3 = '')
group by key_id order by cost desc, key_id limit $4
