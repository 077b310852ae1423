-- calls that have begun and not ended yet
insert into open_calls (id, journal, body) values /*repeat*/ ($1, $2, $3) /*end*/
on conflict (id) do nothing
