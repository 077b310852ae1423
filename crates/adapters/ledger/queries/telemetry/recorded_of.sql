-- tokens that the gateway has by day of one workflow
select workflow, day, cast(sum(input_tokens) as bigint) as input_tokens, cast(sum(output_tokens) as bigint) as output_tokens
from spend_day where day >= $1 and day <= $2 and workflow = $3
group by workflow, day
