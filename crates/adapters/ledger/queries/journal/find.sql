-- how far a journal has been taken in
select id, segment, position from journal where name = $1
