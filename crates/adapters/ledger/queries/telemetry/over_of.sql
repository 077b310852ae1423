-- usage of sessions that are over of some days of one workflow: found by its sources, whatever others have said
select s.workflow, s.client, s.service, s.person, o.day, o.source, o.family, o.sessions,
    o.direct_calls, o.direct_input_tokens, o.direct_output_tokens, o.direct_price, o.direct_claimed, o.direct_unpriced,
    o.passed_calls, o.passed_input_tokens, o.passed_output_tokens, o.passed_price, o.passed_claimed, o.passed_unpriced,
    o.gateway_calls, o.gateway_input_tokens, o.gateway_output_tokens, o.gateway_price, o.gateway_claimed, o.gateway_unpriced
from telemetry_sources s join telemetry_over o on o.source = s.id
where s.workflow = $3 and o.day >= $1 and o.day <= $2
