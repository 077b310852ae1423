-- adds to a session's usage of a day
insert into telemetry_usage (day, source, session, side, calls, input_tokens, output_tokens, price, claimed, unpriced,
    passed_calls, passed_input_tokens, passed_output_tokens, passed_price, passed_claimed, passed_unpriced)
values /*repeat*/ ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) /*end*/
on conflict (day, source, session, side) do update set
    calls = telemetry_usage.calls + excluded.calls,
    input_tokens = telemetry_usage.input_tokens + excluded.input_tokens,
    output_tokens = telemetry_usage.output_tokens + excluded.output_tokens,
    price = telemetry_usage.price + excluded.price,
    claimed = telemetry_usage.claimed + excluded.claimed,
    unpriced = telemetry_usage.unpriced + excluded.unpriced,
    passed_calls = telemetry_usage.passed_calls + excluded.passed_calls,
    passed_input_tokens = telemetry_usage.passed_input_tokens + excluded.passed_input_tokens,
    passed_output_tokens = telemetry_usage.passed_output_tokens + excluded.passed_output_tokens,
    passed_price = telemetry_usage.passed_price + excluded.passed_price,
    passed_claimed = telemetry_usage.passed_claimed + excluded.passed_claimed,
    passed_unpriced = telemetry_usage.passed_unpriced + excluded.passed_unpriced
