-- a call under way that turned to another target; the earlier entry may be there or not
insert into open_calls (id, journal, body) values /*repeat*/ ($1, $2, $3) /*end*/
on conflict (id) do update set journal = excluded.journal, body = excluded.body
