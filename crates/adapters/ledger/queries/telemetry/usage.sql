-- usage of some days as it stands, with whom it belongs to: it is added up where sums can't overflow
select s.workflow, s.client, s.service, s.person, u.day, u.source, u.session, u.side,
    u.calls, u.input_tokens, u.output_tokens, u.price, u.claimed, u.unpriced,
    u.passed_calls, u.passed_input_tokens, u.passed_output_tokens, u.passed_price, u.passed_claimed, u.passed_unpriced
from telemetry_usage u join telemetry_sources s on s.id = u.source
where u.day >= $1 and u.day <= $2
