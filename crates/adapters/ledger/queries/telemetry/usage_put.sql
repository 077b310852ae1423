-- adds to a session's usage of a day; sums stop at a quintillion, so that no number of reports can
-- make one that does not fit
insert into telemetry_usage (day, source, session, side, calls, input_tokens, output_tokens, price, claimed, unpriced,
    passed_calls, passed_input_tokens, passed_output_tokens, passed_price, passed_claimed, passed_unpriced)
values /*repeat*/ ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) /*end*/
on conflict (day, source, session, side) do update set
    calls = case when telemetry_usage.calls > 1000000000000000000 - excluded.calls then 1000000000000000000 else telemetry_usage.calls + excluded.calls end,
    input_tokens = case when telemetry_usage.input_tokens > 1000000000000000000 - excluded.input_tokens then 1000000000000000000 else telemetry_usage.input_tokens + excluded.input_tokens end,
    output_tokens = case when telemetry_usage.output_tokens > 1000000000000000000 - excluded.output_tokens then 1000000000000000000 else telemetry_usage.output_tokens + excluded.output_tokens end,
    price = case when telemetry_usage.price > 1000000000000000000 - excluded.price then 1000000000000000000 else telemetry_usage.price + excluded.price end,
    claimed = case when telemetry_usage.claimed > 1000000000000000000 - excluded.claimed then 1000000000000000000 else telemetry_usage.claimed + excluded.claimed end,
    unpriced = case when telemetry_usage.unpriced > 1000000000000000000 - excluded.unpriced then 1000000000000000000 else telemetry_usage.unpriced + excluded.unpriced end,
    passed_calls = case when telemetry_usage.passed_calls > 1000000000000000000 - excluded.passed_calls then 1000000000000000000 else telemetry_usage.passed_calls + excluded.passed_calls end,
    passed_input_tokens = case when telemetry_usage.passed_input_tokens > 1000000000000000000 - excluded.passed_input_tokens then 1000000000000000000 else telemetry_usage.passed_input_tokens + excluded.passed_input_tokens end,
    passed_output_tokens = case when telemetry_usage.passed_output_tokens > 1000000000000000000 - excluded.passed_output_tokens then 1000000000000000000 else telemetry_usage.passed_output_tokens + excluded.passed_output_tokens end,
    passed_price = case when telemetry_usage.passed_price > 1000000000000000000 - excluded.passed_price then 1000000000000000000 else telemetry_usage.passed_price + excluded.passed_price end,
    passed_claimed = case when telemetry_usage.passed_claimed > 1000000000000000000 - excluded.passed_claimed then 1000000000000000000 else telemetry_usage.passed_claimed + excluded.passed_claimed end,
    passed_unpriced = case when telemetry_usage.passed_unpriced > 1000000000000000000 - excluded.passed_unpriced then 1000000000000000000 else telemetry_usage.passed_unpriced + excluded.passed_unpriced end
