-- entries older than a cursor, newest first; an absent filter lets everything through
select id, at, who, action, subject, detail from audit_entry
where id < $1
  and (cast($2 as text) is null or who = $2)
  and (cast($3 as text) is null or action = $3)
  and (cast($4 as text) is null or subject = $4)
order by id desc limit $5
