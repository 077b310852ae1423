-- parts by address
select address, body from parts where address in (/*repeat*/ $1 /*end*/)
