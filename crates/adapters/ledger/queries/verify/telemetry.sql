-- sessions of which more passed the gateway than there is in all: there must be none
select count(*) as n from telemetry_usage
where passed_calls > calls or passed_input_tokens > input_tokens or passed_output_tokens > output_tokens
    or passed_price > price or passed_claimed > claimed or passed_unpriced > unpriced
