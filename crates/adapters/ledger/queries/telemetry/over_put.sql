-- adds to what sessions of a day came to that are over; sums stop where those of usage do
insert into telemetry_over (day, source, family, sessions,
    direct_calls, direct_input_tokens, direct_output_tokens, direct_price, direct_claimed, direct_unpriced,
    passed_calls, passed_input_tokens, passed_output_tokens, passed_price, passed_claimed, passed_unpriced,
    gateway_calls, gateway_input_tokens, gateway_output_tokens, gateway_price, gateway_claimed, gateway_unpriced)
values /*repeat*/ ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22) /*end*/
on conflict (day, source, family) do update set
    sessions = case when telemetry_over.sessions > 1000000000000000000 - excluded.sessions then 1000000000000000000 else telemetry_over.sessions + excluded.sessions end,
    direct_calls = case when telemetry_over.direct_calls > 1000000000000000000 - excluded.direct_calls then 1000000000000000000 else telemetry_over.direct_calls + excluded.direct_calls end,
    direct_input_tokens = case when telemetry_over.direct_input_tokens > 1000000000000000000 - excluded.direct_input_tokens then 1000000000000000000 else telemetry_over.direct_input_tokens + excluded.direct_input_tokens end,
    direct_output_tokens = case when telemetry_over.direct_output_tokens > 1000000000000000000 - excluded.direct_output_tokens then 1000000000000000000 else telemetry_over.direct_output_tokens + excluded.direct_output_tokens end,
    direct_price = case when telemetry_over.direct_price > 1000000000000000000 - excluded.direct_price then 1000000000000000000 else telemetry_over.direct_price + excluded.direct_price end,
    direct_claimed = case when telemetry_over.direct_claimed > 1000000000000000000 - excluded.direct_claimed then 1000000000000000000 else telemetry_over.direct_claimed + excluded.direct_claimed end,
    direct_unpriced = case when telemetry_over.direct_unpriced > 1000000000000000000 - excluded.direct_unpriced then 1000000000000000000 else telemetry_over.direct_unpriced + excluded.direct_unpriced end,
    passed_calls = case when telemetry_over.passed_calls > 1000000000000000000 - excluded.passed_calls then 1000000000000000000 else telemetry_over.passed_calls + excluded.passed_calls end,
    passed_input_tokens = case when telemetry_over.passed_input_tokens > 1000000000000000000 - excluded.passed_input_tokens then 1000000000000000000 else telemetry_over.passed_input_tokens + excluded.passed_input_tokens end,
    passed_output_tokens = case when telemetry_over.passed_output_tokens > 1000000000000000000 - excluded.passed_output_tokens then 1000000000000000000 else telemetry_over.passed_output_tokens + excluded.passed_output_tokens end,
    passed_price = case when telemetry_over.passed_price > 1000000000000000000 - excluded.passed_price then 1000000000000000000 else telemetry_over.passed_price + excluded.passed_price end,
    passed_claimed = case when telemetry_over.passed_claimed > 1000000000000000000 - excluded.passed_claimed then 1000000000000000000 else telemetry_over.passed_claimed + excluded.passed_claimed end,
    passed_unpriced = case when telemetry_over.passed_unpriced > 1000000000000000000 - excluded.passed_unpriced then 1000000000000000000 else telemetry_over.passed_unpriced + excluded.passed_unpriced end,
    gateway_calls = case when telemetry_over.gateway_calls > 1000000000000000000 - excluded.gateway_calls then 1000000000000000000 else telemetry_over.gateway_calls + excluded.gateway_calls end,
    gateway_input_tokens = case when telemetry_over.gateway_input_tokens > 1000000000000000000 - excluded.gateway_input_tokens then 1000000000000000000 else telemetry_over.gateway_input_tokens + excluded.gateway_input_tokens end,
    gateway_output_tokens = case when telemetry_over.gateway_output_tokens > 1000000000000000000 - excluded.gateway_output_tokens then 1000000000000000000 else telemetry_over.gateway_output_tokens + excluded.gateway_output_tokens end,
    gateway_price = case when telemetry_over.gateway_price > 1000000000000000000 - excluded.gateway_price then 1000000000000000000 else telemetry_over.gateway_price + excluded.gateway_price end,
    gateway_claimed = case when telemetry_over.gateway_claimed > 1000000000000000000 - excluded.gateway_claimed then 1000000000000000000 else telemetry_over.gateway_claimed + excluded.gateway_claimed end,
    gateway_unpriced = case when telemetry_over.gateway_unpriced > 1000000000000000000 - excluded.gateway_unpriced then 1000000000000000000 else telemetry_over.gateway_unpriced + excluded.gateway_unpriced end
