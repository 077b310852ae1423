-- every session of a person is over
delete from session where person = $1
