-- facts that have ended; one that is here already changes nothing
insert into facts (id, started, workflow, run, status, cost, body)
values /*repeat*/ ($1, $2, $3, $4, $5, $6, $7) /*end*/
on conflict (id) do nothing
