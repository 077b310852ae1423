-- What guards found and stopped, by day: kinds, rules and names of tools, never a value. A bounded
-- number of names a day, workflow and guard, the others together. `last_run` is the run of `last_at`.
create table guards_day (
    day bigint not null,
    workflow text not null,
    guard text not null,
    what text not null,
    direction text not null,
    deed text not null,
    calls bigint not null,
    hits bigint not null,
    last_at bigint not null,
    last_run text not null,
    primary key (day, workflow, guard, what, direction, deed)
) without rowid;
