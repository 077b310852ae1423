-- adds to the day's spend of keys
insert into spend_key_day (day, workflow, key_id, calls, errors, refused, input_tokens, output_tokens, cost, estimated_cost, simulated_cost, cache_lookups, cache_hits, saved_cost)
values /*repeat*/ ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) /*end*/
on conflict (day, workflow, key_id) do update set
    calls = spend_key_day.calls + excluded.calls,
    errors = spend_key_day.errors + excluded.errors,
    refused = spend_key_day.refused + excluded.refused,
    input_tokens = spend_key_day.input_tokens + excluded.input_tokens,
    output_tokens = spend_key_day.output_tokens + excluded.output_tokens,
    cost = spend_key_day.cost + excluded.cost,
    estimated_cost = spend_key_day.estimated_cost + excluded.estimated_cost,
    simulated_cost = spend_key_day.simulated_cost + excluded.simulated_cost,
    cache_lookups = spend_key_day.cache_lookups + excluded.cache_lookups,
    cache_hits = spend_key_day.cache_hits + excluded.cache_hits,
    saved_cost = spend_key_day.saved_cost + excluded.saved_cost
