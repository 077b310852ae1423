-- which of these facts are here already
select id from facts where id in (/*repeat*/ $1 /*end*/)
