-- of these marks, those that both sides have, with a place on the client's side
select mark, max(place) as place from telemetry_marks where mark in (/*repeat*/ $1 /*end*/)
group by mark having count(distinct side) = 2
