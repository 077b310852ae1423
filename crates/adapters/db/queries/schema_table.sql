-- which steps of which part of the schema have been taken
create table if not exists countersign_schema (part text not null, version bigint not null, name text not null, primary key (part, version))
