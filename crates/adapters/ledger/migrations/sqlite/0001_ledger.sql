-- How far each data folder's journal has been taken in. `id` marks rows that only this journal writes.
create table journal (
    id integer primary key,
    name text not null unique,
    segment bigint not null,
    position bigint not null
);

-- One row an inference that has ended. `body` is the whole fact as JSON.
create table facts (
    id blob not null primary key,
    started bigint not null,
    workflow text not null,
    run text not null,
    status text not null,
    cost bigint not null,
    body text not null
);
create index facts_by_run on facts (run);

-- Inferences that have begun and not ended. Small: as many rows as calls under way.
create table open_calls (
    id blob not null primary key,
    journal bigint not null,
    body text not null
) without rowid;

-- One row a run of a workflow. `seq` breaks ties between runs that began in the same millisecond.
create table runs (
    seq integer primary key,
    run text not null,
    workflow text not null,
    began bigint not null,
    ended bigint not null,
    calls bigint not null,
    errors bigint not null,
    refused bigint not null,
    cost bigint not null,
    estimated_cost bigint not null,
    simulated bigint not null,
    owner text not null,
    model text not null,
    status text not null,
    unique (run, workflow)
);
create index runs_by_time on runs (began, seq);
create index runs_by_workflow on runs (workflow, began, seq);
create index runs_by_owner on runs (owner, began, seq);
create index runs_by_model on runs (model, began, seq);
create index runs_by_status on runs (status, began, seq);

-- Money by day, for every question but those about keys and units of work.
create table spend_day (
    day bigint not null,
    workflow text not null,
    pod text not null,
    owner text not null,
    provider text not null,
    model text not null,
    calls bigint not null,
    errors bigint not null,
    refused bigint not null,
    input_tokens bigint not null,
    output_tokens bigint not null,
    cost bigint not null,
    estimated_cost bigint not null,
    simulated_cost bigint not null,
    primary key (day, workflow, pod, owner, provider, model)
) without rowid;

-- Money by day and key. Apart from spend_day, so that many keys don't multiply many models.
create table spend_key_day (
    day bigint not null,
    workflow text not null,
    key_id blob not null,
    calls bigint not null,
    errors bigint not null,
    refused bigint not null,
    input_tokens bigint not null,
    output_tokens bigint not null,
    cost bigint not null,
    estimated_cost bigint not null,
    simulated_cost bigint not null,
    primary key (day, workflow, key_id)
) without rowid;

-- Money by day and unit of work; a bounded number of units a day, the others together.
create table spend_unit_day (
    day bigint not null,
    workflow text not null,
    unit text not null,
    calls bigint not null,
    errors bigint not null,
    refused bigint not null,
    input_tokens bigint not null,
    output_tokens bigint not null,
    cost bigint not null,
    estimated_cost bigint not null,
    simulated_cost bigint not null,
    primary key (day, workflow, unit)
) without rowid;

-- What each budget holder was charged in each calendar window.
create table accounts (
    holder text not null,
    name text not null,
    span text not null,
    start bigint not null,
    settled bigint not null,
    primary key (span, start, holder, name)
) without rowid;

-- Calls over time. `grain` is the step in milliseconds; the workflow '' is all of them together;
-- `latency` is a histogram that can be merged. Each journal writes rows of its own.
create table traffic (
    grain bigint not null,
    workflow text not null,
    at bigint not null,
    journal bigint not null,
    calls bigint not null,
    errors bigint not null,
    refused bigint not null,
    cost bigint not null,
    latency blob not null,
    primary key (grain, workflow, at, journal)
) without rowid;
