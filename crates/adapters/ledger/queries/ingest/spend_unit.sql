-- adds to the day's spend on units of work
insert into spend_unit_day (day, workflow, unit, calls, errors, refused, input_tokens, output_tokens, cost, estimated_cost, simulated_cost, cache_lookups, cache_hits, saved_cost)
values /*repeat*/ ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) /*end*/
on conflict (day, workflow, unit) do update set
    calls = spend_unit_day.calls + excluded.calls,
    errors = spend_unit_day.errors + excluded.errors,
    refused = spend_unit_day.refused + excluded.refused,
    input_tokens = spend_unit_day.input_tokens + excluded.input_tokens,
    output_tokens = spend_unit_day.output_tokens + excluded.output_tokens,
    cost = spend_unit_day.cost + excluded.cost,
    estimated_cost = spend_unit_day.estimated_cost + excluded.estimated_cost,
    simulated_cost = spend_unit_day.simulated_cost + excluded.simulated_cost,
    cache_lookups = spend_unit_day.cache_lookups + excluded.cache_lookups,
    cache_hits = spend_unit_day.cache_hits + excluded.cache_hits,
    saved_cost = spend_unit_day.saved_cost + excluded.saved_cost
