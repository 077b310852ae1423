-- parts of bodies; one that is here already is only marked as used
insert into parts (address, workflow, used, body) values /*repeat*/ ($1, $2, $3, $4) /*end*/
on conflict (address) do update set used = excluded.used where parts.used < excluded.used
