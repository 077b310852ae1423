-- What caches were asked, what they answered, and what that saved.
alter table spend_day add column cache_lookups bigint not null default 0;
alter table spend_day add column cache_hits bigint not null default 0;
alter table spend_day add column saved_cost bigint not null default 0;
alter table spend_key_day add column cache_lookups bigint not null default 0;
alter table spend_key_day add column cache_hits bigint not null default 0;
alter table spend_key_day add column saved_cost bigint not null default 0;
alter table spend_unit_day add column cache_lookups bigint not null default 0;
alter table spend_unit_day add column cache_hits bigint not null default 0;
alter table spend_unit_day add column saved_cost bigint not null default 0;

-- Money by day and version of a prompt: calls that named one. As many rows as versions.
create table spend_prompt_day (
    day bigint not null,
    workflow text not null,
    prompt text not null,
    version text not null,
    label text not null,
    calls bigint not null,
    errors bigint not null,
    refused bigint not null,
    input_tokens bigint not null,
    output_tokens bigint not null,
    cost bigint not null,
    estimated_cost bigint not null,
    simulated_cost bigint not null,
    cache_lookups bigint not null,
    cache_hits bigint not null,
    saved_cost bigint not null,
    primary key (day, workflow, prompt, version)
) without rowid;
