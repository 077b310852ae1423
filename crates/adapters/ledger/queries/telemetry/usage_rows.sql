-- all usage of some sessions, with whom it belongs to
select s.workflow, s.client, s.service, s.person, u.day, u.source, u.session, u.side,
    u.calls, u.input_tokens, u.output_tokens, u.price, u.claimed, u.unpriced,
    u.passed_calls, u.passed_input_tokens, u.passed_output_tokens, u.passed_price, u.passed_claimed, u.passed_unpriced
from telemetry_usage u join telemetry_sources s on s.id = u.source
where u.session in (/*repeat*/ $1 /*end*/)
