-- a few parts that no body of the retained days uses; a part that is used again meanwhile stays
delete from parts where used < $2 and address in (select address from parts where workflow = $1 and used < $2 limit 500)
