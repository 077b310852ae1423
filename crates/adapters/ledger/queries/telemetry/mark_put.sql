-- names by which calls find each other
insert into telemetry_marks (mark, side, id, place, at) values /*repeat*/ ($1, $2, $3, $4, $5) /*end*/
on conflict (mark, side, id) do nothing
