-- usage of sessions that are over of some days as it stands, with whom it belongs to: it is added up where sums can't overflow
select s.workflow, s.client, s.service, s.person, o.day, o.source, o.family, o.sessions,
    o.direct_calls, o.direct_input_tokens, o.direct_output_tokens, o.direct_price, o.direct_claimed, o.direct_unpriced,
    o.passed_calls, o.passed_input_tokens, o.passed_output_tokens, o.passed_price, o.passed_claimed, o.passed_unpriced,
    o.gateway_calls, o.gateway_input_tokens, o.gateway_output_tokens, o.gateway_price, o.gateway_claimed, o.gateway_unpriced
from telemetry_over o join telemetry_sources s on s.id = o.source
where o.day >= $1 and o.day <= $2
