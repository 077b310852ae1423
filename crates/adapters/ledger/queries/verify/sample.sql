-- the newest facts
select id, body from facts order by id desc limit $1
