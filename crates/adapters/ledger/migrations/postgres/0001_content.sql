-- One row an inference with kept bodies, or with bodies that had to be dropped (`state`).
-- `request` and `response` are lists of addresses of parts, 32 bytes each, in order.
create table bodies (
    inference bytea not null primary key,
    workflow text not null,
    at bigint not null,
    state text not null,
    request bytea not null,
    response bytea not null
);
create index bodies_by_age on bodies (workflow, at);

-- Parts of bodies, each stored once a workflow. `used` is the last day on which one was seen.
create table parts (
    address bytea not null primary key,
    workflow text not null,
    used bigint not null,
    body bytea not null
);
create index parts_by_age on parts (workflow, used);
