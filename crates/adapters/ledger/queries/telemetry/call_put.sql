-- calls of either side; one that is here already changes nothing
insert into telemetry_calls (id, side, at, workflow, source, session, input_tokens, output_tokens, price, claimed, unpriced, passed)
values /*repeat*/ ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0) /*end*/
on conflict (id) do nothing
