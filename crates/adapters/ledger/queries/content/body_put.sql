-- what was kept of an inference, or that it was dropped; the first word stands
insert into bodies (inference, workflow, at, state, request, response) values /*repeat*/ ($1, $2, $3, $4, $5, $6) /*end*/
on conflict (inference) do nothing
