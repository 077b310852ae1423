-- the control plane's own state
create table gateway_key (
    id bytea primary key,
    hash bytea not null unique,
    label text not null,
    workflows text not null,
    agent text,
    created_by text not null,
    created bigint not null,
    expires bigint,
    revoked bigint,
    revoked_by text,
    limits text not null,
    budget text not null
);

create table switch (
    scope text primary key,
    state text not null check (state in ('on', 'fallback', 'human-only', 'off')),
    reason text not null check (reason <> ''),
    turned_by text not null,
    since bigint not null
);

create table revision (part text primary key, number bigint not null);

create table audit_entry (
    id bytea primary key,
    at bigint not null,
    who text not null,
    action text not null,
    subject text not null,
    detail text not null
);
create index audit_entry_subject on audit_entry (subject, id);
create index audit_entry_action on audit_entry (action, id);
create index audit_entry_who on audit_entry (who, id);

create table credential (person text primary key, hash text not null, changed bigint not null);

create table link (
    hash bytea primary key,
    person text not null,
    made_by text not null,
    made bigint not null,
    expires bigint not null,
    used bigint
);
create index link_person on link (person);

create table session (
    id bytea primary key,
    secret bytea not null unique,
    person text not null,
    created bigint not null,
    seen bigint not null
);
create index session_person on session (person);

create table config_snapshot (
    hash text primary key,
    files text not null,
    file_count bigint not null,
    first_live bigint not null,
    last_live bigint not null
);
create index config_snapshot_last on config_snapshot (last_live);
