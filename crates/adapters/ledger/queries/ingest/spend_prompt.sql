-- adds to the day's spend of versions of prompts
insert into spend_prompt_day (day, workflow, prompt, version, label, calls, errors, refused, input_tokens, output_tokens, cost, estimated_cost, simulated_cost, cache_lookups, cache_hits, saved_cost)
values /*repeat*/ ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) /*end*/
on conflict (day, workflow, prompt, version) do update set
    label = excluded.label,
    calls = spend_prompt_day.calls + excluded.calls,
    errors = spend_prompt_day.errors + excluded.errors,
    refused = spend_prompt_day.refused + excluded.refused,
    input_tokens = spend_prompt_day.input_tokens + excluded.input_tokens,
    output_tokens = spend_prompt_day.output_tokens + excluded.output_tokens,
    cost = spend_prompt_day.cost + excluded.cost,
    estimated_cost = spend_prompt_day.estimated_cost + excluded.estimated_cost,
    simulated_cost = spend_prompt_day.simulated_cost + excluded.simulated_cost,
    cache_lookups = spend_prompt_day.cache_lookups + excluded.cache_lookups,
    cache_hits = spend_prompt_day.cache_hits + excluded.cache_hits,
    saved_cost = spend_prompt_day.saved_cost + excluded.saved_cost
