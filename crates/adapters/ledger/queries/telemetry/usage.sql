-- usage of some days by source, session and side
select source, session, side,
    cast(sum(calls) as bigint) as calls, cast(sum(input_tokens) as bigint) as input_tokens,
    cast(sum(output_tokens) as bigint) as output_tokens, cast(sum(price) as bigint) as price,
    cast(sum(claimed) as bigint) as claimed, cast(sum(unpriced) as bigint) as unpriced,
    cast(sum(passed_calls) as bigint) as passed_calls, cast(sum(passed_input_tokens) as bigint) as passed_input_tokens,
    cast(sum(passed_output_tokens) as bigint) as passed_output_tokens, cast(sum(passed_price) as bigint) as passed_price,
    cast(sum(passed_claimed) as bigint) as passed_claimed, cast(sum(passed_unpriced) as bigint) as passed_unpriced
from telemetry_usage where day >= $1 and day <= $2
group by source, session, side order by source, session, side
