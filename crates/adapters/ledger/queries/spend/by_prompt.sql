-- spend by version of a prompt, the last used first
select prompt, version, max(label) as label, min(day) as first_day, max(day) as last_day,
    cast(sum(calls) as bigint) as calls, cast(sum(errors) as bigint) as errors, cast(sum(refused) as bigint) as refused,
    cast(sum(input_tokens) as bigint) as input_tokens, cast(sum(output_tokens) as bigint) as output_tokens,
    cast(sum(cost) as bigint) as cost, cast(sum(estimated_cost) as bigint) as estimated_cost,
    cast(sum(simulated_cost) as bigint) as simulated_cost, cast(sum(cache_lookups) as bigint) as cache_lookups,
    cast(sum(cache_hits) as bigint) as cache_hits, cast(sum(saved_cost) as bigint) as saved_cost
from spend_prompt_day where day >= $1 and day <= $2 and (prompt = $3 or $3 = '')
group by prompt, version order by last_day desc, prompt, version limit $4
