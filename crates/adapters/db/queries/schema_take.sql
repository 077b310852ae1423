-- remembers that a step was taken
insert into countersign_schema (part, version, name) values ($1, $2, $3)
