-- Who sends telemetry. `id` is a hash over workflow, client, service and person, in hexadecimal.
create table telemetry_sources (
    id text not null primary key,
    workflow text not null,
    client text not null,
    service text not null,
    person text not null,
    version text not null,
    owner text not null,
    pod text not null,
    first_seen bigint not null,
    last_seen bigint not null,
    records bigint not null,
    refused bigint not null
);

-- What was counted, so that it is counted once: posts, reports, and of running totals the last one.
create table telemetry_seen (
    id bytea not null primary key,
    at bigint not null,
    value bigint not null
);
create index telemetry_seen_by_age on telemetry_seen (at);

-- Calls as clients report them (`side` is a family) and as the gateway has them (`side` is
-- `gateway`), of workflows that send telemetry. `passed` is 1 once the two are known to be one.
create table telemetry_calls (
    id bytea not null primary key,
    side text not null,
    at bigint not null,
    workflow text not null,
    source text not null,
    session text not null,
    input_tokens bigint not null,
    output_tokens bigint not null,
    price bigint not null,
    claimed bigint not null,
    unpriced bigint not null,
    passed bigint not null
);
create index telemetry_calls_by_age on telemetry_calls (at);

-- Names by which calls of both sides find each other. `mark` begins with the workflow; `place` is
-- the source and the session of a client's call.
create table telemetry_marks (
    mark text not null,
    side text not null,
    id bytea not null,
    place text not null,
    at bigint not null,
    primary key (mark, side, id)
);
create index telemetry_marks_by_age on telemetry_marks (at);

-- Usage by day, source, session and side. What passed the gateway is counted again in `passed_…`.
create table telemetry_usage (
    day bigint not null,
    source text not null,
    session text not null,
    side text not null,
    calls bigint not null,
    input_tokens bigint not null,
    output_tokens bigint not null,
    price bigint not null,
    claimed bigint not null,
    unpriced bigint not null,
    passed_calls bigint not null,
    passed_input_tokens bigint not null,
    passed_output_tokens bigint not null,
    passed_price bigint not null,
    passed_claimed bigint not null,
    passed_unpriced bigint not null,
    primary key (day, source, session, side)
);

-- Work by day, source, session, family and measure, each in its own unit.
create table telemetry_work (
    day bigint not null,
    source text not null,
    session text not null,
    family text not null,
    measure text not null,
    amount bigint not null,
    primary key (day, source, session, family, measure)
);
