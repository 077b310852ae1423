-- What sessions came to that are over, by day, source and the family that counted: settled once for
-- all, when nothing that is still believed can change them. `sessions` counts those that ended that day.
create table telemetry_over (
    day bigint not null,
    source text not null,
    family text not null,
    sessions bigint not null,
    direct_calls bigint not null,
    direct_input_tokens bigint not null,
    direct_output_tokens bigint not null,
    direct_price bigint not null,
    direct_claimed bigint not null,
    direct_unpriced bigint not null,
    passed_calls bigint not null,
    passed_input_tokens bigint not null,
    passed_output_tokens bigint not null,
    passed_price bigint not null,
    passed_claimed bigint not null,
    passed_unpriced bigint not null,
    gateway_calls bigint not null,
    gateway_input_tokens bigint not null,
    gateway_output_tokens bigint not null,
    gateway_price bigint not null,
    gateway_claimed bigint not null,
    gateway_unpriced bigint not null,
    primary key (day, source, family)
);
create index telemetry_over_by_source on telemetry_over (source, day);

-- Work of sessions that are over, likewise.
create table telemetry_work_over (
    day bigint not null,
    source text not null,
    family text not null,
    measure text not null,
    amount bigint not null,
    primary key (day, source, family, measure)
);
create index telemetry_work_over_by_source on telemetry_work_over (source, day);

-- What one workflow's sources say, whatever others do.
create index telemetry_sources_by_workflow on telemetry_sources (workflow);
create index telemetry_usage_by_source on telemetry_usage (source, day);
create index telemetry_work_by_source on telemetry_work (source, day);

-- Whether anything has come of a session since a day.
create index telemetry_usage_by_session on telemetry_usage (session, day);
create index telemetry_work_by_session on telemetry_work (session, day);
