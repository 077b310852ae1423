-- calls that have ended
delete from open_calls where id in (/*repeat*/ $1 /*end*/)
