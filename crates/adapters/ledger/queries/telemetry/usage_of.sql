-- usage of some days of one workflow: found by its sources, whatever others have said
select s.workflow, s.client, s.service, s.person, u.day, u.source, u.session, u.side,
    u.calls, u.input_tokens, u.output_tokens, u.price, u.claimed, u.unpriced,
    u.passed_calls, u.passed_input_tokens, u.passed_output_tokens, u.passed_price, u.passed_claimed, u.passed_unpriced
from telemetry_sources s join telemetry_usage u on u.source = s.id
where s.workflow = $3 and u.day >= $1 and u.day <= $2
